"""The columns that are read off an object's text; the text alone is canonical, and they can be read off it anew."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from typing import Any

from field_api.agenda import zones
from field_api.agenda.components import CalendarObject, Component
from field_api.agenda.documents import document_of, is_busy, privacy_of, texts_of
from field_api.agenda.moments import Clocks
from field_api.agenda.recurrence_rule import MOST_INSTANCES
from field_api.agenda.refusals import BadObject
from field_api.agenda.series import Occurrence, Series

# So many occurrences stand in the row, ready to be searched; those beyond are computed when somebody looks there.
MOST_SPANS = 400
# Beyond every instant: the end of what has none, and the start of what is always.
FAR_S = 1 << 40
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Projection:
    """What the row of an object repeats of its text. Instants in seconds since 1970."""

    uid: str
    component: str
    kind: str | None
    tzid: str | None
    start_local: str | None
    end_local: str | None
    recurs: bool
    first_start_s: int
    last_end_s: int
    spans: bytes | None
    spans_until_s: int | None
    oddities: str
    title: str | None
    location: str | None
    status: str | None
    privacy: str
    busy: bool
    exceptions: list[dict[str, Any]]
    document: dict[str, Any] | None

    def columns(self) -> dict[str, Any]:
        """By the names of the columns."""
        return asdict(self)


def project(found: CalendarObject, home: tzinfo) -> Projection:
    """The columns of an object whose owner lives in a zone. Raises BadObject for times and rules that cannot be."""
    clocks = Clocks(found, home)
    lead, document = found.leading, None
    if lead.line("DTSTART") is None and (found.component != "VTODO" or lead.line("DUE") is None):
        when = _undated(found)
    else:
        series = Series(found, clocks)
        when = _dated(series)
        document = document_of(found, series) if found.component == "VEVENT" else None
    return Projection(
        uid=found.uid,
        component=found.component,
        oddities=" ".join(sorted(_oddities(found, clocks))),
        **facts_of(lead),
        exceptions=[facts_of(one) for one in found.overrides],
        document=document,
        **when,
    )


def facts_of(component: Component) -> dict[str, Any]:
    """What a component says beside its times."""
    told = texts_of(component)
    told["status"] = (component.value("STATUS") or "").upper()[:16] or None
    return {"title": told["title"], "location": told["location"], "status": told["status"]} | {
        "privacy": privacy_of(component),
        "busy": is_busy(component),
    }


def _undated(found: CalendarObject) -> dict[str, Any]:
    """A task without dates is always there, and a note without a date never (RFC 4791, section 9.9)."""
    if found.component == "VEVENT":
        raise BadObject("A VEVENT has a DTSTART.")
    first, last = (-FAR_S, FAR_S) if found.component == "VTODO" else (FAR_S, -FAR_S)
    none = dict.fromkeys(("kind", "tzid", "start_local", "end_local", "spans", "spans_until_s"))
    return none | {"recurs": False, "first_start_s": first, "last_end_s": last}


def _dated(series: Series) -> dict[str, Any]:
    lead = series.lead
    begin = lead.start
    end_s = lead.length.both_s(begin.local, series.zone)[1]
    told = {
        "kind": begin.kind,
        "tzid": begin.tzid[:255] if begin.tzid else None,
        "start_local": begin.local.isoformat(),
        "end_local": zones.wall_clock(end_s, series.zone).isoformat(),
        "recurs": series.recurs,
    }
    if not series.recurs:
        start_s = zones.seconds(begin.local, series.zone)
        return told | {"first_start_s": start_s, "last_end_s": end_s, "spans": None, "spans_until_s": None}
    return told | _spans(series)


def _spans(series: Series) -> dict[str, Any]:
    """The first occurrences, with those that were changed one by one, and how far they are complete."""
    changed, rest = series.changed(), series.unchanged()
    stored = [series.at(identity) for identity in islice(rest, MOST_SPANS)]
    beyond, last_end_s, until_s = next(rest, None), None, None
    if beyond is not None:
        until_s = series.at(beyond).start_s - 2 * series.shift_s
        if series.ends:
            stored.append(series.at(_last_of(rest, beyond)))
        else:
            last_end_s = FAR_S
    known = sorted({*stored, *changed}, key=lambda one: one.start_s)
    if last_end_s is None:
        # What was moved along may end a little later than its identity says.
        last_end_s = max((one.end_s for one in known), default=-FAR_S) + (series.shift_s if beyond is not None else 0)
    first_start_s = min((one.start_s for one in known), default=FAR_S)
    return {"first_start_s": first_start_s, "last_end_s": last_end_s, "spans": pack(known), "spans_until_s": until_s}


def _last_of(rest: Iterator[datetime], last: datetime) -> datetime:
    following = list(islice(rest, MOST_INSTANCES - MOST_SPANS))
    if len(following) + MOST_SPANS + 1 > MOST_INSTANCES:
        raise BadObject(f"A series has at most {MOST_INSTANCES} occurrences; this one has more.", "max-instances")
    return following[-1] if following else last


def pack(occurrences: list[Occurrence]) -> bytes:
    """Occurrences as they stand in the row: four 64-bit numbers each."""
    numbers = array("q")
    for one in occurrences:
        numbers.extend(((one.identity - zones.EPOCH) // _SECOND, one.start_s, one.end_s, one.part))
    return numbers.tobytes()


def unpack(spans: bytes) -> list[Occurrence]:
    """The occurrences of a row."""
    numbers = _numbers(spans)
    return [_occurrence(numbers, at) for at in range(0, len(numbers), 4)]


def unpack_within(spans: bytes, start_s: int, end_s: int) -> list[Occurrence]:
    """Those of them that meet a stretch of time: looked for among bare numbers, as most rows have none there."""
    numbers = _numbers(spans)
    ends = numbers[2::4]
    # They are in the order of their starts.
    before = bisect_left(numbers[1::4], end_s)
    near = (_occurrence(numbers, at * 4) for at in range(before) if ends[at] >= start_s)
    return [one for one in near if one.meets(start_s, end_s)]


def _numbers(spans: bytes) -> "array[int]":
    numbers = array("q")
    numbers.frombytes(spans)
    return numbers


def _occurrence(numbers: "array[int]", at: int) -> Occurrence:
    identity, start_s, end_s, part = numbers[at : at + 4]
    return Occurrence(zones.EPOCH + timedelta(seconds=identity), start_s, end_s, part)


def _oddities(found: CalendarObject, clocks: Clocks) -> set[str]:
    """What is odd about an object that is kept all the same."""
    parts = (found.leading, *found.overrides)
    odd = {
        "unknown_zone": bool(clocks.unknown),
        "two_ends": any(one.line("DTEND") is not None and one.line("DURATION") is not None for one in parts),
        "exrule_ignored": any(one.line("EXRULE") is not None for one in parts),
        "occurrences_alone": found.master is None,
    }
    return {name for name, holds in odd.items() if holds}


def local_of(text: str) -> datetime:
    """A wall clock as the row keeps it."""
    return datetime.fromisoformat(text)
