"""A customer as it is shown: the columns that reads take, straight into a dict."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, select

from field_api.customers.models import customers, places
from field_api.customers.scope import OneCustomer, display_name
from field_api.store.engine import AnySession
from field_api.web.etags import version_tag
from field_api.web.identity import Principal

SHOWN = (
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
)


def columns(table: FromClause) -> tuple[ColumnElement[Any], ...]:
    """What reads take from `customers`, or from a selection of them: SHOWN, and the town of the first place."""
    town = (
        select(places.c.town)
        .where(places.c.customer_id == table.c.id)
        .order_by(places.c.created_at, places.c.id)
        .limit(1)
        .correlate(table)
        .scalar_subquery()
    )
    return (*(table.c[name] for name in SHOWN), town.label("town"))


READ = select(*columns(customers))
_ONE = OneCustomer(READ)


def document(row: Row[Any]) -> dict[str, Any]:
    """The document of a row that begins with `columns`."""
    return complete(dict(zip((*SHOWN, "town"), row, strict=False)))


def complete(shown: dict[str, Any]) -> dict[str, Any]:
    """Add what follows from the columns: the name as one says it, and the ETag that a change wants back."""
    shown["display_name"] = display_name(shown["given_name"], shown["name"])
    shown["etag"] = version_tag(shown["id"], shown.pop("version"))
    return shown


def read_customer(session: AnySession, principal: Principal, customer_id: str) -> dict[str, Any]:
    """One customer in the caller's sight. Raises NotFound."""
    return document(_ONE.ask(session, principal, customer_id))
