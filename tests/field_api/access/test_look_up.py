"""Whom a token stands for, and that every change counts on the very next look-up."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from field_api import clock
from field_api.access.look_up import look_up, look_up_app_password
from field_api.access.models import Device, Token
from field_api.reps.models import Assignment, User
from field_api.store import hot_statements
from field_api.store.engine import AnySession, writing
from tests.field_api.people import assign, make_territory, make_user, token_for


def test_a_rep_sees_exactly_the_territories_assigned_now(session: AnySession) -> None:
    region = make_territory(session, "Bretagne")
    now, past, future = (make_territory(session, name, region) for name in ("Brest", "Quimper", "Vannes"))
    rep, moment = make_user(session, "rep", [now]), clock.now()
    assign(session, rep, past, moment - timedelta(days=9), moment)
    assign(session, rep, future, moment + timedelta(days=1))
    assign(session, make_user(session), region)
    found = look_up(token_for(session, rep))
    assert found is not None
    assert (found.id, found.role, found.territory_ids, found.scopes) == (rep.id, "rep", {now.id}, None)


def test_a_rep_assigned_to_a_region_does_not_see_the_sectors_below(session: AnySession) -> None:
    region = make_territory(session)
    make_territory(session, parent=region)
    found = look_up(token_for(session, make_user(session, "rep", [region])))
    assert found is not None
    assert found.territory_ids == {region.id}


def test_a_manager_sees_the_whole_subtree_and_nothing_beside_it(session: AnySession) -> None:
    company = make_territory(session, "Company")
    west, east = make_territory(session, "West", company), make_territory(session, "East", company)
    sectors = [make_territory(session, name, west) for name in ("Brest", "Rennes")]
    make_territory(session, "Metz", east)
    found = look_up(token_for(session, make_user(session, "manager", [west])))
    assert found is not None
    assert found.territory_ids == {west.id, *(sector.id for sector in sectors)}


def test_an_admin_sees_all_and_a_researcher_none_even_when_assigned(session: AnySession) -> None:
    territory = make_territory(session)
    admin = look_up(token_for(session, make_user(session, "admin", [territory])))
    researcher = look_up(token_for(session, make_user(session, "researcher", [territory])))
    assert admin is not None
    assert researcher is not None
    assert (admin.territory_ids, researcher.territory_ids) == (None, frozenset())


def test_a_user_without_assignment_is_known_and_sees_nothing(session: AnySession) -> None:
    for role in ("rep", "manager"):
        found = look_up(token_for(session, make_user(session, role)))
        assert found is not None
        assert found.territory_ids == frozenset()


def test_a_personal_token_holds_its_scopes_and_may_ask_who_it_is(session: AnySession) -> None:
    found = look_up(token_for(session, make_user(session), "customers:read shops:read"))
    assert found is not None
    assert found.scopes == {"customers:read", "shops:read", "me:read"}
    assert found.family_id is None


def test_nobody_is_found_for_an_unknown_or_expired_token(session: AnySession) -> None:
    token = token_for(session, make_user(session))
    with clock.ahead_by(timedelta(minutes=29)):
        assert look_up(token)
    with clock.ahead_by(timedelta(minutes=31)):
        assert look_up(token) is None
    assert look_up(token + "x") is None
    assert look_up("\udcff") is None


def test_revocation_lock_role_and_assignment_count_on_the_next_look_up(session: AnySession) -> None:
    territory = make_territory(session)
    rep = make_user(session, "rep", [territory])
    token = token_for(session, rep)
    with writing(session):
        session.get_one(User, rep.id).role = "researcher"
    found = look_up(token)
    assert found
    assert (found.role, found.territory_ids) == ("researcher", frozenset())
    with writing(session):
        session.get_one(User, rep.id).role = "rep"
        session.query(Assignment).filter_by(user_id=rep.id).one().ends_at = clock.now()
    found = look_up(token)
    assert found
    assert found.territory_ids == frozenset()
    with writing(session):
        session.get_one(User, rep.id).locked_at = clock.now()
    assert look_up(token) is None
    with writing(session):
        session.get_one(User, rep.id).locked_at = None
    assert look_up(token)
    with writing(session):
        session.query(Device).filter_by(user_id=rep.id).one().cut_off_at = clock.now()
    assert look_up(token) is None


def test_a_revoked_personal_token_finds_nobody(session: AnySession) -> None:
    rep = make_user(session)
    token = token_for(session, rep, "customers:read")
    with writing(session):
        session.query(Token).filter_by(user_id=rep.id).one().revoked_at = clock.now()
    assert look_up(token) is None


def test_a_bearer_token_is_no_app_password(session: AnySession) -> None:
    rep = make_user(session)
    assert look_up_app_password(rep.email, token_for(session, rep)) is None


def test_a_look_up_is_one_statement_and_three_for_a_manager(
    session: AnySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = make_territory(session)
    tokens = {role: token_for(session, make_user(session, role, [region])) for role in ("rep", "manager", "admin")}
    engine, statements, straight = session.get_bind(), list[str](), hot_statements.read

    def count(*told: Any) -> None:
        statements.append(told[2])

    def count_straight(connection: Connection, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        statements.append(statement)
        return straight(connection, statement, values)

    event.listen(engine, "before_cursor_execute", count)
    monkeypatch.setattr(hot_statements, "read", count_straight)
    try:
        counts = {}
        for role, token in tokens.items():
            statements.clear()
            assert look_up(token)
            counts[role] = len([one for one in statements if one.startswith("SELECT")])
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert counts == {"rep": 1, "manager": 3, "admin": 1}
