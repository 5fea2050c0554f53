"""The local times that a recurrence rule gives, within a bound on the days that are looked at.

Our own and not dateutil's, because that one looks for a match up to the year 9999 inside one step: a rule that never
matches (`FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30`) holds a thread for many seconds. Here the search ends after
`MOST_DAYS_IN_VAIN` and with the years of which a calendar may speak, and an open rule is entered anywhere without
walking there from its start. Tests hold it against dateutil.
"""

from calendar import isleap, monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice, product, takewhile
from typing import TypeVar

from field_api.agenda.recurrence_rule import Rule, Weekday
from field_api.agenda.refusals import BadObject
from field_api.agenda.years import LAST_YEAR

# A century: the longest wait of a rule that means something is 40 years (a 29 February on a given day of the week).
MOST_DAYS_IN_VAIN = 36_600
_LAST = datetime(LAST_YEAR, 12, 31, 23, 59, 59)  # noqa: DTZ001 - a wall clock

Value = TypeVar("Value")


class Patience:
    """How many days may still be looked at by rules that are followed for one purpose, however many they are."""

    def __init__(self, days: int) -> None:
        self._left = days

    def spend(self, days: int) -> None:
        """Take note of days that were looked at. Raises BadObject when there is none left."""
        self._left -= days
        if self._left < 0:
            raise BadObject("Its rules take too long to be followed.", "max-instances")


def instances(
    rule: Rule, start: datetime, since: datetime | None = None, patience: Patience | None = None
) -> Iterator[datetime]:
    """The local times that the rule gives from `start` on, in order; `since` enters a rule without COUNT there.

    Naive, as recurrence is counted on the wall clock. Ends with the rule, with `LAST_YEAR`, or where nothing was found
    in a century. The start itself is given only if the rule matches it; COUNT counts what the rule gives. Raises
    BadObject where the patience ends.
    """
    last = min(rule.until or _LAST, _LAST)
    moments = _matching(_completed(rule, start), start, max(since or start, start), last.date(), patience)
    if rule.count is not None:
        moments = islice(moments, rule.count)
    yield from takewhile(lambda moment: moment <= last, moments)


def _completed(rule: Rule, start: datetime) -> Rule:
    """The rule with what it leaves to its start (RFC 5545: information missing is taken from DTSTART)."""
    said: dict[str, frozenset[int] | frozenset[Weekday]] = {}
    if not (rule.weeks or rule.year_days or rule.month_days or rule.weekdays):
        if rule.frequency == "YEARLY":
            said["months"] = rule.months or frozenset({start.month})
        if rule.frequency in {"YEARLY", "MONTHLY"}:
            said["month_days"] = frozenset({start.day})
        if rule.frequency == "WEEKLY":
            said["weekdays"] = frozenset({(0, start.weekday())})
    if not rule.hours and rule.frequency != "HOURLY":
        said["hours"] = frozenset({start.hour})
    said["minutes"] = rule.minutes or frozenset({start.minute})
    said["seconds"] = rule.seconds or frozenset({start.second})
    return Rule(**{**{name: getattr(rule, name) for name in Rule.__dataclass_fields__}, **said})


def _matching(
    rule: Rule, start: datetime, since: datetime, last: date, patience: Patience | None
) -> Iterator[datetime]:
    falls, in_vain = _hourly(rule, start) if rule.frequency == "HOURLY" else _daily(rule), 0
    for begin, end in _periods(rule, start, since, last):
        days, looked_at = _days(rule, begin, end)
        if patience is not None:
            patience.spend(looked_at)
        moments = falls(days)
        in_vain = 0 if moments else in_vain + looked_at
        yield from (moment for moment in moments if moment >= since)
        if in_vain > MOST_DAYS_IN_VAIN:
            return


def _daily(rule: Rule) -> Callable[[list[date]], list[datetime]]:
    """How a rule that counts in days or more makes moments of the days of a period."""
    times = _times(rule.hours, rule.minutes, rule.seconds)
    return lambda days: _chosen(rule, [datetime.combine(day, one) for day in days for one in times])


def _hourly(rule: Rule, start: datetime) -> Callable[[list[date]], list[datetime]]:
    """The same for a rule that counts in hours, each of which is a period."""
    times = _chosen(rule, _times((0,), rule.minutes, rule.seconds))

    def falls(days: list[date]) -> list[datetime]:
        hours = ((day, hour) for day in days for hour in _hours(rule, start, day))
        return [datetime.combine(day, one.replace(hour=hour)) for day, hour in hours for one in times]

    # Where BYSETPOS names none of them, no hour need be looked at.
    return falls if times else lambda _: []


def _times(hours: Iterable[int], minutes: Iterable[int], seconds: Iterable[int]) -> list[time]:
    # A leap second is taken for the one before it, as clocks here have none.
    return sorted({time(hour, minute, min(second, 59)) for hour, minute, second in product(hours, minutes, seconds)})


def _chosen(rule: Rule, moments: list[Value]) -> list[Value]:
    """Those of a period that BYSETPOS names."""
    if not rule.positions:
        return moments
    at = {one - 1 if one > 0 else len(moments) + one for one in rule.positions}
    return [moments[one] for one in sorted(at) if 0 <= one < len(moments)]


def _hours(rule: Rule, start: datetime, day: date) -> list[int]:
    """The hours of a day that an hourly rule hits: every so many from its start."""
    gone = (day - start.date()).days * 24 - start.hour
    return [hour for hour in range(-gone % rule.interval, 24, rule.interval) if not rule.hours or hour in rule.hours]


def _periods(rule: Rule, start: datetime, since: datetime, last: date) -> Iterator[tuple[date, date]]:
    """The first and last day of each period that the interval hits, from that of `since` to that of `last`."""
    step: Callable[[int], tuple[date, date] | None]
    if rule.frequency == "YEARLY":
        step, gone = _year(start), since.year - start.year
    elif rule.frequency == "MONTHLY":
        step, gone = _month(start), (since.year - start.year) * 12 + since.month - start.month
    elif rule.frequency == "WEEKLY":
        monday = start.date() - timedelta(days=(start.weekday() - rule.week_start) % 7)
        step, gone = _stretch(monday, 7), (since.date() - monday).days // 7
    else:
        step, gone = _stretch(start.date(), 1), (since.date() - start.date()).days
    # An hourly rule looks at every day; which hours of it are hit is another question.
    every = 1 if rule.frequency == "HOURLY" else rule.interval
    number = gone // every * every
    while (period := step(number)) is not None and period[0] <= last:
        yield period
        number += every


def _year(start: datetime) -> Callable[[int], tuple[date, date] | None]:
    def step(number: int) -> tuple[date, date] | None:
        year = start.year + number
        return (date(year, 1, 1), date(year, 12, 31)) if year <= LAST_YEAR else None

    return step


def _month(start: datetime) -> Callable[[int], tuple[date, date] | None]:
    def step(number: int) -> tuple[date, date] | None:
        years, month = divmod(start.month - 1 + number, 12)
        year = start.year + years
        if year > LAST_YEAR:
            return None
        return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])

    return step


def _stretch(first: date, days: int) -> Callable[[int], tuple[date, date] | None]:
    def step(number: int) -> tuple[date, date] | None:
        try:
            begin = first + timedelta(days=number * days)
            return begin, begin + timedelta(days=days - 1)
        except OverflowError:
            return None

    return step


def _days(rule: Rule, first: date, last: date) -> tuple[list[date], int]:
    """The days of a period on which the rule falls, and how many days were looked at."""
    if rule.months and first.month == last.month and first.month not in rule.months:
        return [], 1
    length = (last - first).days + 1
    candidates = (first + timedelta(days=number) for number in range(length))
    if rule.frequency == "YEARLY" and rule.months and not rule.weeks and not rule.year_days:
        spans = [(date(first.year, month, 1), monthrange(first.year, month)[1]) for month in sorted(rule.months)]
        candidates = (begin + timedelta(days=number) for begin, days in spans for number in range(days))
        length = sum(days for _, days in spans)
    weeks = _week_days(rule, first.year) if rule.weeks else None
    return [day for day in candidates if _hit(rule, day, weeks)], length


def _hit(rule: Rule, day: date, weeks: frozenset[date] | None) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and rule.month_days.isdisjoint({day.day, day.day - monthrange(day.year, day.month)[1] - 1}):
        return False
    if rule.weekdays and not _weekday_hit(rule, day):
        return False
    if rule.year_days:
        number = day.timetuple().tm_yday
        if number not in rule.year_days and number - (367 if isleap(day.year) else 366) not in rule.year_days:
            return False
    return weeks is None or day in weeks


def _weekday_hit(rule: Rule, day: date) -> bool:
    weekday = day.weekday()
    if (0, weekday) in rule.weekdays:
        return True
    numbered = {number for number, one in rule.weekdays if one == weekday and number}
    # Numbers count in the month, or in the year of a yearly rule that names no months; elsewhere they mean every one.
    if not numbered:
        return False
    if rule.frequency == "MONTHLY" or (rule.frequency == "YEARLY" and rule.months):
        ahead, behind = day.day - 1, monthrange(day.year, day.month)[1] - day.day
    elif rule.frequency == "YEARLY":
        ahead = day.timetuple().tm_yday - 1
        behind = (366 if isleap(day.year) else 365) - ahead - 1
    else:
        return True
    return ahead // 7 + 1 in numbered or -(behind // 7) - 1 in numbered


def _week_days(rule: Rule, year: int) -> frozenset[date]:
    """The days of a year that lie in weeks of these numbers, of its own and of the years beside it."""
    days = {day for one in (year - 1, year, year + 1) for day in _numbered(rule, one)}
    first = date(year, 1, 1).toordinal()
    return frozenset(date.fromordinal(day) for day in days if first <= day < first + 366 and _is_in(day, year))


def _is_in(ordinal: int, year: int) -> bool:
    return date.fromordinal(ordinal).year == year


def _numbered(rule: Rule, year: int) -> Iterator[int]:
    """The ordinals of the days in a year's weeks of these numbers (ISO 8601, with the rule's own start of the week)."""
    if year <= 1:
        return
    first = date(year, 1, 1)
    # Week 1 is the first with at least four days in the year.
    offset = (first.weekday() - rule.week_start) % 7
    begin = first.toordinal() - offset + (7 if offset > 3 else 0)
    weeks = (first.toordinal() + (366 if isleap(year) else 365) - begin + 3) // 7
    for number in rule.weeks:
        week = number if number > 0 else weeks + number + 1
        if 1 <= week <= weeks:
            yield from range(begin + (week - 1) * 7, begin + week * 7)
