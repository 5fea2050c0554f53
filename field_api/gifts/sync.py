"""What phones follow of gifts: those that are or were offered, for the whole company; to read only.

Orders are commands, and never documents. How many units are left changes with every order, so phones are told only
whether any is.
"""

from collections.abc import Collection

from sqlalchemy import literal, select

from field_api.gifts.models import gifts, stocks
from field_api.store.engine import AnySession
from field_api.sync.collections import (
    COMPANY,
    ID,
    INSTANT,
    INTEGER,
    TEXT,
    TRUE_OR_FALSE,
    Placed,
    Synced,
    object_of,
    one_of,
)

_BOTH = object_of(en=TEXT, fr=TEXT)
_GIFT = {
    "programme_id": ID,
    "state": one_of("offered", "withdrawn"),
    "title": _BOTH,
    "text": _BOTH,
    "picture_url": TEXT,
    "points": INTEGER,
    "starts_at": INSTANT,
    "ends_at": INSTANT,
    "tiers": {"type": "array", "items": TEXT},
    "collect_days": INTEGER,
}
_SHOWN = gifts.c.state != "draft"


def _documents(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    columns = (*(gifts.c[name] for name in ("id", *_GIFT)), stocks.c.units)
    query = select(*columns).join(stocks, stocks.c.gift_id == gifts.c.id).where(gifts.c.id.in_(ids), _SHOWN)
    found = {}
    for row in session.execute(query):
        document = {name: value for name, value in row._mapping.items() if value is not None and name != "units"}
        found[row.id] = Placed(COMPANY, document | {"in_stock": row.units > 0})
    return found


COLLECTION = Synced(
    name="gifts",
    title="A gift",
    properties={**_GIFT, "in_stock": TRUE_OR_FALSE},
    placement=select(gifts.c.id.label("doc_id"), literal(COMPANY).label("bucket")).where(_SHOWN),
    documents=_documents,
)
