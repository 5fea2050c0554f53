"""Which offers a caller may know of: staff those of their territories and of the whole company, once they are live."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from field_api.offers.models import offer_territories, offers
from field_api.reps.models import Territory, below
from field_api.store.engine import AnySession
from field_api.sync.collections import COMPANY, in_territory
from field_api.web.identity import Principal


def made_in(territory_ids: frozenset[str]) -> ColumnElement[bool]:
    """The condition that an offer names no territory, or one that holds one of these."""
    named, above = offer_territories.c, aliased(Territory)
    reaches = (
        select(named.offer_id)
        .join(above, above.id == named.territory_id)
        .join(Territory, below(above.path))
        .where(named.offer_id == offers.c.id, Territory.id.in_(sorted(territory_ids)))
    )
    names_any = exists().where(named.offer_id == offers.c.id)
    return or_(~names_any, reaches.exists())


def in_sight(principal: Principal) -> tuple[ColumnElement[bool], ...]:
    """The conditions that keep a query on `offers` to those of the caller's territories, whatever their state."""
    return () if principal.territory_ids is None else (made_in(principal.territory_ids),)


def live_at(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an offer is live and its period not over; it may still be to begin."""
    return (offers.c.state == "live", or_(offers.c.ends_at.is_(None), offers.c.ends_at > at))


def shown_to(principal: Principal, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions for what a caller is shown: an admin everything, others what is live for them."""
    return () if principal.role == "admin" else (*in_sight(principal), *live_at(at))


def buckets_of(session: AnySession, territory_ids: Collection[str]) -> set[str]:
    """Where phones find an offer that names these territories: there and in all below, else in the company's bucket."""
    if not territory_ids:
        return {COMPANY}
    paths = session.scalars(select(Territory.path).where(Territory.id.in_(territory_ids)))
    subtrees = or_(*map(below, paths))
    return {in_territory(own_id) for own_id in session.scalars(select(Territory.id).where(subtrees))}
