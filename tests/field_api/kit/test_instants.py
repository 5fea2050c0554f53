"""Instants are read strictly from requests, and keep their order in the database from the year 1 on."""

from datetime import UTC, datetime

import pytest
from marshmallow import ValidationError
from sqlalchemy.dialects import sqlite

from field_api.store.columns import Instant
from field_api.web.instants import InstantField


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T10:30:00+01:00", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01t09:30:00.123456789z", datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)),
        ("1000-01-01T00:00:00+14:00", datetime(999, 12, 31, 10, 0, tzinfo=UTC)),
        ("8999-12-31T23:59:59-01:00", datetime(9000, 1, 1, 0, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_date_time_with_an_offset_is_read_as_utc(text: str, moment: datetime) -> None:
    assert InstantField().deserialize(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T09:30:00",
        "2026-03-01 09:30:00Z",
        "2026-02-30T09:30:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "0999-12-31T23:59:59Z",
        "9000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00",
        "2026-03-01",
        1772357400,
    ],
)
def test_what_is_not_an_instant_on_the_calendar_or_of_another_age_is_refused(text: object) -> None:
    with pytest.raises(ValidationError):
        InstantField().deserialize(text)


def test_text_order_in_sqlite_is_time_order_even_before_the_year_1000() -> None:
    kept = [Instant().process_bind_param(datetime(year, 1, 1, tzinfo=UTC), sqlite.dialect()) for year in (1, 999, 1000)]
    assert kept == sorted(kept)
    assert {len(text) for text in kept} == {27}
