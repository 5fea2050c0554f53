"""The commands that move points, over HTTP: who may, once for ever, and every refusal leaves the books unchanged."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from field_api import clock
from field_api.access.models import Device
from field_api.store.base import db
from field_api.store.columns import new_id
from tests.field_api.loyalty.club import Club, done, refused


def rich(club: Club, points: int = 100, customer_id: str | None = None) -> dict[str, Any]:
    """A member with points."""
    member = club.enrol(customer_id)
    told = {"id": new_id(), "points": points, "reason": "A gesture"}
    done(club.send(f"/v1/members/{member['id']}/adjustments", told, club.sector.admin))
    return member


def spend(club: Club, member_id: str, points: Any = 30, **told: Any) -> TestResponse:
    return club.send(f"/v1/members/{member_id}/spends", {"id": new_id(), "points": points} | told)


def end(club: Club, operation_id: str, how: str, headers: Any = None, **told: Any) -> TestResponse:
    return club.send(f"/v1/point-operations/{operation_id}/{how}", {"id": new_id()} | told, headers)


def device_of(club: Club) -> str:
    with club.app.app_context():
        return str(db.session.scalars(select(Device.id).order_by(Device.id)).first())


def leases_of(club: Club, device_id: str, headers: Any = None) -> list[dict[str, Any]]:
    return list(done(club.sector.get(f"/v1/devices/{device_id}/point-leases", headers), 200)["items"])


def test_a_spend_is_made_once_whoever_sends_it_again_and_needs_a_key(club: Club) -> None:
    member = rich(club)["id"]
    own = new_id()
    first = done(spend(club, member, id=own))
    assert done(spend(club, member, id=own)) == first
    assert "another operation" in refused(spend(club, member, 31, id=own), 409)
    bare = club.sector.post(f"/v1/members/{member}/spends", {"id": new_id(), "points": 1})
    assert bare.status_code == 428 or "Idempotency-Key" in refused(bare, bare.status_code)
    assert "70 to spend" in refused(spend(club, member, 71), 409)
    assert club.points(member) == (70, 0, 0)
    assert done(club.sector.get(f"/v1/point-operations/{own}"), 200) == first


@pytest.mark.parametrize("points", [-5, 0, 1.5, "7", 2**63, 2**31 * 1_000, True, None])
def test_what_are_no_points_is_a_problem_document_and_moves_nothing(club: Club, points: Any) -> None:
    member = rich(club)["id"]
    answer = spend(club, member, points)
    assert answer.status_code in {400, 422}
    refused(answer, answer.status_code)
    assert club.points(member) == (100, 0, 0)


def test_points_set_aside_are_confirmed_or_cancelled_once(club: Club) -> None:
    member = rich(club)["id"]
    path = f"/v1/members/{member}/reservations"
    first, second = (done(club.send(path, {"id": new_id(), "points": 40})) for _ in range(2))
    assert club.balance(member)["reserved"] == 80
    done(end(club, first["id"], "confirmation"))
    done(end(club, second["id"], "cancellation"))
    assert "confirmed" in refused(end(club, first["id"], "cancellation"), 409)
    assert (club.balance(member)["reserved"], club.points(member)) == (0, (60, 0, 0))


def test_a_reversal_gives_the_very_lots_back_and_is_not_reversed_itself(club: Club) -> None:
    member = rich(club)["id"]
    spent = done(spend(club, member, 60))
    back = done(end(club, spent["id"], "reversal", points=20))
    assert {one["earned_by"] for one in back["lots"]} == {one["earned_by"] for one in spent["lots"]}
    assert "reversal" in refused(end(club, back["id"], "reversal"), 409)
    done(end(club, spent["id"], "reversal"))
    assert "taken back" in refused(end(club, spent["id"], "reversal"), 409)
    assert club.points(member) == (100, 0, 0)


def test_points_are_handed_to_another_member_of_the_programme_by_a_manager(club: Club) -> None:
    member, other = rich(club)["id"], club.enrol(club.newcomer())["id"]
    path, told = f"/v1/members/{member}/transfers", {"id": new_id(), "points": 25, "to_member_id": other}
    refused(club.send(path, told), 403)
    done(club.send(path, told, club.sector.admin))
    assert (club.points(member)[0], club.points(other)[0]) == (75, 25)
    assert club.history(other)[0]["change"]["available"] == 25
    refused(club.send(f"/v1/members/{member}/adjustments", {"id": new_id(), "points": 5, "reason": "x"}), 403)


def test_a_lease_is_the_devices_own_and_what_is_left_comes_back(club: Club) -> None:
    member, device_id = rich(club)["id"], device_of(club)
    until = (clock.now() + timedelta(days=1)).isoformat()
    told = {"id": new_id(), "points": 60, "device_id": device_id, "deadline_at": until}
    path = f"/v1/members/{member}/leases"
    refused(club.send(path, told | {"device_id": new_id()}), 404)
    refused(club.send(path, told, club.sector.admin), 404)
    lease = done(club.send(path, told))
    assert "40 to spend" in refused(spend(club, member, 41), 409)
    below = f"/v1/point-leases/{lease['id']}"
    done(club.send(f"{below}/spends", {"id": new_id(), "points": 50}))
    [left] = leases_of(club, device_id)
    assert left == {"id": lease["id"], "member_id": member, "points_left": 10, "deadline_at": lease["deadline_at"]}
    assert leases_of(club, device_id, club.sector.admin) == [left]
    refused(club.sector.get(f"/v1/devices/{new_id()}/point-leases"), 404)
    with club.later(days=2):
        assert leases_of(club, device_id) == []
    refused(club.send(f"{below}/spends", {"id": new_id(), "points": 11}), 409)
    refused(club.send(f"{below}/spends", {"id": new_id(), "points": 1}, club.sector.admin), 404)
    done(club.send(f"{below}/return", {"id": new_id()}, club.sector.admin))
    assert (club.points(member), leases_of(club, device_id)) == ((50, 0, 0), [])


def test_a_till_spends_by_the_card_and_ends_what_its_shop_began(club: Club) -> None:
    member = rich(club)
    told = {"id": new_id(), "number": member["number"], "points": 10}
    by_till = done(club.send("/v1/till/spends", told, club.till))
    by_rep = done(spend(club, member["id"]))
    held = done(club.send("/v1/till/reservations", told | {"id": new_id()}, club.till))
    done(end(club, held["id"], "confirmation", club.till))
    done(end(club, by_till["id"], "reversal", club.till))
    refused(end(club, by_rep["id"], "reversal", club.till), 404)
    assert club.points(member["id"]) == (60, 0, 0)


def test_pending_points_are_confirmed_before_their_time_by_a_manager_alone(club: Club) -> None:
    member = club.enrol()["id"]
    club.buy(5_000)
    [earned] = club.history(member)
    assert "manager" in refused(end(club, earned["id"], "confirmation"), 403)
    assert "open" in refused(end(club, earned["id"], "reversal"), 409)
    done(end(club, earned["id"], "confirmation", club.sector.admin))
    assert club.points(member) == (50, 0, 0)
    with club.later(days=20):
        club.work()
        assert club.points(member) == (50, 0, 0)


def test_what_is_not_in_sight_is_not_found(club: Club) -> None:
    stranger = rich(club, customer_id=None)["id"]
    foreign = club.enrol(club.sector.foreign_id, club.sector.admin)["id"]
    told = {"id": new_id(), "points": 5, "reason": "x"}
    moved = done(club.send(f"/v1/members/{foreign}/adjustments", told, club.sector.admin))
    for path in (f"/v1/members/{foreign}", f"/v1/members/{foreign}/balance", f"/v1/point-operations/{moved['id']}"):
        refused(club.sector.get(path), 404)
    refused(spend(club, foreign), 404)
    refused(end(club, moved["id"], "reversal"), 404)
    assert club.points(stranger) == (100, 0, 0)


def test_the_balance_tells_what_ends_soon_and_what_it_was(club: Club) -> None:
    member = club.enrol()["id"]
    path, soon = f"/v1/members/{member}/adjustments", clock.now() + timedelta(days=30)
    told = {"id": new_id(), "points": 20, "reason": "Welcome", "expires_at": soon.isoformat()}
    done(club.send(path, told, club.sector.admin))
    before = clock.now().isoformat()
    done(club.send(path, told | {"id": new_id(), "points": 5, "expires_at": None}, club.sector.admin))
    found = club.balance(member)
    assert (found["points"], found["expiring_soon"], [one["points"] for one in found["lots"]]) == (25, 20, [20, 5])
    assert club.balance(member, at=before)["points"] == 20
    with club.later(days=31):
        assert club.points(member)[0] == 5


def test_points_that_would_be_over_at_once_are_not_given_and_a_replay_is_answered_all_the_same(club: Club) -> None:
    path = f"/v1/members/{club.enrol()['id']}/adjustments"
    soon = (clock.now() + timedelta(minutes=5)).isoformat()
    told = {"id": new_id(), "points": 10, "reason": "A gesture", "expires_at": soon}
    first = done(club.send(path, told, club.sector.admin))
    with club.later(minutes=10):
        assert done(club.send(path, told, club.sector.admin)) == first
        late = club.send(path, told | {"id": new_id()}, club.sector.admin)
    assert (late.status_code, late.get_json()["errors"][0]["pointer"]) == (422, "/expires_at")
