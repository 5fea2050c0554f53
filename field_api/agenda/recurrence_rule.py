"""A recurrence rule (RFC 5545, section 3.3.10): read, and expanded within a bound on the days that are looked at.

Our own and not dateutil's, because that one looks for a match up to the year 9999 inside one step: a rule that never
matches (`FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30`) holds a thread for half a minute. Here the search ends after
`MOST_DAYS_IN_VAIN`, and an open rule is entered anywhere without walking there from its start. Tests hold it against
dateutil.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from itertools import islice, product, takewhile

from field_api.agenda.refusals import BadObject

MOST_INSTANCES = 20_000
MOST_INSTANCES_A_DAY = 96
# A century: the longest wait of a rule that means something is 40 years (a 29 February on a given day of the week).
MOST_DAYS_IN_VAIN = 36_600
MOST_VALUES = 400

FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BOUNDS = {
    "BYMONTH": (1, 12),
    "BYWEEKNO": (-53, 53),
    "BYYEARDAY": (-366, 366),
    "BYMONTHDAY": (-31, 31),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSECOND": (0, 60),
    "BYSETPOS": (-366, 366),
}
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?")

# A place in the week, and which of them in the month or year (0: every one).
Weekday = tuple[int, int]


@dataclass(frozen=True)
class Rule:
    """What a RRULE says; empty where it says nothing. `until` is local, and the last second of a day given as such."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    until_is_utc: bool = False
    week_start: int = 0
    months: frozenset[int] = frozenset()
    weeks: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    weekdays: frozenset[Weekday] = frozenset()
    hours: frozenset[int] = frozenset()
    minutes: frozenset[int] = frozenset()
    seconds: frozenset[int] = frozenset()
    positions: frozenset[int] = frozenset()

    @property
    def ends(self) -> bool:
        """Whether the rule itself says where it ends."""
        return self.count is not None or self.until is not None


def read_rule(text: str) -> Rule:
    """The rule that a RRULE's value writes. Raises BadObject for what is no rule, or one too dense to be meant."""
    parts = dict(_parts(text))
    frequency = parts.pop("FREQ", "")
    if frequency in {"SECONDLY", "MINUTELY"}:
        raise BadObject(f"FREQ={frequency} is no appointment; nothing denser than HOURLY is kept.", "max-instances")
    if frequency not in FREQUENCIES:
        raise BadObject(f"The rule {text[:80]!r} has no frequency.")
    numbers = {name: _numbers(name, parts.pop(name)) for name in _BOUNDS if name in parts}
    until, is_utc = _until(parts.pop("UNTIL", None))
    rule = Rule(
        frequency,
        _positive("INTERVAL", parts.pop("INTERVAL", "1")),
        _count(parts.pop("COUNT", None)),
        until,
        is_utc,
        _week_start(parts.pop("WKST", "MO")),
        weekdays=_weekdays(parts.pop("BYDAY", None)),
        months=numbers.get("BYMONTH", frozenset()),
        weeks=numbers.get("BYWEEKNO", frozenset()),
        year_days=numbers.get("BYYEARDAY", frozenset()),
        month_days=numbers.get("BYMONTHDAY", frozenset()),
        hours=numbers.get("BYHOUR", frozenset()),
        minutes=numbers.get("BYMINUTE", frozenset()),
        seconds=numbers.get("BYSECOND", frozenset()),
        positions=numbers.get("BYSETPOS", frozenset()),
    )
    if parts:
        raise BadObject(f"The rule has a part that is not known: {next(iter(parts))[:40]}.")
    _check_density(rule)
    return rule


def _parts(text: str) -> Iterator[tuple[str, str]]:
    for part in text.strip().rstrip(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals:
            raise BadObject(f"The rule {text[:80]!r} cannot be read.")
        yield name.strip().upper(), value.strip().upper()


def _numbers(name: str, text: str) -> frozenset[int]:
    least, most = _BOUNDS[name]
    values = text.split(",")
    try:
        found = frozenset(int(value) for value in values)
    except ValueError:
        raise BadObject(f"{name}={text[:40]} is no list of numbers.") from None
    if len(values) > MOST_VALUES or not all(least <= one <= most for one in found) or (least < 0 and 0 in found):
        raise BadObject(f"{name}={text[:40]} is out of bounds.")
    return found


def _positive(name: str, text: str) -> int:
    if not text.isdecimal() or not text.isascii() or not 0 < len(text) <= 9 or int(text) == 0:
        raise BadObject(f"{name}={text[:40]} is no positive number.")
    return int(text)


def _count(text: str | None) -> int | None:
    if text is None:
        return None
    count = _positive("COUNT", text)
    if count > MOST_INSTANCES:
        raise BadObject(f"A series has at most {MOST_INSTANCES} occurrences; this one has {count}.", "max-instances")
    return count


def _until(text: str | None) -> tuple[datetime | None, bool]:
    if text is None:
        return None, False
    found = _UNTIL.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        day = datetime.strptime(found[1], "%Y%m%d")  # noqa: DTZ007 - local by nature
        # A day takes its whole day along, as calendars on phones understand it.
        clock = datetime.strptime(found[2], "%H%M%S").time() if found[2] else time(23, 59, 59)  # noqa: DTZ007
    except ValueError:
        raise BadObject(f"UNTIL={text[:40]} is no date.") from None
    return datetime.combine(day, clock), bool(found[3])


def _week_start(text: str) -> int:
    if text not in WEEKDAYS:
        raise BadObject(f"WKST={text[:40]} is no day of the week.")
    return WEEKDAYS.index(text)


def _weekdays(text: str | None) -> frozenset[Weekday]:
    if text is None:
        return frozenset()
    found = [_DAY.fullmatch(one.strip()) for one in text.split(",")]
    if len(found) > MOST_VALUES:
        raise BadObject("BYDAY has too many values.")
    days = set()
    for one in found:
        if one is None or not -53 <= int(one[1] or 0) <= 53 or (one[1] and int(one[1]) == 0):
            raise BadObject(f"BYDAY={text[:40]} is no list of days.")
        days.add((int(one[1] or 0), WEEKDAYS.index(one[2])))
    return frozenset(days)


def _check_density(rule: Rule) -> None:
    hours = 24 if rule.frequency == "HOURLY" and not rule.hours else len(rule.hours) or 1
    a_day = hours * (len(rule.minutes) or 1) * (len(rule.seconds) or 1)
    if a_day > MOST_INSTANCES_A_DAY:
        told = f"A rule gives at most {MOST_INSTANCES_A_DAY} occurrences a day; this one gives {a_day}."
        raise BadObject(told, "max-instances")


def instances(rule: Rule, start: datetime, since: datetime | None = None) -> Iterator[datetime]:
    """The local times that the rule gives from `start` on, in order; `since` enters a rule without COUNT there.

    Naive, as recurrence is counted on the wall clock. Ends with the rule, or where nothing was found in a century. The
    start itself is given only if the rule matches it; COUNT counts what the rule gives.
    """
    moments = _matching(_completed(rule, start), start, max(since or start, start))
    if rule.count is not None:
        moments = islice(moments, rule.count)
    last = rule.until or datetime.max  # noqa: DTZ901 - a wall clock
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


def _matching(rule: Rule, start: datetime, since: datetime) -> Iterator[datetime]:
    times = _times(rule.hours, rule.minutes, rule.seconds)
    hourly, in_vain = rule.frequency == "HOURLY", 0
    for first, last in _periods(rule, start, since):
        days, looked_at = _days(rule, first, last)
        if hourly:
            moments = [
                moment for day in days for hour in _hours(rule, start, day) for moment in _in_hour(rule, day, hour)
            ]
        else:
            moments = _chosen(rule, [datetime.combine(day, one) for day in days for one in times])
        in_vain = 0 if moments else in_vain + looked_at
        yield from (moment for moment in moments if moment >= since)
        if in_vain > MOST_DAYS_IN_VAIN:
            return


def _times(hours: Iterable[int], minutes: Iterable[int], seconds: Iterable[int]) -> list[time]:
    # A leap second is taken for the one before it, as clocks here have none.
    return sorted({time(hour, minute, min(second, 59)) for hour, minute, second in product(hours, minutes, seconds)})


def _chosen(rule: Rule, moments: list[datetime]) -> list[datetime]:
    """Those of a period that BYSETPOS names."""
    if not rule.positions:
        return moments
    at = {one - 1 if one > 0 else len(moments) + one for one in rule.positions}
    return [moments[one] for one in sorted(at) if 0 <= one < len(moments)]


def _hours(rule: Rule, start: datetime, day: date) -> list[int]:
    """The hours of a day that an hourly rule hits: every so many from its start."""
    gone = (day - start.date()).days * 24 - start.hour
    return [hour for hour in range(-gone % rule.interval, 24, rule.interval) if not rule.hours or hour in rule.hours]


def _in_hour(rule: Rule, day: date, hour: int) -> list[datetime]:
    return _chosen(rule, [datetime.combine(day, one) for one in _times((hour,), rule.minutes, rule.seconds)])


def _periods(rule: Rule, start: datetime, since: datetime) -> Iterator[tuple[date, date]]:
    """The first and last day of each period that the interval hits, from the one that holds `since`."""
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
    while (period := step(number)) is not None:
        yield period
        number += every


def _year(start: datetime) -> Callable[[int], tuple[date, date] | None]:
    def step(number: int) -> tuple[date, date] | None:
        year = start.year + number
        return (date(year, 1, 1), date(year, 12, 31)) if year <= MAXYEAR else None

    return step


def _month(start: datetime) -> Callable[[int], tuple[date, date] | None]:
    def step(number: int) -> tuple[date, date] | None:
        years, month = divmod(start.month - 1 + number, 12)
        year = start.year + years
        if year > MAXYEAR:
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
    if not 1 < year < MAXYEAR:
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
