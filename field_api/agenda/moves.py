"""Moving and calling off: one occurrence, this and all that follow, or all of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from field_api import clock
from field_api.agenda import objects, zones
from field_api.agenda.appointments import FACTS, answered, put, read_series, rewrite
from field_api.agenda.components import CalendarObject as Told
from field_api.agenda.components import read_object
from field_api.agenda.documents import shown
from field_api.agenda.editing import changed_text
from field_api.agenda.line_edits import LineEdits
from field_api.agenda.models import CalendarObject
from field_api.agenda.moments import Clocks, write
from field_api.agenda.recurrence_rule import WEEKDAYS, Rule, read_rule
from field_api.agenda.rule_instances import instances
from field_api.agenda.series import Series
from field_api.agenda.sight import Held
from field_api.errors import Clash, Fault, Invalid
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

SCOPES = ("this", "following", "all")


def move(session: AnySession, principal: Principal, held: Held, told: Mapping[str, Any]) -> dict[str, Any]:
    """Let an occurrence, it and all that follow, or the whole series be at another time; `clashes` names what it meets.

    `told` has `starts` and `ends`, and for a series `occurrence` and `scope`; `id` names what follows from then on.
    Raises Invalid for an occurrence that is none, or a time that cannot be.
    """
    found, series = read_series(session, held)
    scope = told.get("scope") or "all"
    identity = _identity(series, told.get("occurrence"))
    times = {name: told[name] for name in ("starts", "ends", "time_zone") if name in told}
    if not series.recurs or (scope == "following" and identity == series.lead.start.local):
        scope = "all"
    if scope == "following":
        return _split(session, principal, held, identity, times, told.get("id"))
    changes: dict[str, Any] = times if scope == "all" else _one(series, identity, times)
    if scope == "all" and series.recurs:
        changes = _shifted(series, identity, times)
    _rewritten(session, principal, held, changed_text(found, series, changes, clock.now()))
    return answered(session, principal, held.row, held.row, identity if scope == "this" else None)


def cancel(session: AnySession, principal: Principal, held: Held, told: Mapping[str, Any]) -> dict[str, Any]:
    """Call off an occurrence, it and all that follow, or everything; what is called off still stands, and says so.

    What follows an occurrence is cut off from the series. Raises Invalid for an occurrence that is none.
    """
    found, series = read_series(session, held)
    scope = told.get("scope") or "all"
    identity = _identity(series, told.get("occurrence"))
    if not series.recurs or (scope == "following" and identity == series.lead.start.local):
        scope = "all"
    if scope == "following":
        text = _cut(found, series, identity)
    elif scope == "this":
        text = changed_text(found, series, _one(series, identity, {"status": "cancelled"}), clock.now())
    else:
        text = changed_text(found, series, {"status": "cancelled"}, clock.now())
    _rewritten(session, principal, held, text)
    return answered(session, principal, held.row, None)


def _rewritten(session: AnySession, principal: Principal, held: Held, text: bytes) -> None:
    before = objects.audited(held.row)
    rewrite(session, held, text)
    objects.wrote(session, principal, held.calendar, held.row, before)


def _identity(series: Series, text: str | None) -> datetime:
    if text is None:
        return series.lead.start.local
    identity = datetime.fromisoformat(text)
    known = identity in series.added or identity in dict(series.overrides())
    if not known and (series.master is None or identity not in series.identities(identity, identity)):
        raise Invalid("There is no such occurrence.", Fault("/occurrence", f"The series has none at {text}."))
    return identity


def _one(series: Series, identity: datetime, told: Mapping[str, Any]) -> dict[str, Any]:
    """The change that lets one occurrence say something of its own."""
    others = [{"id": shown(one, series.kind)} for one, _ in series.overrides() if one != identity]
    own = {"id": shown(identity, series.kind), **{name: value for name, value in told.items() if name != "time_zone"}}
    return {"occurrences": [*others, own]}


def _shifted(series: Series, identity: datetime, times: Mapping[str, Any]) -> dict[str, Any]:
    """The times of the whole series when one of its occurrences is to be then."""
    shift = datetime.fromisoformat(times["starts"]) - identity
    length = datetime.fromisoformat(times["ends"]) - datetime.fromisoformat(times["starts"])
    begin = series.lead.start.local + shift
    moved = {"starts": shown(begin, series.kind), "ends": shown(begin + length, series.kind)}
    rule = series.lead.component.value("RRULE")
    days = (begin.date() - series.lead.start.local.date()).days
    if rule is not None and days:
        moved["rule"] = moved_rule(rule, days, begin)
    return {**times, **moved}


def moved_rule(text: str, days: int, begin: datetime) -> str:
    """The rule of a series that is moved by so many days: every Monday becomes every Tuesday, the 5th the 6th.

    A rule that says more than its start's own day of the week, or of the month, is left as it is.
    """
    parts = dict(part.partition("=")[::2] for part in text.split(";") if part)
    rule = read_rule(text)
    if rule.frequency == "WEEKLY" and rule.weekdays:
        parts["BYDAY"] = ",".join(WEEKDAYS[at] for at in sorted({(day + days) % 7 for _, day in rule.weekdays}))
    elif rule.frequency == "MONTHLY" and len(rule.month_days) == 1 and not rule.weekdays and min(rule.month_days) > 0:
        parts["BYMONTHDAY"] = str(begin.day)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _split(
    session: AnySession,
    principal: Principal,
    held: Held,
    identity: datetime,
    times: Mapping[str, Any],
    own_id: str | None,
) -> dict[str, Any]:
    """Cut the series before an occurrence, and let what follows be an appointment of its own."""
    found, series = read_series(session, held)
    following_id = own_id or new_id()
    if session.get(CalendarObject, following_id) is not None:
        raise Clash(f"The id {following_id} is in use; make a new one.")
    rest = _rest(found, series, identity, f"{following_id}@furet")
    again = read_object(rest)
    moved = Series(again, Clocks(again, series.home))
    text = changed_text(again, moved, _shifted(moved, identity, times), clock.now())
    _rewritten(session, principal, held, _cut(found, series, identity))
    put(session, principal, held.calendar, following_id, text)
    row = session.get_one(CalendarObject, following_id)
    for name in FACTS:
        setattr(row, name, getattr(held.row, name))
    session.flush()
    return answered(session, principal, row, row)


def _cut(found: Told, series: Series, identity: datetime) -> bytes:
    """The text of the series up to, and without, an occurrence."""
    last = identity - timedelta(seconds=1)
    changes: dict[str, Any] = {
        "rule": _until(series, last),
        "excepted": [shown(one, series.kind) for one in sorted(series.excepted) if one < identity],
        "added": [shown(one, series.kind) for one in sorted(series.added) if one < identity],
        "occurrences": [{"id": shown(one, series.kind)} for one, _ in series.overrides() if one < identity],
    }
    standing = {"rule": series.lead.component.value("RRULE"), "excepted": series.excepted, "added": series.added}
    changes = {name: value for name, value in changes.items() if standing.get(name) or name == "occurrences"}
    return changed_text(found, series, changes, clock.now())


def _until(series: Series, last: datetime) -> str:
    """The rule, ending at a wall clock, which RFC 5545 wants in UTC where the series has a zone."""
    text = series.lead.component.value("RRULE") or ""
    parts = [part for part in text.split(";") if part.partition("=")[0].upper() not in {"UNTIL", "COUNT"}]
    if series.kind == "date":
        return ";".join([*parts, f"UNTIL={write('date', last)}"])
    if series.kind == "floating":
        return ";".join([*parts, f"UNTIL={write('floating', last)}"])
    in_utc = zones.EPOCH + timedelta(seconds=zones.seconds(last, series.zone))
    return ";".join([*parts, f"UNTIL={write('utc', in_utc)}"])


def _rest(found: Told, series: Series, identity: datetime, uid: str) -> bytes:
    """The text of what follows, from an occurrence on, as an object of its own."""
    edits, lead = LineEdits(found), series.lead
    for component in (lead.component, *(part.component for _, part in series.overrides())):
        edits.set(component, "UID", [f"UID:{uid}"])
    for one, part in series.overrides():
        if one < identity:
            edits.drop(part.component)
    again = read_object(edits.text())
    rest = Series(again, Clocks(again, series.home))
    length = lead.length.wall + timedelta(seconds=lead.length.exact_s)
    changes: dict[str, Any] = {
        "starts": shown(identity, series.kind),
        "ends": shown(identity + length, series.kind),
        "excepted": [shown(one, series.kind) for one in sorted(series.excepted) if one >= identity],
        "added": [shown(one, series.kind) for one in sorted(series.added) if one >= identity],
    }
    if (text := lead.component.value("RRULE")) is not None and (rule := read_rule(text)).count is not None:
        changes["rule"] = _counted(text, rule, lead.start.local, identity)
    standing = {"excepted": series.excepted, "added": series.added}
    changes = {name: value for name, value in changes.items() if name not in standing or standing[name]}
    # The identities of what was changed one by one stay; only the beginning is another.
    return changed_text(again, replace_start(rest, identity), changes, clock.now())


def replace_start(series: Series, identity: datetime) -> Series:
    """The series as if it began at an occurrence, so that nothing is moved along with its new start."""
    series.lead.start = replace(series.lead.start, local=identity)
    return series


def _counted(text: str, rule: Rule, begin: datetime, identity: datetime) -> str:
    gone = sum(1 for one in instances(rule, begin) if one < identity)
    left = max((rule.count or 0) - gone, 1)
    parts = [part for part in text.split(";") if part.partition("=")[0].upper() != "COUNT"]
    return ";".join([*parts, f"COUNT={left}"])
