"""The text of an appointment that was made by JSON: what any calendar app reads."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from field_api.agenda.content_lines import escaped, fold
from field_api.agenda.editing import alarm_lines, checked_rule
from field_api.agenda.moments import write
from field_api.agenda.times import When, check_when, check_zone, list_line, moment_line
from field_api.agenda.zone_texts import zone_lines

PRODUCT = "-//Furet//Agenda//EN"


def new_text(uid: str, told: Mapping[str, Any], at: datetime) -> bytes:
    """A calendar with one VEVENT. Raises Invalid for times, rules and alarms that cannot be."""
    zone = told.get("time_zone") if "T" in told["starts"] else None
    when = When(told["starts"], told["ends"], zone)
    check_zone(zone)
    check_when(when)
    moment, days = write("utc", at.astimezone(UTC)), when.kind == "date"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}"]
    if when.kind == "zoned":
        lines += zone_lines(zone or "", int(when.starts[:4]))
    lines += ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{moment}", f"CREATED:{moment}", f"LAST-MODIFIED:{moment}"]
    lines += [moment_line("DTSTART", when.starts, zone), moment_line("DTEND", when.ends, zone)]
    words = {"title": "SUMMARY", "location": "LOCATION", "description": "DESCRIPTION"}
    lines += [f"{name}:{escaped(told[field])}" for field, name in words.items() if told.get(field)]
    lines += [f"RRULE:{checked_rule(told['rule'])}"] if told.get("rule") else []
    lines += list_line("EXDATE", told.get("excepted") or [], zone, days=days)
    lines += list_line("RDATE", told.get("added") or [], zone, days=days)
    lines += [*_codes(told), "SEQUENCE:0"]
    for number, alarm in enumerate(told.get("alarms") or []):
        lines += alarm_lines(alarm, escaped(told.get("title") or "Furet"), number)
    return b"".join(map(fold, [*lines, "END:VEVENT", "END:VCALENDAR"]))


def _codes(told: Mapping[str, Any]) -> list[str]:
    lines = [f"STATUS:{(told.get('status') or 'confirmed').upper()}"]
    if told.get("privacy", "public") not in {None, "public"}:
        lines.append(f"CLASS:{told['privacy'].upper()}")
    if told.get("busy") is False:
        lines.append("TRANSP:TRANSPARENT")
    return lines
