"""Use case of fairness: every pair of live offers by which a prospect is given more than a client like them."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from field_api import clock
from field_api.customers.models import customers
from field_api.geo import Box, Position, boxes_around
from field_api.offers.models import offer_listed, offers
from field_api.offers.rules import SIZES
from field_api.offers.rules_fairness import Weighed, admits, favours_prospects, may_favour_prospects
from field_api.offers.scope import in_sight, live_at
from field_api.reps.models import Territory
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# A gift, a service and a content have no size that could be compared.
COMPARED = ("percentage", "amount", "points_multiplier")

Pair = dict[str, Any]
_SIZE = attrgetter("size")


def unfair_pairs(session: AnySession, principal: Principal) -> list[Pair]:
    """The pairs among what is live in the caller's territories, by the prospect's offer.

    Compared are offers of one kind, one stacking group and, for amounts, one currency.
    """
    comparable = defaultdict(list)
    query = select(offers).where(*live_at(clock.now()), *in_sight(principal), offers.c.kind.in_(COMPARED))
    rows = [row._asdict() for row in session.execute(query)]
    for row, weighed in zip(rows, _weighed(session, rows), strict=True):
        comparable[row["kind"], row["stacking_group"], row["currency"]].append(weighed)
    found = (pair for (kind, group, _), alike in comparable.items() for pair in _pairs(kind, group, alike))
    return sorted(found, key=key)


def key(pair: Pair) -> tuple[str, str]:
    """What tells one pair from all others, and orders them."""
    return pair["prospect_offer_id"], pair["client_offer_id"]


def _pairs(kind: str, group: str | None, alike: list[Weighed]) -> Iterator[Pair]:
    to_clients = sorted((one for one in alike if admits(one, "client")), key=_SIZE)
    # Most offers are for everybody and favour nobody, so that few are held against those smaller than they.
    for larger in filter(may_favour_prospects, alike):
        for smaller in to_clients[: bisect_left(to_clients, larger.size, key=_SIZE)]:
            because = favours_prospects(larger, smaller)
            if because is not None:
                yield {
                    "kind": kind,
                    "stacking_group": group,
                    "prospect_offer_id": larger.id,
                    "prospect_benefit": larger.size,
                    "client_offer_id": smaller.id,
                    "client_benefit": smaller.size,
                    "because": because._asdict(),
                }


def _weighed(session: AnySession, rows: Iterable[Mapping[str, Any]]) -> Iterator[Weighed]:
    paths = {row.id: row.path for row in session.execute(select(Territory.id, Territory.path))}
    roles = _listed_roles(session)
    for row in rows:
        audience = row["audience"]
        named = audience.get("territories")
        yield Weighed(
            row["id"],
            row[SIZES[row["kind"]]],
            row["starts_at"],
            row["ends_at"],
            None if row["everywhere"] else [box for place in row["places"] for box in boxes_of(place)],
            audience,
            None if named is None else [paths[one] for one in named if one in paths],
            roles.get(row["id"], ()) if "listed" in audience else None,
        )


def _listed_roles(session: AnySession) -> dict[str, set[str]]:
    own = offer_listed.c
    query = select(own.offer_id, customers.c.role).join(customers, customers.c.id == own.customer_id)
    found: dict[str, set[str]] = defaultdict(set)
    for offer_id, role in session.execute(query.where(own.ends_at.is_(None)).distinct()):
        found[offer_id].add(role)
    return found


def boxes_of(place: Mapping[str, Any]) -> tuple[Box, ...]:
    """Boxes that hold all of a place."""
    if place.get("polygon") is None:
        return boxes_around(Position(place["lat"], place["lon"]), place["radius_m"])
    polygon = place["polygon"]
    parts = polygon["coordinates"] if polygon["type"] == "MultiPolygon" else [polygon["coordinates"]]
    return tuple(_box(part[0]) for part in parts)


def _box(ring: Iterable[list[float]]) -> Box:
    lons, lats = zip(*(position[:2] for position in ring), strict=True)
    return Box(min(lats), max(lats), min(lons), max(lons))
