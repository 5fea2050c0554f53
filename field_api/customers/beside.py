"""Documents of other features that lie where their customer lies, and move, go and come back with them."""

from collections.abc import Callable, Collection

from marshmallow import Schema
from sqlalchemy import Select, Table, select

from field_api.customers.models import customers
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.sync.collections import Document, Placed, in_territory, territory_bucket
from field_api.web.ids import IdField
from field_api.web.openapi import load


def awaits(session: AnySession, document: Document) -> str | None:
    """The customer of a document made on a phone, when no such customer exists yet."""
    customer_id = customer_of(document)
    known = session.execute(select(customers.c.id).where(customers.c.id == customer_id)).first()
    return customer_id if known is None else None


class _CustomerOfSchema(Schema):
    customer_id = IdField(required=True)


_STANDING = customers.c.retired_at.is_(None)


def placement(table: Table) -> Select[tuple[str, str]]:
    """Where each row of a table with a customer_id lies; rows of nobody, or of somebody retired, lie nowhere."""
    bucket = territory_bucket(customers.c.territory_id)
    owned = table.join(customers, customers.c.id == table.c.customer_id)
    return select(table.c.id.label("doc_id"), bucket.label("bucket")).select_from(owned).where(_STANDING)


def followers(table: Table) -> Callable[[AnySession, str, Collection[str]], Collection[str]]:
    """Finds the rows that go along with their customers."""

    def find(session: AnySession, collection: str, ids: Collection[str]) -> Collection[str]:
        if collection != "customers":
            return ()
        return session.execute(select(table.c.id).where(table.c.customer_id.in_(ids))).scalars().all()

    return find


def reader(table: Table, names: tuple[str, ...]) -> Callable[[AnySession, Collection[str]], dict[str, Placed]]:
    """Reads documents made of these columns."""
    owned = table.join(customers, customers.c.id == table.c.customer_id)
    columns = (customers.c.territory_id, *(table.c[name] for name in names))
    query = select(*columns).select_from(owned).where(among(table.c.id), _STANDING)

    def read(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
        found = {}
        for territory_id, *values in session.connection().execute(query, {"ids": list(ids)}).all():
            document: Document = {name: value for name, value in zip(names, values, strict=True) if value is not None}
            found[document["id"]] = Placed(in_territory(territory_id), document)
        return found

    return read


def customer_of(document: Document) -> str:
    """The customer of a document made on a phone. Raises Invalid."""
    return str(load(_CustomerOfSchema, {"customer_id": document.get("customer_id")})["customer_id"])


def holder(table: Table) -> Callable[[AnySession, Collection[str]], None]:
    """Holds rows until the transaction ends."""

    def hold(session: AnySession, ids: Collection[str]) -> None:
        session.execute(select(table.c.id).where(table.c.id.in_(ids)).order_by(table.c.id).with_for_update())

    return hold
