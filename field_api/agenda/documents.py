"""What an object's text says, as JSON: what phones keep offline and what the routes of appointments show.

A value that the text does not say is absent. Wall clocks are ISO 8601 without an offset, beside the zone's name; a day
is a date, and `ends` of days is the day after the last, as in iCalendar.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from field_api.agenda import zones
from field_api.agenda.components import CalendarObject, Component
from field_api.agenda.content_lines import unescaped
from field_api.agenda.moments import length_of
from field_api.agenda.refusals import BadObject
from field_api.agenda.series import Part, Series

STATUSES = ("tentative", "confirmed", "cancelled")
# An alarm of more than four weeks before is told as it is written.
MINUTES_BEFORE = 40_320
MOST_LISTED = 2_000
_MINUTE = timedelta(minutes=1)


def document_of(found: CalendarObject, series: Series) -> dict[str, Any]:
    """The appointment that a VEVENT is."""
    lead = series.lead
    recurrence = {
        "rule": lead.component.value("RRULE"),
        "excepted": [shown(one, series.kind) for one in sorted(series.excepted)][:MOST_LISTED],
        "added": [shown(one, series.kind) for one in sorted(series.added)][:MOST_LISTED],
        "occurrences": [_occurrence(series, part, identity) for identity, part in series.overrides()],
    }
    told = {
        "uid": found.uid,
        **texts_of(lead.component),
        "privacy": privacy_of(lead.component).lower(),
        "busy": is_busy(lead.component),
        **times_of(lead),
        "all_day": series.kind == "date",
        "alarms": [alarm_of(one) for one in alarms_of(lead.component)],
        **recurrence,
    }
    return {name: value for name, value in told.items() if value not in (None, [])}


def texts_of(component: Component) -> dict[str, Any]:
    """What a component says in words."""
    status = (component.value("STATUS") or "").lower()
    return {
        "title": _text(component, "SUMMARY"),
        "location": _text(component, "LOCATION"),
        "description": _text(component, "DESCRIPTION"),
        "status": status if status in STATUSES else None,
    }


def privacy_of(component: Component) -> str:
    """PUBLIC, PRIVATE or CONFIDENTIAL; a value that is not known counts as PRIVATE (RFC 5545, section 3.8.1.3)."""
    privacy = (component.value("CLASS") or "PUBLIC").upper()
    return privacy if privacy in {"PUBLIC", "CONFIDENTIAL"} else "PRIVATE"


def is_busy(component: Component) -> bool:
    """Whether it takes its owner's time (RFC 5545, section 3.8.2.7)."""
    return (component.value("TRANSP") or "OPAQUE").upper() != "TRANSPARENT"


def times_of(part: Part) -> dict[str, Any]:
    """When a component is, on the wall clock of its start."""
    kind = part.start.kind
    end_s = part.length.both_s(part.start.local, part.zone)[1]
    return {
        "starts": shown(part.start.local, kind),
        "ends": shown(zones.wall_clock(end_s, part.zone), kind),
        "time_zone": zone_name(part.start.kind, part.start.tzid),
    }


def shown(local: datetime, kind: str) -> str:
    """A wall clock, or the day alone."""
    return local.date().isoformat() if kind == "date" else local.isoformat()


def zone_name(kind: str, tzid: str | None) -> str | None:
    """The IANA name of a zone where there is one, or the name as written; None for days and wall clocks of nowhere."""
    if kind == "utc":
        return "UTC"
    zone: tzinfo | None = zones.named(tzid) if tzid else None
    if zone is UTC:
        return "UTC"
    return zone.key if isinstance(zone, ZoneInfo) else tzid


def _text(component: Component, name: str) -> str | None:
    value = component.value(name)
    return unescaped(value) if value else None


def _occurrence(series: Series, part: Part, identity: datetime) -> dict[str, Any]:
    told = {"id": shown(identity, series.kind), **texts_of(part.component), **times_of(part)}
    return {name: value for name, value in told.items() if value is not None}


def alarms_of(component: Component) -> Iterator[Component]:
    """The alarms of a component."""
    return (one for one in component.inside if one.name == "VALARM")


def alarm_of(alarm: Component) -> dict[str, Any]:
    """An alarm: minutes before the start where it is that plain, else its trigger as written."""
    line, action = alarm.line("TRIGGER"), (alarm.value("ACTION") or "DISPLAY").lower()[:40]
    if line is None:
        return {"action": action}
    if line.parameter("VALUE") is None and (line.parameter("RELATED") or "START").upper() == "START":
        try:
            before = -length_of(line.value)
        except BadObject:
            before = -_MINUTE
        if timedelta() <= before <= MINUTES_BEFORE * _MINUTE and before % _MINUTE == timedelta():
            return {"action": action, "minutes_before": before // _MINUTE}
    return {"action": action, "trigger": line.text.partition("TRIGGER")[2][:200]}
