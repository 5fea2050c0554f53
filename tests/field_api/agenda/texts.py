"""Makers of iCalendar texts."""

from datetime import datetime
from typing import Any

START = "20260301T090000"


def event(uid: str = "one", *, start: str = START, hours: int = 1, extra: bytes = b"", **lines: Any) -> bytes:
    """A VEVENT in Paris of some hours; `lines` are more properties, with `_` for `-`, `extra` stands as it is."""
    begin = datetime.strptime(start, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall clock
    end = begin.replace(hour=begin.hour + hours)
    own = {"SUMMARY": "Visit", **{name.replace("_", "-"): value for name, value in lines.items()}}
    told = [f"DTSTART;TZID=Europe/Paris:{start}", f"DTEND;TZID=Europe/Paris:{end:%Y%m%dT%H%M%S}"]
    return wrapped(f"UID:{uid}", "DTSTAMP:20260201T120000Z", *told, *(f"{k}:{v}" for k, v in own.items()), extra=extra)


def wrapped(*lines: str, extra: bytes = b"", component: str = "VEVENT") -> bytes:
    """A calendar with one component of these lines."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Furet//Tests//EN", f"BEGIN:{component}", *lines)
    text = "".join(f"{line}\r\n" for line in head).encode()
    return text + extra + f"END:{component}\r\nEND:VCALENDAR\r\n".encode()
