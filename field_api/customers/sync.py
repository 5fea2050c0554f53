"""What phones follow of customers: one document each, with their places, contact points and facts folded in."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, Table, select

from field_api.customers import actions, models, phone_edits
from field_api.customers.models import CONTACT_KINDS, KINDS, POSITION_ORIGINS, ROLES, SOURCES, customers
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.sync.collections import (
    ID,
    INSTANT,
    NUMBER,
    TEXT,
    TRUE_OR_FALSE,
    Document,
    Placed,
    Synced,
    Writing,
    in_territory,
    list_of,
    object_of,
    one_of,
    territory_bucket,
)

_POSITION = object_of(lat=NUMBER, lon=NUMBER, origin=one_of(*POSITION_ORIGINS), accuracy_m=NUMBER)
PROPERTIES = {
    "kind": one_of(*KINDS),
    "name": TEXT,
    "given_name": TEXT,
    "firm_id": ID,
    "job_title": TEXT,
    "territory_id": ID,
    "role": one_of(*ROLES),
    "first_touch_source": one_of(*SOURCES),
    "first_touch_detail": TEXT,
    "first_touch_at": INSTANT,
    "created_at": INSTANT,
    "updated_at": INSTANT,
    "contact_points": list_of(kind=one_of(*CONTACT_KINDS), value=TEXT, label=TEXT, verified=TRUE_OR_FALSE),
    "places": list_of(
        label=TEXT, street=TEXT, postcode=TEXT, town=TEXT, country=TEXT, position=_POSITION, created_at=INSTANT
    ),
    "facts": list_of(kind=TEXT, value=TEXT, source=TEXT, source_id=ID, starts_at=INSTANT),
}
_ADDRESS = ("label", "street", "postcode", "town", "country")
_REACHABLE = ("id", "kind", "value", "label", "verified")
WRITABLE: dict[str, tuple[str, ...] | None] = {
    **dict.fromkeys((*phone_edits.AT_FIRST_TOUCH, *actions.CHANGEABLE, "role")),
    "contact_points": _REACHABLE,
    "places": ("id", *_ADDRESS, "position"),
}

_SHOWN = tuple(name for name in PROPERTIES if name in customers.c)
_CUSTOMERS = select(*(customers.c[name] for name in ("id", *_SHOWN))).where(
    among(customers.c.id), customers.c.retired_at.is_(None)
)


def _parts(table: Table, *columns: str) -> Select[Any]:
    found = select(table.c.customer_id, *(table.c[name] for name in columns))
    return found.where(among(table.c.customer_id)).order_by(table.c.id)


_REACH = _parts(models.contact_points, "id", "kind", "value", "label", "verified_at")
_PLACES = _parts(models.places, "id", *_ADDRESS, "created_at", "lat", "lon", "position_origin", "accuracy_m")
_FACT = ("id", "kind", "value", "source", "source_id", "starts_at")
_FACTS = _parts(models.customer_facts, *_FACT).where(models.customer_facts.c.ends_at.is_(None))


def documents(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    """The standing customers among the ids, as phones keep them; lists are in the order of their ids."""
    connection, asked = session.connection(), {"ids": list(ids)}
    found: dict[str, Document] = {}
    for row in connection.execute(_CUSTOMERS, asked).all():
        found[row[0]] = {"id": row[0], **_known(_SHOWN, row[1:])}
    for name, query, part in _LISTS:
        for row in connection.execute(query, asked).all():
            if row[0] in found:
                found[row[0]].setdefault(name, []).append(part(row))
    return {doc_id: Placed(in_territory(one["territory_id"]), one) for doc_id, one in found.items()}


def _known(names: tuple[str, ...], values: Any) -> Document:
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _contact_point(row: Sequence[Any]) -> Document:
    return {**_known(_REACHABLE[:4], row[1:5]), "verified": row[5] is not None}


def _place(row: Sequence[Any]) -> Document:
    place = _known(("id", *_ADDRESS, "created_at"), row[1:8])
    if row[8] is not None:
        place["position"] = _known(("lat", "lon", "origin", "accuracy_m"), row[8:])
    return place


def _fact(row: Sequence[Any]) -> Document:
    return _known(_FACT, row[1:])


_LISTS = (("contact_points", _REACH, _contact_point), ("places", _PLACES, _place), ("facts", _FACTS, _fact))

COLLECTION = Synced(
    name="customers",
    title="A customer, with places, contact points and facts",
    properties=PROPERTIES,
    placement=select(customers.c.id.label("doc_id"), territory_bucket(customers.c.territory_id).label("bucket")).where(
        customers.c.retired_at.is_(None)
    ),
    documents=documents,
    writing=Writing(
        fields=WRITABLE,
        lock=phone_edits.lock,
        create=phone_edits.create,
        change=phone_edits.change,
        remove=phone_edits.remove,
    ),
)
