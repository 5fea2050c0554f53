"""A change of an appointment as a change of its text: the named properties alone, and the stamps that tell of it.

What calendar apps wrote beside (attendees, their own X- properties, folds, alarms that nobody named) stays as it came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from field_api.agenda import zones
from field_api.agenda.components import CalendarObject, Component
from field_api.agenda.content_lines import escaped
from field_api.agenda.documents import alarm_of, alarms_of, document_of, times_of
from field_api.agenda.line_edits import LineEdits, with_value
from field_api.agenda.moments import write
from field_api.agenda.recurrence_rule import read_rule
from field_api.agenda.refusals import BadObject
from field_api.agenda.series import Part, Series
from field_api.agenda.times import When, check_when, list_line, moment_line
from field_api.agenda.zone_texts import zone_lines
from field_api.errors import Fault, Invalid

_WORDS = {"title": "SUMMARY", "location": "LOCATION", "description": "DESCRIPTION"}
_TIMES = frozenset({"starts", "ends", "time_zone"})
# What makes other copies of an appointment out of date (RFC 5545, section 3.8.7.4).
_REPLANS = frozenset({*_TIMES, "rule", "excepted", "added", "status", "occurrences"})


@dataclass(frozen=True)
class Editing:
    """An object that is being changed: its lines, its times, what it said before, and the moment of the change."""

    found: CalendarObject
    series: Series
    edits: LineEdits
    at: datetime

    @property
    def lead(self) -> Part:
        """Who speaks for the object."""
        return self.series.lead

    @property
    def document(self) -> dict[str, Any]:
        """What it said before."""
        return document_of(self.found, self.series)


def changed_text(found: CalendarObject, series: Series, changes: Mapping[str, Any], at: datetime) -> bytes:
    """The text with these fields of its document set (None: cleared). Raises Invalid for what cannot be.

    A series that is moved takes its exceptions along, as far as they are not named themselves.
    """
    edits = Editing(found, series, LineEdits(found), at)
    _words(edits.edits, edits.lead.component, changes)
    _codes(edits, changes)
    if _TIMES & changes.keys():
        _times(edits, changes)
    _recurrence(edits, changes)
    if "alarms" in changes:
        _alarms(edits, changes["alarms"] or [])
    if "occurrences" in changes:
        _occurrences(edits, changes)
    stamp(edits.edits, edits.lead.component, at, replanned=bool(_REPLANS & changes.keys()))
    return edits.edits.text()


def stamp(edits: LineEdits, component: Component, at: datetime, *, replanned: bool) -> None:
    """Note when a component was last changed, and that its plan was."""
    moment = write("utc", at.astimezone(UTC))
    edits.set(component, "DTSTAMP", [f"DTSTAMP:{moment}"])
    edits.set(component, "LAST-MODIFIED", [f"LAST-MODIFIED:{moment}"])
    if replanned:
        held = component.value("SEQUENCE") or "0"
        edits.set(component, "SEQUENCE", [f"SEQUENCE:{int(held) + 1 if held.isdecimal() and len(held) < 9 else 1}"])


def _words(edits: LineEdits, component: Component, changes: Mapping[str, Any]) -> None:
    for field, name in _WORDS.items():
        if field in changes:
            text = changes[field]
            # ALTREP points at another wording of the old text.
            lines = [with_value(component.line(name), name, escaped(text), lambda one: one != "ALTREP")] if text else []
            edits.set(component, name, lines)


def _codes(edits: Editing, changes: Mapping[str, Any]) -> None:
    lead = edits.lead.component
    if "status" in changes:
        edits.edits.set(lead, "STATUS", [f"STATUS:{changes['status'].upper()}"] if changes["status"] else [])
    if "privacy" in changes:
        edits.edits.set(lead, "CLASS", [f"CLASS:{(changes['privacy'] or 'public').upper()}"])
    if "busy" in changes:
        edits.edits.set(lead, "TRANSP", ["TRANSP:TRANSPARENT" if changes["busy"] is False else "TRANSP:OPAQUE"])


def _times(edits: Editing, changes: Mapping[str, Any]) -> None:
    before = times_of(edits.lead)
    after = {name: changes.get(name, before[name]) for name in _TIMES}
    if "T" not in (after["starts"] or ""):
        after["time_zone"] = None
    when = When(after["starts"] or "", after["ends"] or "", after["time_zone"])
    check_when(when)
    tzid = written_zone(edits, when, before["time_zone"])
    set_times(edits.edits, edits.lead.component, when, tzid)
    if edits.series.recurs and when.starts != before["starts"]:
        _take_along(edits, when, tzid, changes)


def written_zone(edits: Editing, when: When, before: str | None) -> str | None:
    """The TZID to write: as it stood where the zone stays, else the name, whose VTIMEZONE is put in if it lacks."""
    if when.time_zone == before:
        return edits.lead.start.tzid if when.kind == "zoned" else when.time_zone
    if when.kind == "zoned" and when.time_zone not in {one.value("TZID") for one in edits.found.zones}:
        lines = zone_lines(when.time_zone or "", int(when.starts[:4]))
        edits.edits.put_before(next(one for one in edits.found.calendar.inside), lines)
    return when.time_zone


def set_times(edits: LineEdits, component: Component, when: When, tzid: str | None) -> None:
    """Let a component begin and end then."""
    edits.set(component, "DTSTART", [moment_line("DTSTART", when.starts, tzid)])
    edits.set(component, "DURATION", [])
    edits.set(component, "DTEND", [moment_line("DTEND", when.ends, tzid)])


def _take_along(edits: Editing, when: When, tzid: str | None, changes: Mapping[str, Any]) -> None:
    """Move the identities of exceptions by as much as the series."""
    series, days = edits.series, when.kind == "date"
    moved = datetime.fromisoformat(when.starts) - edits.lead.start.local
    for name, field, identities in (("EXDATE", "excepted", series.excepted), ("RDATE", "added", series.added)):
        if field not in changes and identities:
            texts = [(one + moved).isoformat() for one in sorted(identities)]
            edits.edits.set(edits.lead.component, name, list_line(name, texts, tzid, days=days))
    for identity, part in series.overrides():
        line = part.component.line("RECURRENCE-ID")
        if line is not None:
            ranged = ";RANGE=THISANDFUTURE" if line.parameter("RANGE") else ""
            text = (identity + moved).date().isoformat() if days else (identity + moved).isoformat()
            edits.edits.rewrite(line, moment_line("RECURRENCE-ID", text, tzid, ranged))


def _recurrence(edits: Editing, changes: Mapping[str, Any]) -> None:
    lead = edits.lead.component
    if "rule" in changes:
        edits.edits.set(lead, "RRULE", [f"RRULE:{checked_rule(changes['rule'])}"] if changes["rule"] else [])
    starts = changes.get("starts") or times_of(edits.lead)["starts"]
    zone = changes.get("time_zone", times_of(edits.lead)["time_zone"]) if "T" in starts else None
    for field, name in (("excepted", "EXDATE"), ("added", "RDATE")):
        if field in changes:
            tzid = edits.lead.start.tzid if "time_zone" not in changes and edits.lead.start.kind == "zoned" else zone
            lines = list_line(name, changes[field] or [], tzid, days="T" not in starts)
            edits.edits.set(lead, name, lines)


def checked_rule(rule: str) -> str:
    """The rule, if it is one. Raises Invalid."""
    try:
        read_rule(rule)
    except BadObject as error:
        raise Invalid("The rule cannot be.", Fault("/rule", error.detail)) from None
    return rule.strip().upper()


def _alarms(edits: Editing, wanted: list[dict[str, Any]]) -> None:
    """Keep the alarms that are wanted as they came, take out the others, and put in what is new."""
    missing = list(wanted)
    for alarm in alarms_of(edits.lead.component):
        told = alarm_of(alarm)
        if told in missing:
            missing.remove(told)
        else:
            edits.edits.drop(alarm)
    title = edits.lead.component.value("SUMMARY") or "Furet"
    for number, one in enumerate(missing):
        edits.edits.put_in(edits.lead.component, alarm_lines(one, title, number))


def alarm_lines(alarm: Mapping[str, Any], title: str, number: int = 0) -> list[str]:
    """A new alarm, so many minutes before the start. Raises Invalid for one that only calendar apps can make."""
    action, minutes = alarm["action"], alarm.get("minutes_before")
    if minutes is None or action not in {"display", "audio"}:
        told = "New alarms are shown or heard so many minutes before the start; others are made in calendar apps."
        raise Invalid("This alarm cannot be made here.", Fault(f"/alarms/{number}", told))
    described = [f"DESCRIPTION:{title}"] if action == "display" else []
    return ["BEGIN:VALARM", f"ACTION:{action.upper()}", f"TRIGGER:-PT{minutes}M", *described, "END:VALARM"]


def _occurrences(edits: Editing, changes: Mapping[str, Any]) -> None:
    """Make the occurrences that have a component of their own those that are wanted."""
    wanted = {one["id"]: one for one in changes["occurrences"] or []}
    standing = {told["id"]: told for told in edits.document.get("occurrences", [])}
    parts = {told: part for told, (_, part) in zip(standing, edits.series.overrides(), strict=False)}
    for identity, one in wanted.items():
        if identity not in parts:
            put_override(edits, identity, one)
        elif one != {name: value for name, value in standing[identity].items() if name in one}:
            change_override(edits, parts[identity], standing[identity] | one)
    for identity in standing.keys() - wanted.keys():
        edits.edits.drop(parts[identity].component)


def change_override(edits: Editing, part: Part, told: Mapping[str, Any]) -> None:
    """Let an occurrence say this."""
    before = times_of(part)
    _words(edits.edits, part.component, told)
    edits.edits.set(part.component, "STATUS", [f"STATUS:{told['status'].upper()}"] if told.get("status") else [])
    if any(told.get(name) not in {None, before[name]} for name in ("starts", "ends")):
        when = When(told.get("starts") or before["starts"], told.get("ends") or before["ends"], before["time_zone"])
        check_when(when, "/occurrences")
        set_times(edits.edits, part.component, when, part.start.tzid if when.kind == "zoned" else when.time_zone)
    stamp(edits.edits, part.component, edits.at, replanned=True)


def put_override(edits: Editing, identity: str, told: Mapping[str, Any]) -> None:
    """Give one occurrence a component of its own, made of the master's lines."""
    lead, tzid = edits.lead, edits.lead.start.tzid
    local, zone = datetime.fromisoformat(identity), times_of(lead)["time_zone"]
    if local not in edits.series.identities(local, local) and local not in edits.series.added:
        raise Invalid("There is no such occurrence.", Fault("/occurrences", f"The series has none at {identity}."))
    raw_zone = tzid if lead.start.kind == "zoned" else zone
    ends = zones.wall_clock(lead.length.both_s(local, lead.zone)[1], lead.zone)
    usual = {"starts": identity, "ends": ends.date().isoformat() if edits.series.kind == "date" else ends.isoformat()}
    when = When(told.get("starts") or usual["starts"], told.get("ends") or usual["ends"], zone)
    check_when(when, "/occurrences")
    moment = write("utc", edits.at.astimezone(UTC))
    own = {
        "DTSTART": moment_line("DTSTART", when.starts, raw_zone),
        "DTEND": moment_line("DTEND", when.ends, raw_zone),
        "RECURRENCE-ID": moment_line("RECURRENCE-ID", identity, raw_zone),
        "DTSTAMP": f"DTSTAMP:{moment}",
        "LAST-MODIFIED": f"LAST-MODIFIED:{moment}",
    }
    for field, name in (*_WORDS.items(), ("status", "STATUS")):
        if told.get(field):
            text = told[field].upper() if name == "STATUS" else escaped(told[field])
            own[name] = with_value(lead.component.line(name), name, text, lambda one: one != "ALTREP")
    left_out = {*own, "RRULE", "RDATE", "EXDATE", "EXRULE", "DURATION"}
    inherited = [line.text for line in lead.component.lines if line.name not in left_out]
    alarms = [line.text for one in alarms_of(lead.component) for line in edits.found.lines[one.begin : one.end + 1]]
    edits.edits.put_in(edits.found.calendar, ["BEGIN:VEVENT", *inherited, *own.values(), *alarms, "END:VEVENT"])
