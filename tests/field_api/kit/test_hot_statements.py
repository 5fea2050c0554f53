"""Statements that go straight to the driver fail as all others do, and never tell the values they were asked with."""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Column, Date, MetaData, String, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from field_api.access.models import Token
from field_api.agenda.models import Calendar
from field_api.store.columns import Id, Instant, new_id
from field_api.store.engine import AnySession, writing
from field_api.store.hot_statements import HotStatement, read
from tests.field_api.people import make_user, token_for

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


class _Token(NamedTuple):
    id: str
    user_id: str
    hash: bytes
    created_at: datetime
    revoked_at: datetime | None
    service_account_id: str | None


def test_a_statement_of_sqlalchemy_gives_what_sqlalchemy_gives(session: AnySession) -> None:
    rep = make_user(session)
    token_for(session, rep)
    statement = select(*(Token.__table__.c[name] for name in _Token._fields)).where(
        Token.kind == "access", Token.user_id == bindparam("of"), Token.created_at <= bindparam("until", type_=Instant)
    )
    asked = {"of": rep.id, "until": datetime(2999, 1, 1, tzinfo=UTC)}
    (row,) = session.connection().execute(statement, asked)
    hot, connection = HotStatement(statement, _Token), session.connection()
    # The second time it is compiled already.
    assert hot.all(connection, asked) == hot.all(connection, asked) == [row]
    assert hot.first(connection, asked | {"until": datetime(1999, 1, 1, tzinfo=UTC)}) is None


def test_a_column_of_json_is_read(session: AnySession) -> None:
    rep, said = make_user(session), {"{DAV:}displayname": "Tournée: «Nord» 50 %"}
    with writing(session):
        session.add(Calendar(id=rep.id, owner_id=rep.id, name="agenda", components="VEVENT", properties=said))
    kept: HotStatement[dict[str, Any]] = HotStatement(select(Calendar.properties), lambda properties: properties)
    assert kept.all(session.connection(), {}) == [said]


def test_what_is_written_reads_as_if_sqlalchemy_had_written_it(session: AnySession) -> None:
    columns = (Column("id", Id, primary_key=True), Column("day", Date), Column("at", Instant), Column("note", String))
    table = Table("noted", MetaData(), *columns, prefixes=["TEMPORARY"])
    table.create(session.connection())
    row = {"id": new_id(), "day": date(2026, 2, 28), "at": AT, "note": None}
    add = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[session.get_bind().dialect.name](table)
    hot: HotStatement[dict[str, Any]] = HotStatement(
        add.on_conflict_do_nothing().returning(*table.c), lambda *values: dict(zip(row, values, strict=True))
    )
    assert hot.first(session.connection(), row) == row
    assert hot.first(session.connection(), row) is None
    assert dict(session.execute(select(table)).mappings().one()) == row
    session.rollback()
