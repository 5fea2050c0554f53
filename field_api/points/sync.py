"""What phones follow of the books: what each account has, to be read. Whatever moves points is a command."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from field_api.customers import beside
from field_api.points.accounts import BALANCES
from field_api.points.models import OPEN, accounts, lots
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.sync.collections import ID, INSTANT, INTEGER, Placed, Synced, object_of

# A phone shows what expires next, and not every lot of years.
MOST_EXPIRIES = 12

PROPERTIES = {
    "customer_id": ID,
    "points": INTEGER,
    "pending": INTEGER,
    "reserved": INTEGER,
    "leased": INTEGER,
    "debt": INTEGER,
    "expiring": {"type": "array", "items": object_of(expires_at=INSTANT, points=INTEGER)},
    "closed_at": INSTANT,
    "merged_into_id": ID,
}

_columns = beside.reader(accounts, ("id", "customer_id", "debt", "closed_at", "merged_into_id"))
_LOTS = select(
    lots.c.account_id, lots.c.expires_at, lots.c.available, lots.c.pending, lots.c.reserved, lots.c.leased
).where(among(lots.c.account_id), text(OPEN))


def _documents(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    """By what was written, and not by the clock: a lot that is over counts until the job has noted it."""
    found = _columns(session, ids)
    expiring: dict[str, dict[datetime, int]] = {own_id: {} for own_id in found}
    for one in found.values():
        one.document.update(dict.fromkeys(("points", "pending", "reserved", "leased"), 0))
    for own_id, expires_at, *counts in session.connection().execute(_LOTS, {"ids": list(found)}):
        document = found[own_id].document
        for name, count in zip(("points", "pending", "reserved", "leased"), counts, strict=True):
            document[name] += count
        if expires_at is not None and counts[0]:
            expiring[own_id][expires_at] = expiring[own_id].get(expires_at, 0) + counts[0]
    for own_id, sums in expiring.items():
        found[own_id].document["expiring"] = _next(sums)
    return found


def _next(sums: dict[datetime, int]) -> list[dict[str, Any]]:
    return [{"expires_at": at, "points": points} for at, points in sorted(sums.items())[:MOST_EXPIRIES]]


COLLECTION = Synced(
    name=BALANCES,
    title="What a member's account has",
    properties=PROPERTIES,
    placement=beside.placement(accounts),
    documents=_documents,
    followers=beside.followers(accounts),
)
