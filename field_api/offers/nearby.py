"""Use case of nearness: the offers that somebody may have around a position, in order, each with its true reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain, islice
from math import inf
from typing import Any

from sqlalchemy import select

from field_api.geo import Position
from field_api.offers.around import Asked, Step
from field_api.offers.audience import judge
from field_api.offers.eligible import holds_now
from field_api.offers.models import offers
from field_api.offers.nearest import everywhere, holding, nearest
from field_api.offers.places import ALL_ROLES, role_bit
from field_api.offers.reasons import reason_of_place
from field_api.offers.rules_clauses import Person
from field_api.offers.scope import in_sight
from field_api.offers.snapshot import map_of
from field_api.offers.versions import documents_at
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# A page tries so many offers at most. When these do not fill it, it is short, and its link goes on from there.
SCANNED = 3_000
AT_ONCE = 100

SHOWN = (
    *("id", "kind", "percent", "amount_minor", "currency", "multiplier_percent", "gift", "title", "text"),
    *("picture_url", "priority", "stacking_group", "starts_at", "ends_at"),
)
_READ = (*SHOWN, "time_zone", "weekly_hours", "audience")
_NOW = select(*(offers.c[name] for name in _READ)).where(among(offers.c.id))
_SEEN = select(offers.c.id).where(among(offers.c.id))

Document = dict[str, Any]


@dataclass(frozen=True)
class Spotted:
    """A position, and how far off it may be, None where nobody said; `origin`: the phone, or the request's address."""

    position: Position
    accuracy_m: float | None
    origin: str


@dataclass(frozen=True)
class Search:
    """What is looked for: `person` None asks for nobody in particular, `holding` for what holds there and no more.

    `past` tells that `at` is over.
    """

    spotted: Spotted
    radius_m: float
    at: datetime
    past: bool = False
    person: Person | None = None
    holding: bool = False

    @property
    def asked(self) -> Asked:
        """What the map is asked."""
        roles = ALL_ROLES if self.person is None else role_bit(self.person.role)
        return Asked(self.spotted.position, self.at, roles, self.past)


def find_nearby(
    session: AnySession, principal: Principal, search: Search, limit: int, after: Step | None
) -> tuple[list[Document], Step | None]:
    """A page of offers, and the step after which the next one begins; none of them that the caller may not know of."""
    steps = _steps(session, search, limit + 1, after)
    found: list[tuple[Step, Document]] = []
    tried, last = 0, after
    while len(found) <= limit and tried < SCANNED:
        these = list(islice(steps, limit + 1 if not tried else AT_ONCE))
        if not these:
            last = None
            break
        tried, last = tried + len(these), these[-1]
        shown = those_eligible(session, principal, search, [step.offer_id for step in these])
        found += [(step, shown[step.offer_id]) for step in these if step.offer_id in shown]
    page = found[:limit]
    places = reason_of_place(session, search.asked, search.spotted.accuracy_m or 0.0, [step for step, _ in page])
    items = [item(step, document, places[step.offer_id]) for step, document in page]
    return items, page[-1][0] if len(found) > limit else last


def those_eligible(
    session: AnySession, principal: Principal, search: Search, offer_ids: Sequence[str]
) -> dict[str, Document]:
    """Those of these offers that the caller may know of, that hold at this hour and that the person may have."""
    documents = _documents(session, principal, search, offer_ids)
    found = {}
    for offer_id, document in documents.items():
        reasons = _audience(document, search)
        if reasons is not None and holds_now(document, search.at):
            found[offer_id] = {name: document[name] for name in SHOWN} | {"audience": reasons}
    return found


def _steps(session: AnySession, search: Search, wanted: int, after: Step | None) -> Iterator[Step]:
    map_ = map_of(session)
    if not search.holding:
        return nearest(map_, search.asked, search.radius_m, wanted, after)
    if after is not None and after.distance_m == inf:
        return everywhere(map_, search.asked, wanted, after)
    here = (step for step in holding(map_, search.asked) if after is None or step > after)
    return chain(here, everywhere(map_, search.asked, wanted, None))


def _documents(
    session: AnySession, principal: Principal, search: Search, offer_ids: Sequence[str]
) -> dict[str, Document]:
    sight = in_sight(principal)
    if not search.asked.past:
        rows = session.execute(_NOW.where(*sight), {"ids": offer_ids})
        return {row.id: row._asdict() for row in rows}
    seen = set(session.scalars(_SEEN.where(*sight), {"ids": offer_ids}))
    return {own: one for own, one in documents_at(session, offer_ids, search.at).items() if own in seen}


def _audience(document: Mapping[str, Any], search: Search) -> list[Document] | None:
    """Every clause with its reason; None where the person may not have the offer."""
    if search.person is None:
        return []
    verdict = judge(document["id"], document["audience"], search.person, search.at)
    return [asdict(reason) for reason in verdict.reasons] if verdict.eligible else None


def item(step: Step, document: Document, place: Document) -> Document:
    """An offer as it is answered; `document` is one of `those_eligible`."""
    shown = {name: document[name] for name in SHOWN}
    distance = None if step.distance_m == inf else step.distance_m
    reason = {"audience": document["audience"], "place": place["reason"]}
    return shown | {"distance_m": distance, "inside": place["inside"], "reason": reason}
