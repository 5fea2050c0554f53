"""When a shop is open: weekly hours in its own time zone, and the days on which they do not hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

# The next change is looked for this far; a shop closed for longer has none to tell.
LOOK_AHEAD_DAYS = 60


@dataclass(frozen=True)
class Opening:
    """Whether a shop is open at an instant, and when that changes next, if it does within LOOK_AHEAD_DAYS."""

    open: bool
    changes_at: datetime | None


def opening_at(
    hours: Sequence[Mapping[str, Any]], exceptions: Sequence[Mapping[str, Any]], time_zone: str, at: datetime
) -> Opening:
    """What holds at the aware instant `at`; `hours` and `exceptions` as `Shop` keeps them."""
    zone = ZoneInfo(time_zone)
    # From the day before, whose last hours may run past midnight.
    first = at.astimezone(zone).date() - timedelta(days=1)
    days = (first + timedelta(days=number) for number in range(LOOK_AHEAD_DAYS + 1))
    until = None
    for opens, closes in sorted(_periods(hours, exceptions, zone, days)):
        if until is not None and opens > until:
            break
        if opens > at and until is None:
            return Opening(False, opens)
        if closes > at:
            until = max(closes, until or closes)
    return Opening(until is not None, until)


def _periods(
    hours: Sequence[Mapping[str, Any]], exceptions: Sequence[Mapping[str, Any]], zone: ZoneInfo, days: Iterator[date]
) -> Iterator[tuple[datetime, datetime]]:
    """The instants of opening and closing on each local date."""
    special = {exception["date"]: exception["periods"] for exception in exceptions}
    for day in days:
        usual = [period for period in hours if period["weekday"] == day.isoweekday()]
        for period in special.get(day.isoformat(), usual):
            past_midnight = period["closes"] <= period["opens"]
            opens = _instant(day, period["opens"], zone)
            yield opens, _instant(day + timedelta(days=past_midnight), period["closes"], zone)


def _instant(day: date, clock_time: str, zone: ZoneInfo) -> datetime:
    # To UTC day by day: a difference of local times is wrong by an hour when clocks change.
    return datetime.combine(day, time.fromisoformat(clock_time), zone).astimezone(UTC)
