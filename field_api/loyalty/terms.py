"""What a programme promised and its rules said at any moment: versions are added, and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, bindparam, insert, select

from field_api import clock
from field_api.errors import Clash
from field_api.loyalty.models import earn_rule_versions, earn_rules, programme_terms
from field_api.loyalty.rules import Cap, Rule
from field_api.loyalty.rules_tiers import Period
from field_api.store.engine import AnySession


@dataclass(frozen=True)
class Terms:
    """What a programme promises from `starts_at` on, until its next terms start."""

    number: int
    starts_at: datetime
    recorded_at: datetime
    terms: Mapping[str, Any]

    @property
    def caps(self) -> list[Cap]:
        """The most that a day gives."""
        return [Cap(one["kind"], one["points_a_day"], one["times_a_day"]) for one in self.terms["caps"]]


_held = programme_terms.c
_PERIODS = (
    select(_held.number, _held.starts_at, _held.recorded_at, _held.terms)
    .where(_held.programme_id == bindparam("own_id"))
    .order_by(_held.starts_at, _held.number)
)
_said = earn_rule_versions.c
_RULES = (
    select(earn_rules.c.id, _said.number, earn_rules.c.kind, _said.terms)
    .join_from(earn_rules, earn_rule_versions, _said.rule_id == earn_rules.c.id)
    .where(earn_rules.c.programme_id == bindparam("programme_id"), earn_rules.c.kind == bindparam("kind"))
    .where(_said.starts_at <= bindparam("at"))
    .order_by(earn_rules.c.id, _said.starts_at, _said.number)
)
_VERSIONS = (
    select(_said.number, _said.starts_at, _said.recorded_at, _said.terms)
    .where(_said.rule_id == bindparam("own_id"))
    .order_by(_said.starts_at, _said.number)
)
_ONE_VERSION = (
    select(earn_rules.c.id, _said.number, earn_rules.c.kind, _said.terms)
    .join_from(earn_rules, earn_rule_versions, _said.rule_id == earn_rules.c.id)
    .where(_said.rule_id == bindparam("rule_id"), _said.number == bindparam("number"))
)


def all_terms(session: AnySession, programme_id: str) -> list[Terms]:
    """All terms that a programme had, has and will have, in the order in which they hold.

    Of two that start together the one recorded later holds.
    """
    rows = session.connection().execute(_PERIODS, {"own_id": programme_id})
    return [Terms(*row) for row in rows]


def terms_at(session: AnySession, programme_id: str, at: datetime) -> Terms:
    """What a programme promises at `at`; before its first terms, these."""
    found = all_terms(session, programme_id)
    return next((one for one in reversed(found) if one.starts_at <= at), found[0])


def periods(found: list[Terms]) -> list[Period]:
    """The same as the replay of tiers wants them."""
    return [Period(one.starts_at, one.number, one.terms) for one in found]


def rules_at(session: AnySession, programme_id: str, kind: str, at: datetime) -> list[Rule]:
    """What the rules of a kind said at `at`."""
    asked = {"programme_id": programme_id, "kind": kind, "at": at}
    last = {row.id: row for row in session.connection().execute(_RULES, asked)}
    return [Rule(*row) for row in last.values()]


def rule_of(session: AnySession, rule_id: str, number: int) -> Rule:
    """One version of a rule, as an earning names it."""
    return Rule(*session.connection().execute(_ONE_VERSION, {"rule_id": rule_id, "number": number}).one())


def versions_of(session: AnySession, rule_id: str) -> list[Row[Any]]:
    """All versions of a rule, in the order in which they hold."""
    return list(session.connection().execute(_VERSIONS, {"own_id": rule_id}))


def add_version(
    session: AnySession, table: Table, owner: dict[str, str], before: list[Any], told: Mapping[str, Any]
) -> dict[str, Any]:
    """Add a version that holds from `told["starts_at"]`, or from now on.

    What was promised for a moment that has passed, or before something that is announced, stands. Raises Clash.
    """
    moment = clock.now()
    starts_at = told.get("starts_at") or moment
    if before and starts_at < moment:
        raise Clash(f"What held before {moment.isoformat()} stands; a new version starts now or later.")
    if before and starts_at < before[-1].starts_at:
        raise Clash(f"Version {before[-1].number} starts on {before[-1].starts_at.isoformat()}; this one starts later.")
    number = max((one.number for one in before), default=0) + 1
    row = {"number": number, "starts_at": starts_at, "recorded_at": moment, "terms": _as_json(told["terms"])}
    session.execute(insert(table), owner | row)
    return row


def _as_json(terms: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in terms.items()}
