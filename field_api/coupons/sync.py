"""What phones follow of coupons: those of the customers in sight. Redemptions are commands, and never documents."""

from collections.abc import Collection

from sqlalchemy import select

from field_api import clock
from field_api.coupons import codes
from field_api.coupons.models import campaigns, coupons
from field_api.coupons.rules import STATES, state_of
from field_api.customers import beside
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.sync.collections import ID, INSTANT, INTEGER, TEXT, Document, Placed, Synced, one_of

PROPERTIES = {
    "customer_id": ID,
    "campaign_id": ID,
    "offer_id": ID,
    "code": TEXT,
    "state": one_of(*STATES),
    "uses": INTEGER,
    "reserved": INTEGER,
    "redeemed": INTEGER,
    "issued_at": INSTANT,
    "viewed_at": INSTANT,
    "expires_at": INSTANT,
    "expired_at": INSTANT,
}

_columns = beside.reader(coupons, ("id", *(name for name in PROPERTIES if name not in {"offer_id", "state"})))
_OFFERS = (
    select(coupons.c.id, campaigns.c.offer_id)
    .join(campaigns, campaigns.c.id == coupons.c.campaign_id)
    .where(among(coupons.c.id))
)


def _documents(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    found = _columns(session, ids)
    for own_id, offer_id in session.connection().execute(_OFFERS, {"ids": list(found)}):
        document = found[own_id].document
        document |= {"offer_id": offer_id, "code": codes.grouped(document["code"]), "state": _state(document)}
    return found


def _state(document: Document) -> str:
    """The state as far as it was noted: a document changes by what was written, and not by the clock."""
    counts = (document["uses"], document["reserved"], document["redeemed"])
    return state_of(*counts, document.get("viewed_at"), document.get("expired_at"), clock.now())


COLLECTION = Synced(
    name="coupons",
    title="A customer's coupon",
    properties=PROPERTIES,
    placement=beside.placement(coupons),
    documents=_documents,
    followers=beside.followers(coupons),
)
