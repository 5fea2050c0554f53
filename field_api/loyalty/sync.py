"""What phones follow of loyalty, to read only: programmes with their rules, and the cards of the customers in sight."""

from collections.abc import Collection

from sqlalchemy import literal, select

from field_api.customers import beside
from field_api.loyalty.earn_rules import rules_of
from field_api.loyalty.models import MEMBER_STATES, PROGRAMME_STATES, members, programmes
from field_api.loyalty.programmes import read_programme
from field_api.store.engine import AnySession
from field_api.sync.collections import (
    COMPANY,
    ID,
    INSTANT,
    TEXT,
    TRUE_OR_FALSE,
    Document,
    Placed,
    Synced,
    object_of,
    one_of,
)

_PHRASE = object_of(en=TEXT, fr=TEXT)
_OBJECT: Document = {"type": "object"}
_PROGRAMME = {
    "name": _PHRASE,
    "unit": _PHRASE,
    "time_zone": TEXT,
    "is_main": TRUE_OR_FALSE,
    "state": one_of(*PROGRAMME_STATES),
    "started_at": INSTANT,
    "ended_at": INSTANT,
    "terms": _OBJECT,
    "rules": {"type": "array", "items": _OBJECT},
}
_CARD = {
    "customer_id": ID,
    "programme_id": ID,
    "number": TEXT,
    "state": one_of(*MEMBER_STATES),
    "joined_at": INSTANT,
    "left_at": INSTANT,
    "merged_into_id": ID,
    "tier": TEXT,
    "tier_since_at": INSTANT,
    "created_at": INSTANT,
    "updated_at": INSTANT,
}


def _programmes(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    """Each with the terms and the rules of now; what is announced comes to phones when it is asked for."""
    found = {}
    for own in session.execute(select(programmes.c.id).where(programmes.c.id.in_(ids))).scalars().all():
        told = read_programme(session, own)
        document = {name: told[name] for name in _PROGRAMME if name != "rules" and told[name] is not None}
        found[own] = Placed(COMPANY, {"id": own, **document, "rules": rules_of(session, own)})
    return found


COLLECTIONS = (
    Synced(
        name="programmes",
        title="A loyalty programme with its terms, tiers and earn rules",
        properties=_PROGRAMME,
        placement=select(programmes.c.id.label("doc_id"), literal(COMPANY).label("bucket")),
        documents=_programmes,
    ),
    Synced(
        name="cards",
        title="A customer's card: a member of a programme; its points are the account of the same id",
        properties=_CARD,
        placement=beside.placement(members),
        documents=beside.reader(members, ("id", *_CARD)),
        followers=beside.followers(members),
    ),
)
