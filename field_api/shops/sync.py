"""What phones follow of shops, and of what their customers bought; to read only."""

from collections.abc import Collection

from sqlalchemy import literal, select

from field_api.customers import beside
from field_api.interactions.models import CHANNELS
from field_api.shops.models import purchase_lines, purchases, shops
from field_api.store.engine import AnySession
from field_api.sync.collections import COMPANY, ID, INSTANT, INTEGER, NUMBER, TEXT, Placed, Synced, object_of, one_of

_LIST = {"type": "array", "items": {"type": "object"}}
_SHOP = {
    "name": TEXT,
    "territory_id": ID,
    "street": TEXT,
    "postcode": TEXT,
    "town": TEXT,
    "country": TEXT,
    "lat": NUMBER,
    "lon": NUMBER,
    "time_zone": TEXT,
    "opening_hours": _LIST,
    "exceptions": _LIST,
    "closed_at": INSTANT,
}
_PURCHASE = {
    "customer_id": ID,
    "shop_id": ID,
    "channel": one_of(*CHANNELS),
    "currency": TEXT,
    "amount_minor": INTEGER,
    "refunded_minor": INTEGER,
    "occurred_at": INSTANT,
    "recorded_at": INSTANT,
}
_LINES = {"type": "array", "items": object_of(category=TEXT, quantity=INTEGER, amount_minor=INTEGER)}


def _shops(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    rows = session.execute(select(*(shops.c[name] for name in ("id", *_SHOP))).where(shops.c.id.in_(ids)))
    known = ({name: value for name, value in row._mapping.items() if value is not None} for row in rows)
    return {one["id"]: Placed(COMPANY, one) for one in known}


_without_lines = beside.reader(purchases, ("id", *_PURCHASE))


def _purchases(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    found = _without_lines(session, ids)
    line = purchase_lines.c
    query = select(line.purchase_id, line.category, line.quantity, line.amount_minor).where(line.purchase_id.in_(found))
    for purchase_id, *values in session.execute(query.order_by(line.purchase_id, line.position)):
        told = dict(zip(("category", "quantity", "amount_minor"), values, strict=True))
        found[purchase_id].document.setdefault("lines", []).append(told)
    return found


COLLECTIONS = (
    Synced(
        name="shops",
        title="A shop of the company",
        properties=_SHOP,
        placement=select(shops.c.id.label("doc_id"), literal(COMPANY).label("bucket")),
        documents=_shops,
    ),
    Synced(
        name="purchases",
        title="Something a customer bought",
        properties={**_PURCHASE, "lines": _LINES},
        placement=beside.placement(purchases),
        documents=_purchases,
        followers=beside.followers(purchases),
    ),
)
