"""When the owner of a calendar is busy (RFC 4791, section 7.10)."""

from collections.abc import Iterable, Iterator
from datetime import UTC

from field_api import clock
from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.found import Found, objects_in
from field_api.agenda.models import objects
from field_api.agenda.recurrence_rule import MOST_INSTANCES
from field_api.dav.asked import FreeBusyAsked
from field_api.dav.instances import Budget
from field_api.dav.overlaps import instant, seconds
from field_api.dav.spans import written
from field_api.store.engine import AnySession

# (start, end) in seconds since 1970, and how busy.
Period = tuple[int, int, str]

_TOLD = (objects.c.busy, objects.c.status, objects.c.exceptions)


def free_busy(session: AnySession, calendar: KnownCalendar, asked: FreeBusyAsked) -> str:
    """A VFREEBUSY with the busy periods of that time. Raises Refused where there are more than an answer holds."""
    start_s, end_s = seconds(asked.span.from_), seconds(asked.span.until)
    found = objects_in(session, calendar, "VEVENT", start_s, end_s, beside=_TOLD, most=MOST_INSTANCES + 1)
    budget, periods = Budget(), list[Period]()
    for start, end, kind in (period for one in found for period in _busy(one)):
        budget.take()
        periods.append((max(start, start_s), min(end, end_s), kind))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Furet//Agenda//EN",
        "BEGIN:VFREEBUSY",
        f"DTSTAMP:{written(clock.now().astimezone(UTC))}",
        f"DTSTART:{written(asked.span.from_)}",
        f"DTEND:{written(asked.span.until)}",
        *(_line(*period) for period in _joined(periods)),
        "END:VFREEBUSY",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines)


def _busy(found: Found) -> Iterator[Period]:
    whole = {"busy": found.row.busy, "status": found.row.status}
    for one in found.occurrences:
        told = whole if one.part < 0 else found.row.exceptions[one.part]
        if told["busy"] and told["status"] != "CANCELLED" and one.end_s > one.start_s:
            yield one.start_s, one.end_s, "BUSY-TENTATIVE" if told["status"] == "TENTATIVE" else "BUSY"


def _joined(periods: Iterable[Period]) -> Iterator[Period]:
    """Periods of one kind that meet or overlap become one."""
    for kind in ("BUSY", "BUSY-TENTATIVE"):
        last: Period | None = None
        for start, end, _ in sorted(period for period in periods if period[2] == kind):
            if last is not None and start <= last[1]:
                last = (last[0], max(last[1], end), kind)
                continue
            if last is not None:
                yield last
            last = (start, end, kind)
        if last is not None:
            yield last


def _line(start_s: int, end_s: int, kind: str) -> str:
    told = "" if kind == "BUSY" else f";FBTYPE={kind}"
    return f"FREEBUSY{told}:{written(instant(start_s))}/{written(instant(end_s))}"
