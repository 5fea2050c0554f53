"""Instants in requests: RFC 3339 date-times with an offset, and nothing else that a lenient reader would guess at.

Centuries are left free on both sides of the years that may be told, so that nothing which adds a period to an instant,
or asks what clocks show then, leaves the years that there are.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import fields

from field_api import clock
from field_api.errors import Clash

# A phone's clock may run ahead; a day covers those set to another zone by hand.
MOST_AHEAD = timedelta(days=1)

FIRST_YEAR, LAST_YEAR = 1000, 8999
# RFC 3339, section 5.6; clocks that count nanoseconds are read to the microsecond.
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)


class InstantField(fields.AwareDateTime):
    """A moment with its offset from UTC, read as an aware instant in UTC."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own way of declaring messages
        "not_an_instant": "Write it as in 2026-03-01T09:30:00Z, with the offset from UTC.",
        "another_age": f"Write a year from {FIRST_YEAR} to {LAST_YEAR}.",
    }

    def __init__(self, *, metadata: Mapping[str, Any] | None = None, **told: Any) -> None:
        """Tells the document of the API which years may be written."""
        super().__init__(metadata={"pattern": "^[1-8]", **(metadata or {})}, **told)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_rest: Any) -> datetime:
        if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
            raise self.make_error("not_an_instant")
        if not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
            raise self.make_error("another_age")
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except ValueError:
            raise self.make_error("not_an_instant") from None


def happened(at: datetime | None) -> datetime:
    """When something happened: as told, or now. Raises Clash for what would still be to come."""
    present = clock.now()
    if at is not None and at > present + MOST_AHEAD:
        raise Clash(f"occurred_at {at.isoformat()} is still to come: here it is {present.isoformat()}. Set the clock.")
    return at or present
