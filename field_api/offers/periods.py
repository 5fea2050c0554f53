"""When an offer holds: from one instant to another, and within them in weekly hours of its own time zone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Hours = Mapping[str, Any]

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES


def holds_at(
    starts_at: datetime, ends_at: datetime | None, time_zone: str, weekly_hours: Sequence[Hours], at: datetime
) -> bool:
    """Whether the aware instant `at` lies in the period (its end left out) and, where there are any, in weekly hours.

    Hours are read as those of shops are: one that closes before it opens runs past midnight, 00:00 to 00:00 is all
    day. What opens at a local time that a change of clocks leaves out opens as much later; one that comes twice counts
    the first time (RFC 5545, section 3.3.5).
    """
    if at < starts_at or (ends_at is not None and at >= ends_at):
        return False
    return not weekly_hours or any(opens <= at < closes for opens, closes in _around(weekly_hours, time_zone, at))


def overlapping(weekly_hours: Sequence[Hours]) -> Iterator[tuple[int, int]]:
    """The places of hours that overlap others, each with the place of one that opens before it in the week.

    Hours that touch do not overlap. Sunday's hours past midnight run into Monday's.
    """
    spans = sorted(
        (opens, closes, place) for place, one in enumerate(weekly_hours) for opens, closes in [_minutes(one)]
    )
    if not spans:
        return
    # The last one of the week before may still run on its first days.
    until, place_until = max((closes - WEEK_MINUTES, place) for _, closes, place in spans)
    for opens, closes, place in spans:
        if opens < until:
            yield place, place_until
        until, place_until = max((until, place_until), (closes, place))


def _minutes(one: Hours) -> tuple[int, int]:
    """From which to which minute of the week, beginning on Monday; the end may lie in the next week."""
    opens, closes = (60 * int(text[:2]) + int(text[3:]) for text in (one["opens"], one["closes"]))
    start = (one["weekday"] - 1) * DAY_MINUTES + opens
    return start, start + ((closes - opens) % DAY_MINUTES or DAY_MINUTES)


def _around(weekly_hours: Sequence[Hours], time_zone: str, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The hours that may hold at an instant: those of its local date, and of the days before, which may run on."""
    zone = ZoneInfo(time_zone)
    today = at.astimezone(zone).date()
    # Two days back: a zone may leave out a whole date, whose hours then fall on the next.
    for day in (today - timedelta(days=2), today - timedelta(days=1), today):
        for one in weekly_hours:
            if one["weekday"] == day.isoweekday():
                past_midnight = one["closes"] <= one["opens"]
                opens = _instant(day, one["opens"], zone)
                yield opens, _instant(day + timedelta(days=past_midnight), one["closes"], zone)


def _instant(day: date, clock_time: str, zone: ZoneInfo) -> datetime:
    # To UTC day by day: a difference of local times is wrong by an hour when clocks change.
    return datetime.combine(day, time.fromisoformat(clock_time), zone).astimezone(UTC)
