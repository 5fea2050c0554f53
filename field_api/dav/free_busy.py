"""When the owner of a calendar is busy (RFC 4791, section 7.10)."""

from collections.abc import Iterator

from field_api import clock
from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.found import Found, objects_in
from field_api.agenda.models import objects
from field_api.agenda.recurrence_rule import MOST_INSTANCES
from field_api.agenda.stretches import Stretch, instant, joined
from field_api.dav.asked import FreeBusyAsked
from field_api.dav.instances import Budget
from field_api.dav.spans import written
from field_api.store.engine import AnySession

_TOLD = (objects.c.busy, objects.c.status, objects.c.exceptions)
# How busy (RFC 5545, section 3.2.9), and what is written before the times.
_KINDS = {"BUSY": "", "BUSY-TENTATIVE": ";FBTYPE=BUSY-TENTATIVE"}


def free_busy(session: AnySession, calendar: KnownCalendar, asked: FreeBusyAsked) -> str:
    """A VFREEBUSY with the busy periods of that time. Raises Refused where there are more than an answer holds."""
    whole = asked.span.stretch
    budget, busy = Budget(), dict[str, list[Stretch]]()
    for one in objects_in(session, calendar, "VEVENT", *whole, beside=_TOLD, most=MOST_INSTANCES + 1):
        for kind, period in _busy(one):
            budget.take()
            within = Stretch(max(period.start_s, whole.start_s), min(period.end_s, whole.end_s))
            busy.setdefault(kind, []).append(within)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Furet//Agenda//EN",
        "BEGIN:VFREEBUSY",
        f"DTSTAMP:{written(clock.now())}",
        f"DTSTART:{written(asked.span.from_)}",
        f"DTEND:{written(asked.span.until)}",
        *(_line(kind, period) for kind in _KINDS for period in joined(busy.get(kind, ()))),
        "END:VFREEBUSY",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines)


def _busy(found: Found) -> Iterator[tuple[str, Stretch]]:
    whole = {"busy": found.row.busy, "status": found.row.status}
    for one in found.occurrences:
        told = whole if one.part < 0 else found.row.exceptions[one.part]
        if told["busy"] and told["status"] != "CANCELLED" and one.end_s > one.start_s:
            yield "BUSY-TENTATIVE" if told["status"] == "TENTATIVE" else "BUSY", Stretch(one.start_s, one.end_s)


def _line(kind: str, period: Stretch) -> str:
    return f"FREEBUSY{_KINDS[kind]}:{written(instant(period.start_s))}/{written(instant(period.end_s))}"
