"""The floor under the API's figures: bare Flask and SQLAlchemy Core on the same SQLite file, nobody identified.

No identity, scope, validation, audit, receipt or metrics: what a request costs that only reads or writes the rows.
"""

import os
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, has_request_context, jsonify, request
from sqlalchemy import Connection, MetaData, create_engine, event, insert, select

SHOWN = [
    "id",
    "version",
    "kind",
    "name",
    "given_name",
    "firm_id",
    "job_title",
    "territory_id",
    "role",
    "first_touch_source",
    "first_touch_detail",
    "first_touch_at",
    "created_at",
    "updated_at",
    "retired_at",
]


def app() -> Flask:
    """A WSGI application for gunicorn; FLOOR_DATABASE names the file."""
    engine = create_engine(f"sqlite:///{os.environ['FLOOR_DATABASE']}")
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    tables = MetaData()
    tables.reflect(engine, only=["customers", "customer_roles", "customer_words"])
    customers, roles, words = (tables.tables[name] for name in ("customers", "customer_roles", "customer_words"))
    columns = [customers.c[name] for name in SHOWN]
    bare = Flask("floor")

    @bare.get("/customers")
    def page() -> Response:
        mine = (customers.c.territory_id == request.args["territory"], customers.c.retired_at.is_(None))
        with engine.begin() as connection:
            rows = connection.execute(
                select(*columns).where(*mine).order_by(customers.c.sort_name, customers.c.id).limit(20)
            )
            return jsonify([dict(row) for row in rows.mappings()])

    @bare.get("/customers/<customer_id>")
    def read(customer_id: str) -> Response:
        with engine.begin() as connection:
            row = connection.execute(select(*columns).where(customers.c.id == customer_id)).mappings().one()
            return jsonify(dict(row))

    @bare.post("/customers")
    def create() -> Response:
        row = _row(request.get_json())
        role = {"id": str(uuid.uuid4()), "customer_id": row["id"], "role": row["role"], "starts_at": row["created_at"]}
        found = [
            {
                "territory_id": row["territory_id"],
                "word": word,
                "customer_id": row["id"],
                "name_words": row["name_words"],
            }
            for word in row["name_words"].split()
        ]
        with engine.begin() as connection:
            connection.execute(insert(customers), row)
            connection.execute(insert(roles), role)
            connection.execute(insert(words), found)
        return jsonify({name: row.get(name) for name in SHOWN})

    return bare


def _row(sent: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    full = f"{sent['name']} {sent['given_name']}".lower()
    fixed = {"id": str(uuid.uuid4()), "version": 1, "role": "prospect", "sort_name": full, "name_words": full}
    return sent | fixed | dict.fromkeys(("created_at", "updated_at", "first_touch_at"), moment)


def _begin(connection: Connection) -> None:
    writing = has_request_context() and request.method == "POST"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}")
