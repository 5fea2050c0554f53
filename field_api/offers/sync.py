"""What phones follow of offers: those that are live for their territories, to read only."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import literal, select, union
from sqlalchemy.orm import aliased

from field_api.interactions.models import CHANNELS
from field_api.offers.models import KINDS, STATES, offer_territories, offers
from field_api.offers.scope import buckets_of
from field_api.reps.models import Territory, below
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
    territory_bucket,
)

_BOTH = object_of(en=TEXT, fr=TEXT)
_OBJECTS = {"type": "array", "items": {"type": "object"}}
_OFFER: dict[str, Any] = {
    "state": one_of(*STATES),
    "kind": one_of(*KINDS),
    "percent": INTEGER,
    "amount_minor": INTEGER,
    "currency": TEXT,
    "multiplier_percent": INTEGER,
    "gift": _BOTH,
    "title": _BOTH,
    "text": _BOTH,
    "picture_url": TEXT,
    "starts_at": INSTANT,
    "ends_at": INSTANT,
    "time_zone": TEXT,
    "weekly_hours": _OBJECTS,
    "everywhere": TRUE_OR_FALSE,
    "places": _OBJECTS,
    "audience": {"type": "object"},
    "channels": {"type": "array", "items": one_of(*CHANNELS)},
    "budget_total": INTEGER,
    "budget_per_customer": INTEGER,
    "budget_per_day": INTEGER,
    "priority": INTEGER,
    "stacking_group": TEXT,
    "territory_ids": {"type": "array", "items": ID},
}
_LIVE = offers.c.state == "live"


def _placement() -> Any:
    """The company's offers in its bucket; others in those of the territories they name and of all below."""
    named, above = offer_territories, aliased(Territory)
    whole = select(offers.c.id.label("doc_id"), literal(COMPANY).label("bucket")).where(
        _LIVE, ~select(named.c.offer_id).where(named.c.offer_id == offers.c.id).exists()
    )
    reached = named.join(offers, offers.c.id == named.c.offer_id).join(above, above.id == named.c.territory_id)
    parts = (
        select(named.c.offer_id, territory_bucket(Territory.id))  # type: ignore[arg-type]  # a column, mapped
        .select_from(reached.join(Territory, below(above.path)))
        .where(_LIVE)
    )
    united = union(whole, parts).subquery()
    return select(united.c.doc_id, united.c.bucket)


def _documents(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    columns = (offers.c[name] for name in ("id", *_OFFER))
    rows = [row._asdict() for row in session.execute(select(*columns).where(offers.c.id.in_(ids), _LIVE))]
    buckets = {named: sorted(buckets_of(session, named)) for named in {_named(row) for row in rows}}
    return {
        row["id"]: Placed(
            buckets[_named(row)][0],
            {name: value for name, value in row.items() if value is not None},
            tuple(buckets[_named(row)][1:]),
        )
        for row in rows
    }


def _named(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row["territory_ids"])


def _followers(session: AnySession, collection: str, ids: Collection[str]) -> Collection[str]:
    """A territory that comes or moves may take on, or lose, whatever offers name territories at all."""
    if collection != "territories":
        return ()
    return session.scalars(select(offer_territories.c.offer_id).distinct()).all()


COLLECTION = Synced(
    name="offers",
    title="An offer",
    properties=_OFFER,
    placement=_placement(),
    documents=_documents,
    followers=_followers,
    shared=True,
)
