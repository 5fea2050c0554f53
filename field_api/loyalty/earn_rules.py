"""Use cases of earn rules: write one, write its next version, and read what it said at any moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from field_api import clock
from field_api.errors import Clash, NotFound
from field_api.loyalty.models import EarnRule, earn_rule_versions, earn_rules
from field_api.loyalty.programmes import read_programme
from field_api.loyalty.rules import check_kind, check_rule
from field_api.loyalty.terms import add_version, versions_of
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web.identity import Principal

MOST_RULES = 200


def create_rule(session: AnySession, principal: Principal, programme_id: str, told: dict[str, Any]) -> dict[str, Any]:
    """A rule with its first version, which may have held for long.

    Raises NotFound, Clash for an id in use, and Invalid for a kind that would pay itself or terms that do not fit it.
    """
    read_programme(session, programme_id)
    check_kind(told["kind"])
    check_rule(told["kind"], told["terms"])
    own = told.get("id") or new_id()
    if session.get(EarnRule, own) is not None:
        raise Clash(f"The id {own} is in use; make a new one.")
    if len(_rules(session, programme_id)) >= MOST_RULES:
        raise Clash(f"This programme has {MOST_RULES} rules, which is the most.")
    row = EarnRule(id=own, programme_id=programme_id, kind=told["kind"], version=1, created_at=clock.now())
    session.add(row)
    session.flush()
    add_version(session, earn_rule_versions, {"rule_id": own}, [], told)
    return _written(session, principal, "earn_rule.create", row, None)


def change_rule(session: AnySession, principal: Principal, row: EarnRule, told: dict[str, Any]) -> dict[str, Any]:
    """The next version of a held rule, from now or from a coming moment on. Raises Clash and Invalid."""
    check_rule(row.kind, told["terms"])
    before = read_rule(session, row.id)
    written = add_version(session, earn_rule_versions, {"rule_id": row.id}, versions_of(session, row.id), told)
    row.version = written["number"]
    session.flush()
    return _written(session, principal, "earn_rule.change", row, before)


def hold_rule(session: AnySession, rule_id: str) -> EarnRule:
    """The rule, locked until the transaction ends. Raises NotFound."""
    row = session.get(EarnRule, rule_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"There is no earn rule {rule_id}.")
    return row


def read_rule(session: AnySession, rule_id: str, at: datetime | None = None) -> dict[str, Any]:
    """A rule as it reads now, or read at `at`. Raises NotFound, also for a moment before its first version."""
    asked = select(earn_rules.c.id, earn_rules.c.programme_id, earn_rules.c.kind).where(earn_rules.c.id == rule_id)
    row = session.execute(asked).first()
    if row is None:
        raise NotFound(f"There is no earn rule {rule_id}.")
    found = versions_of(session, rule_id)
    moment = at or clock.now()
    held = [one for one in found if one.starts_at <= moment]
    if at is not None and not held:
        raise NotFound(f"The earn rule {rule_id} starts on {found[0].starts_at.isoformat()}.")
    # One that is only announced is shown as it will be.
    shown = held[-1] if held else found[0]
    return row._asdict() | _shown(shown) | {"version": max(one.number for one in found)}


def rules_of(session: AnySession, programme_id: str, at: datetime | None = None) -> list[dict[str, Any]]:
    """The rules of a programme as they read now; those that read at `at`, as they did. Raises NotFound."""
    read_programme(session, programme_id)
    found = []
    for rule_id in _rules(session, programme_id):
        rule = read_rule(session, rule_id)
        if at is None or any(one.starts_at <= at for one in versions_of(session, rule_id)):
            found.append(rule if at is None else read_rule(session, rule_id, at))
    return found


def versions(session: AnySession, rule_id: str) -> list[dict[str, Any]]:
    """All versions of a rule, the latest first. Raises NotFound."""
    read_rule(session, rule_id)
    return [_shown(one) for one in reversed(versions_of(session, rule_id))]


def _rules(session: AnySession, programme_id: str) -> list[str]:
    asked = select(earn_rules.c.id).where(earn_rules.c.programme_id == programme_id)
    return list(session.execute(asked.order_by(earn_rules.c.kind, earn_rules.c.id)).scalars())


def _written(
    session: AnySession, principal: Principal, action: str, row: EarnRule, before: dict[str, Any] | None
) -> dict[str, Any]:
    document = read_rule(session, row.id)
    audit.record(session, principal.actor, action, row.id, before, document)
    # Phones read the rules with their programme.
    feed.touch(session, "programmes", row.programme_id)
    return document


def _shown(row: Any) -> dict[str, Any]:
    told = {"number": row.number, "starts_at": row.starts_at, "recorded_at": row.recorded_at}
    return told | {"terms": dict(row.terms)}
