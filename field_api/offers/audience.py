"""To whom an offer is made: clauses that must all hold, each of which explains itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from field_api.offers.rules_clauses import CLAUSES, Person, Reason

__all__ = ["Person", "Reason", "Verdict", "judge"]


@dataclass(frozen=True)
class Verdict:
    """Whether somebody may have an offer; every clause is told, in the order of CLAUSES."""

    eligible: bool
    reasons: tuple[Reason, ...]


def judge(offer_id: str, audience: Mapping[str, Any], person: Person, at: datetime) -> Verdict:
    """Whether `person` belongs to the audience of an offer at the instant `at`, with every clause's reason.

    `audience` is `Offer.audience` or a version's, as `schemas_audience.py` let it in; an empty one takes in everybody.
    `person` is as of `at` too (`people.people_at`).
    """
    reasons = tuple(
        reason
        for name, tell in CLAUSES.items()
        if name in audience
        for reason in tell(audience[name], person, offer_id, at)
    )
    return Verdict(all(reason.holds for reason in reasons), reasons)
