"""The people of the demo company: believable, the same for a seed, and sound by every check."""

from datetime import timedelta
from random import Random

from flask.testing import FlaskClient
from sqlalchemy import func, select

from field_api import clock
from field_api.access import checks as access_checks
from field_api.access import demo as access_demo
from field_api.access.look_up import look_up
from field_api.reps import checks, demo
from field_api.reps.models import Territory, User
from field_api.store.engine import AnySession, writing
from tests.field_api.people import token_for


def fill(session: AnySession, seed: int = 1) -> demo.DemoStaff:
    with writing(session):
        return demo.fill(session, Random(seed), clock.now() - timedelta(days=730))


def test_twelve_reps_work_in_a_tree_of_three_levels(session: AnySession) -> None:
    staff = fill(session)
    assert sorted(user.role for user in staff.users) == ["admin"] + ["manager"] * 4 + ["rep"] * 12 + ["researcher"]
    assert session.scalar(select(func.count()).select_from(Territory)) == 17
    assert len(staff.sectors) == len(staff.rep_of) == 12
    for sector, user_id in staff.rep_of.items():
        found = look_up(token_for(session, session.get_one(User, user_id)))
        assert found
        assert found.territory_ids == {sector}


def test_each_manager_sees_a_region_and_its_three_sectors(session: AnySession) -> None:
    for user in fill(session).users:
        if user.role == "manager":
            found = look_up(token_for(session, session.get_one(User, user.id)))
            assert found
            assert found.territory_ids is not None
            assert len(found.territory_ids) == 4


def test_the_first_logins_open(client: FlaskClient, session: AnySession) -> None:
    staff = fill(session)
    with writing(session):
        logins = access_demo.fill(session, staff, lambda: "made at the first start")
    assert [login["role"] for login in logins] == ["rep", "admin", "researcher"]
    for login in logins:
        typed = {"email": login["email"], "password": login["password"], "device": "Phone"}
        assert client.post("/v1/login", json=typed).status_code == 200


def test_the_same_seed_gives_the_same_people(session: AnySession) -> None:
    first = demo._users(Random(7))
    assert first == demo._users(Random(7))
    assert first != demo._users(Random(8))
    assert all(user.email.isascii() and " " not in user.email for user in first)


def test_every_check_holds_for_the_demo_people(session: AnySession) -> None:
    fill(session)
    for check in (*checks.CHECKS, *access_checks.CHECKS):
        assert check.find(session) == [], check.name
