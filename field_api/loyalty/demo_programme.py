"""What the demo company's club promises, and how one earns there; both have changed on the way, as such things do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from field_api.customers.demo import id_at
from field_api.loyalty.models import earn_rule_versions, earn_rules, programme_terms, programmes
from field_api.loyalty.rules import Rule
from field_api.loyalty.rules_tiers import Period
from field_api.store.engine import AnySession

SINCE = timedelta(days=2 * 365 + 60)
WAITING_SINCE = timedelta(days=45)
DOUBLED_SINCE = timedelta(days=60)
VISITS_SINCE = timedelta(days=30)
TIME_ZONE = "Europe/Paris"

_TERMS: dict[str, Any] = {
    "expiry_months": 25,
    "pending_days": 0,
    "window_months": 12,
    "tier_kinds": None,
    "caps": [],
    "tiers": [
        {
            "code": "argent",
            "name": {"en": "Silver", "fr": "Argent"},
            "entry_points": 100,
            "keep_points": 70,
            "privileges": [{"en": "A taste of what is new", "fr": "Les nouveautés en avant-première"}],
        },
        {
            "code": "or",
            "name": {"en": "Gold", "fr": "Or"},
            "entry_points": 250,
            "keep_points": 180,
            "privileges": [
                {"en": "A taste of what is new", "fr": "Les nouveautés en avant-première"},
                {"en": "Free delivery", "fr": "Livraison offerte"},
                {"en": "An evening in the cellar each autumn", "fr": "Une soirée à la cave chaque automne"},
            ],
        },
    ],
}
_CAPS = [
    {"kind": "visit", "points_a_day": None, "times_a_day": 1},
    {"kind": "review", "points_a_day": None, "times_a_day": 3},
    {"kind": None, "points_a_day": 2_000, "times_a_day": None},
]
_NOTHING: dict[str, Any] = dict.fromkeys(("per_minor", "currency", "categories", "least_minor", "ends_at"))
_NOTHING |= {"rounding": "down"}
_A_EURO = {"points": 1, "per_minor": 100, "currency": "EUR"}
# Kind, since how long, and what is said.
_RULES: tuple[tuple[str, timedelta, dict[str, Any]], ...] = (
    ("purchase", SINCE, {"name": {"en": "A point a euro", "fr": "Un point par euro"}} | _A_EURO),
    (
        "purchase",
        DOUBLED_SINCE,
        {"name": {"en": "Tea and coffee count twice", "fr": "Thés et cafés comptent double"}}
        | _A_EURO
        | {"categories": ["thés et cafés"]},
    ),
    ("visit", VISITS_SINCE, {"name": {"en": "A visit", "fr": "Une visite"}, "points": 5}),
    ("review", SINCE, {"name": {"en": "A review", "fr": "Un avis"}, "points": 20}),
    ("survey", SINCE, {"name": {"en": "An answered survey", "fr": "Une enquête remplie"}, "points": 30}),
    ("referral", SINCE, {"name": {"en": "A friend's first purchase", "fr": "Premier achat d’un ami"}, "points": 100}),
    ("birthday", SINCE, {"name": {"en": "Your birthday", "fr": "Votre anniversaire"}, "points": 50}),
    (
        "card_installed",
        SINCE,
        {"name": {"en": "The card on your phone", "fr": "La carte sur le téléphone"}, "points": 10},
    ),
)


@dataclass(frozen=True)
class DemoProgramme:
    """The club as it was written."""

    id: str
    periods: tuple[Period, ...]
    rules: dict[str, Rule]
    doubled_since: datetime
    waiting_since: datetime

    def terms_at(self, at: datetime) -> Period:
        """What it promised at that moment."""
        first, *later = self.periods
        return next((one for one in reversed(later) if one.starts_at <= at), first)


def fill_programme(session: AnySession, rng: Random, at: datetime) -> DemoProgramme:
    """Write the club, live since before the first purchase that is kept."""
    own, since = id_at(rng, at - SINCE), at - SINCE
    row = {"id": own, "version": 3, "created_at": since, "updated_at": at - WAITING_SINCE, "state": "live"}
    row |= {"name": {"en": "Club Furet", "fr": "Club Furet"}, "unit": {"en": "points", "fr": "points"}}
    row |= {"time_zone": TIME_ZONE, "is_main": True, "started_at": since, "ended_at": None}
    session.execute(insert(programmes), [row])
    waiting = _TERMS | {"pending_days": 14, "caps": _CAPS}
    periods = (Period(since, 1, _TERMS), Period(at - WAITING_SINCE, 2, waiting))
    held = [
        {"programme_id": own, "number": one.number, "starts_at": one.starts_at, "recorded_at": one.starts_at}
        | {"terms": dict(one.terms)}
        for one in periods
    ]
    session.execute(insert(programme_terms), held)
    rules = dict(_rules(session, rng, own, at))
    return DemoProgramme(own, periods, rules, at - DOUBLED_SINCE, at - WAITING_SINCE)


def _rules(session: AnySession, rng: Random, programme_id: str, at: datetime) -> Iterator[tuple[str, Rule]]:
    for kind, ago, said in _RULES:
        since, terms = at - ago, _NOTHING | said
        own = id_at(rng, since)
        rule = {"id": own, "programme_id": programme_id, "kind": kind, "version": 1, "created_at": since}
        session.execute(insert(earn_rules), [rule])
        version = {"rule_id": own, "number": 1, "starts_at": since, "recorded_at": since, "terms": terms}
        session.execute(insert(earn_rule_versions), [version])
        yield ("doubled" if terms["categories"] else kind), Rule(own, 1, kind, terms)
