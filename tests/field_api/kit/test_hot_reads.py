"""Reads that go straight to the driver fail as all others do, and never tell the values they were asked with."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import DBAPIError

from field_api.store.engine import AnySession
from field_api.store.hot_reads import read

AT = datetime(2026, 6, 1, 12, 0, 0, 7, tzinfo=UTC)


def test_values_are_given_by_name_and_instants_compare_as_stored_ones_do(session: AnySession) -> None:
    statement = "SELECT CAST(:some AS integer) + :some, CASE WHEN :at < :later THEN 1 ELSE 0 END"
    later = AT.replace(microsecond=8)
    assert read(session.connection(), statement, {"some": 4, "at": AT, "later": later}) == [(8, 1)]


def test_an_error_is_sqlalchemys_and_does_not_tell_the_position(session: AnySession) -> None:
    with pytest.raises(DBAPIError) as caught:
        read(session.connection(), "SELECT no_such_column + :lat", {"lat": 48.123456})
    assert "no_such_column" in str(caught.value)
    assert "48.123456" not in str(caught.value)
    assert not caught.value.connection_invalidated
    session.rollback()
    assert read(session.connection(), "SELECT 1", {}) == [(1,)]
