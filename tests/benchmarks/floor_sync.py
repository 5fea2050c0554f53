"""The floor under the sync's figures: the same rows by one SELECT and orjson, nobody identified, nothing followed."""

import os
import zlib
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy import MetaData, create_engine, select

SHOWN = (
    "id",
    "kind",
    "name",
    "given_name",
    "territory_id",
    "role",
    "first_touch_source",
    "first_touch_at",
    "created_at",
    "updated_at",
)


def app() -> Flask:
    """A WSGI application for gunicorn; FLOOR_DATABASE names the file."""
    engine = create_engine(f"sqlite:///{os.environ['FLOOR_DATABASE']}")
    tables = MetaData()
    tables.reflect(engine, only=["customers"])
    customers = tables.tables["customers"]
    query = select(*(customers.c[name] for name in SHOWN)).order_by(customers.c.id)
    bare = Flask("floor")

    @bare.get("/rows")
    def rows() -> Response:
        asked: dict[str, Any] = request.args
        mine = query.where(customers.c.territory_id == asked["territory"], customers.c.id > asked.get("after", ""))
        with engine.connect() as connection:
            found = connection.execute(mine.limit(int(asked["limit"])))
            body = orjson.dumps([dict(zip(SHOWN, row, strict=True)) for row in found])
        if request.accept_encodings["gzip"] <= 0:
            return Response(body, mimetype="application/json")
        packer = zlib.compressobj(4, wbits=zlib.MAX_WBITS | 16)
        packed = packer.compress(body) + packer.flush()
        return Response(packed, mimetype="application/json", headers={"Content-Encoding": "gzip"})

    return bare
