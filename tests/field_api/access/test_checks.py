"""`furet check` finds what the actions would never write."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from field_api import clock
from field_api.access.checks import CHECKS as ACCESS_CHECKS
from field_api.access.credentials import fingerprint
from field_api.access.models import Device, RefreshToken, Token
from field_api.reps.checks import CHECKS as REPS_CHECKS
from field_api.reps.models import Territory, User
from field_api.store.engine import AnySession, writing
from tests.field_api.people import assign, make_territory, make_user, token_for


def broken(session: AnySession) -> list[str]:
    return [check.name for check in (*REPS_CHECKS, *ACCESS_CHECKS) if check.find(session)]


@pytest.fixture(autouse=True)
def _an_admin(session: AnySession) -> None:
    make_user(session, "admin")


def test_sound_data_breaks_no_check(session: AnySession) -> None:
    region = make_territory(session)
    rep = make_user(session, "rep", [make_territory(session, parent=region)])
    token_for(session, rep)
    token_for(session, rep, "customers:read")
    assert broken(session) == []


def test_a_path_that_does_not_continue_its_parents_is_found(session: AnySession) -> None:
    region, other = make_territory(session), make_territory(session)
    sector = make_territory(session, parent=region)
    with writing(session):
        session.get_one(Territory, sector.id).parent_id = other.id
    assert broken(session) == ["the path of each territory continues its parent's"]


def test_overlapping_assignments_are_found(session: AnySession) -> None:
    territory = make_territory(session)
    rep = make_user(session, "rep", [territory])
    assign(session, rep, territory, clock.now())
    assert broken(session) == ["no two assignments of one user to one territory overlap"]


def test_an_assignment_that_ends_before_it_starts_is_found(session: AnySession) -> None:
    if session.get_bind().dialect.name == "sqlite":
        # The pragma is of one connection, so there must be no other that earlier tests have left.
        session.rollback()
        session.get_bind().engine.dispose()
        with writing(session):
            session.execute(text("PRAGMA ignore_check_constraints = ON"))
    else:
        with writing(session):
            session.execute(text("ALTER TABLE assignments DROP CONSTRAINT ck_assignments_period"))
    moment = clock.now()
    try:
        assign(session, make_user(session), make_territory(session), moment, moment - timedelta(days=1))
        assert broken(session) == ["no assignment ends before it starts"]
    finally:
        with writing(session):
            session.execute(text("DELETE FROM assignments"))
            if session.get_bind().dialect.name == "sqlite":
                session.execute(text("PRAGMA ignore_check_constraints = OFF"))
            else:
                restored = "ADD CONSTRAINT ck_assignments_period CHECK (ends_at >= starts_at)"
                session.execute(text(f"ALTER TABLE assignments {restored}"))


def test_a_company_whose_admins_are_all_locked_is_found(session: AnySession) -> None:
    with writing(session):
        session.query(User).filter_by(role="admin").one().locked_at = clock.now()
    assert broken(session) == ["an admin can sign in"]


def test_capitals_in_an_e_mail_are_found(session: AnySession) -> None:
    make_user(session, email="Camille@example.org")
    assert broken(session) == ["e-mails of users are in lower case"]


def test_two_live_refresh_tokens_of_one_device_are_found(session: AnySession) -> None:
    token_for(session, make_user(session))
    device = session.query(Device).one().id
    with writing(session):
        for name in ("one", "two"):
            session.add(RefreshToken(hash=fingerprint(name), device_id=device, expires_at=clock.now()))
    assert broken(session) == ["a device has one live refresh token at most"]


def test_a_token_of_another_user_than_its_device_and_an_unknown_scope_are_found(session: AnySession) -> None:
    token_for(session, make_user(session))
    other = make_user(session)
    with writing(session):
        session.query(Token).one().user_id = other.id
    token_for(session, other, "everything")
    assert broken(session) == ["a token is of the same user as its device", "every scope granted is a known one"]
