"""When points end, as people are told it: by the last day on which they can still be spent."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def last_days(
    lots: Iterable[tuple[datetime | None, int]], zone: str, until: datetime, after: datetime | None = None
) -> list[tuple[date, int]]:
    """How many points end with which day, the next first; of the lots that end after `after` and not after `until`.

    A lot is the instant of its end, or None, and its points. At the instant itself they are over: what ends at
    midnight ends with the day before.
    """
    found: dict[date, int] = {}
    for ends_at, points in lots:
        if ends_at is not None and ends_at <= until and (after is None or ends_at > after):
            last_day = (ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
            found[last_day] = found.get(last_day, 0) + points
    return sorted(found.items())
