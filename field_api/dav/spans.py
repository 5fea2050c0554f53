"""Stretches of time as CalDAV asks for them: two instants in UTC, either of which may be left out."""

from dataclasses import dataclass
from datetime import UTC, datetime

from field_api.agenda.stretches import Stretch, seconds
from field_api.agenda.years import FIRST_YEAR, LAST_YEAR
from field_api.dav import documents
from field_api.dav.documents import Element
from field_api.dav.names import caldav
from field_api.dav.refusals import Refused

# What the properties min-date-time and max-date-time announce.
EARLIEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
LATEST = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """From `start` until just before `end`, both aware and in UTC; None: without a bound on that side."""

    start: datetime | None = None
    end: datetime | None = None

    @property
    def from_(self) -> datetime:
        """The start, or the earliest instant that we compute with."""
        return max(self.start or EARLIEST, EARLIEST)

    @property
    def until(self) -> datetime:
        """The end, or the latest instant that we compute with."""
        return min(self.end or LATEST, LATEST)

    @property
    def stretch(self) -> Stretch:
        """Both, in seconds."""
        return Stretch(seconds(self.from_), seconds(self.until))


def span_of(element: Element, *, bounded: bool = False) -> Span:
    """What `start` and `end` of an element say (RFC 4791, section 9.9); `bounded` wants both.

    Raises Refused: 400 for what is no instant in UTC or ends before it starts, with the precondition of the RFC.
    """
    start, end = (_instant(element.get(name)) for name in ("start", "end"))
    if bounded and (start is None or end is None):
        raise Refused(400, caldav("valid-filter"), f"{documents.local_name(element)} wants a start and an end.")
    if start is None and end is None:
        raise Refused(400, caldav("valid-filter"), "A time range wants a start or an end.")
    if start is not None and end is not None and end <= start:
        raise Refused(400, caldav("valid-filter"), "A time range ends after it starts.")
    return Span(start, end)


def written(instant: datetime) -> str:
    """An instant as iCalendar writes it in UTC."""
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text.strip(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refused(400, caldav("valid-filter"), f"{text[:40]!r} is no instant such as 20260301T090000Z.") from None
