"""Whether an offer gives a prospect more than another gives to a client who is otherwise like them.

Decided on the rules, not on the customers there are: two people are imagined who are alike in tier, segment, tags,
territory, first touch and lists, and who may differ in role and in what they bought. A pair is unfair when a prospect
could have the larger offer, and a client like them the smaller one but not the larger. Each attribute is decided by
itself, exactly; purchases as `rules_histories.py` tells. What is taken on trust: that any tier may go with any segment
and tag, that anybody may be put on a list on which somebody of their role stands, and that people may be wherever the
boxes around both offers' places meet, at any hour of the week.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from field_api.geo import Box
from field_api.offers.rules_histories import bounds_of, possible

PROSPECT, CLIENT = "prospect", "client"


@dataclass(frozen=True)
class Weighed:
    """An offer as fairness looks at it.

    `size` is per cent, minor units or a multiplier; `boxes` None means everywhere; `paths` are those of the territories
    its audience names, and `listed_roles` the roles of those on its closed list; each None when it does not ask.
    """

    id: str
    size: int
    starts_at: datetime
    ends_at: datetime | None
    boxes: Sequence[Box] | None
    audience: Mapping[str, Any]
    paths: Collection[str] | None
    listed_roles: Collection[str] | None


class Because(NamedTuple):
    """Why the client does not get the larger offer."""

    en: str
    fr: str


NOT_THEIR_ROLE = Because("It is not made to clients.", "Elle n’est pas faite aux clients.")
NOT_THEIR_PURCHASES = Because(
    "What clients have bought can keep them from it.", "Les achats d’un client peuvent l’en exclure."
)


def favours_prospects(larger: Weighed, smaller: Weighed) -> Because | None:
    """Why a prospect can have `larger` where a client like them only gets `smaller`; None when that cannot be."""
    admitted = admits(larger, PROSPECT) and admits(smaller, CLIENT)
    if larger.size <= smaller.size or not admitted or not _meet(larger, smaller) or not _alike(larger, smaller):
        return None
    asked = bounds_of(smaller.audience)
    if not possible(bounds_of(larger.audience)) or not possible(asked):
        return None
    if not admits(larger, CLIENT):
        return NOT_THEIR_ROLE
    broken = (one for bound in bounds_of(larger.audience) for one in bound.broken())
    return NOT_THEIR_PURCHASES if any(possible([*asked, one]) for one in broken) else None


def may_favour_prospects(offer: Weighed) -> bool:
    """Whether a prospect may have an offer from which some client is kept, by their role or by what they bought."""
    return admits(offer, PROSPECT) and (not admits(offer, CLIENT) or bool(bounds_of(offer.audience)))


def admits(offer: Weighed, role: str) -> bool:
    """Whether somebody of the role may have the offer, as far as roles and lists go."""
    asked = offer.audience.get("roles")
    return (asked is None or role in asked) and (offer.listed_roles is None or role in offer.listed_roles)


def _meet(one: Weighed, other: Weighed) -> bool:
    """Whether both hold at some moment at some spot."""
    if (one.ends_at and one.ends_at <= other.starts_at) or (other.ends_at and other.ends_at <= one.starts_at):
        return False
    if one.boxes is None or other.boxes is None:
        return True
    return any(_touch(here, there) for here in one.boxes for there in other.boxes)


def _touch(one: Box, other: Box) -> bool:
    return one.south <= other.north and other.south <= one.north and one.west <= other.east and other.west <= one.east


def _alike(one: Weighed, other: Weighed) -> bool:
    """Whether somebody could have the tier, segment, tags, territory and first touch that both ask for."""
    facts = [offer.audience.get("facts", {}) for offer in (one, other)]
    singles = (_single([fact.get(kind, {}) for fact in facts]) for kind in ("tier", "segment"))
    if not all(singles) or not _several([fact.get("tag", {}) for fact in facts]):
        return False
    sources = [set(known) for offer in (one, other) if (known := offer.audience.get("first_touch", {}).get("sources"))]
    if sources and not set.intersection(*sources):
        return False
    if one.paths is None or other.paths is None:
        return True
    return any(here.startswith(there) or there.startswith(here) for here in one.paths for there in other.paths)


def _single(clauses: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one value, or none at all, keeps the clauses on a fact of which there is one at a time."""
    wanted = [set(clause["any_of"]) for clause in clauses if "any_of" in clause]
    return not wanted or bool(set.intersection(*wanted) - _unwanted(clauses))


def _several(clauses: Sequence[Mapping[str, Any]]) -> bool:
    """The same for a fact of which there may be many."""
    return all(set(clause["any_of"]) - _unwanted(clauses) for clause in clauses if "any_of" in clause)


def _unwanted(clauses: Sequence[Mapping[str, Any]]) -> set[str]:
    return {value for clause in clauses for value in clause.get("none_of", ())}
