"""A recurrence rule, read from its text (RFC 5545, section 3.3.10); what no appointment can mean is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from field_api.agenda.refusals import BadObject
from field_api.agenda.years import FIRST_YEAR, LAST_YEAR

MOST_INSTANCES = 20_000
MOST_INSTANCES_A_DAY = 96
# RFC 5545, section 3.8.5.3: there should be one. Each may take a fifth of a second to be searched to its end.
MOST_RULES = 4
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
# Between these an instant has a wall clock in every zone; apps write UNTIL=99991231 for a series that never ends.
_EARLIEST, _LATEST = datetime(FIRST_YEAR, 1, 1), datetime(LAST_YEAR, 12, 31, 23, 59, 59)  # noqa: DTZ001 - local
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
    if rule.weeks and any(number for number, _ in rule.weekdays):
        raise BadObject("BYWEEKNO and a numbered BYDAY do not go together (RFC 5545, section 3.3.10).")
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
    return min(max(datetime.combine(day, clock), _EARLIEST), _LATEST), bool(found[3])


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
