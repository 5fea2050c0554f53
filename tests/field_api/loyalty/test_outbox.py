"""What a phone did without a network and the server refuses reaches the rep, as refused edits do."""

from datetime import timedelta
from typing import Any

import pytest

from field_api import clock
from field_api.store.columns import new_id
from tests.field_api.loyalty.club import Club, done, refused
from tests.field_api.loyalty.test_commands import device_of, rich


def earlier() -> str:
    return (clock.now() - timedelta(hours=3)).isoformat()


def told_to_rep(club: Club) -> list[dict[str, Any]]:
    [device] = club.sector.get("/v1/devices").get_json()["items"]
    return list(done(club.sector.get(f"/v1/devices/{device['id']}/refusals"), 200)["items"])


def lease(club: Club, member_id: str, points: int) -> str:
    until = (clock.now() + timedelta(days=1)).isoformat()
    told = {"id": new_id(), "points": points, "device_id": device_of(club), "deadline_at": until}
    return str(done(club.send(f"/v1/members/{member_id}/leases", told))["id"])


def test_a_spend_of_a_lease_that_has_too_few_is_kept_for_the_rep_with_all_that_was_told(club: Club) -> None:
    lease_id = lease(club, rich(club)["id"], 20)
    told = {"id": new_id(), "points": 21, "occurred_at": earlier(), "reason": "A bag"}
    answer = club.send(f"/v1/point-leases/{lease_id}/spends", told)
    assert "left of the lease" in refused(answer, 409)
    [refusal] = told_to_rep(club)
    assert (refusal["collection"], refusal["doc_id"]) == ("point_lease_spends", told["id"])
    assert refusal["problem"] == answer.get_json()
    kept = refusal["document"]
    assert {name: kept[name] for name in ("id", "points", "reason", "lease_id")} == {
        "id": told["id"],
        "points": 21,
        "reason": "A bag",
        "lease_id": lease_id,
    }
    assert kept["occurred_at"].startswith(told["occurred_at"][:19])


@pytest.mark.parametrize("what", ["spends", "earnings"])
def test_what_happened_earlier_and_is_refused_is_kept_once_however_often_it_comes(club: Club, what: str) -> None:
    member_id = rich(club)["id"]
    more = {"spends": {"points": 101}, "earnings": {"kind": "review"}}[what]
    told = {"id": new_id(), "occurred_at": earlier()} | more
    for _ in range(2):
        refused(club.send(f"/v1/members/{member_id}/{what}", told), 409)
    [refusal] = told_to_rep(club)
    assert (refusal["collection"], refusal["document"]["member_id"]) == (f"point_{what}", member_id)
    assert club.points(member_id) == (100, 0, 0)


def test_what_is_out_of_sight_by_now_is_kept_too(club: Club) -> None:
    foreign = club.enrol(club.sector.foreign_id, club.sector.admin)["id"]
    told = {"id": new_id(), "points": 5, "occurred_at": earlier()}
    refused(club.send(f"/v1/members/{foreign}/spends", told), 404)
    assert [one["problem"]["status"] for one in told_to_rep(club)] == [404]


def test_an_enrolment_made_at_a_fair_that_cannot_be_is_kept(club: Club) -> None:
    version = club.sector.get(f"/v1/customers/{club.sector.customer_id}").headers["ETag"]
    path = f"/v1/customers/{club.sector.customer_id}/retire"
    done(club.sector.client.post(path, headers=club.sector.admin | {"If-Match": version}), 200)
    assert "retired" in refused(club.enrolment(customer_id=club.sector.customer_id, occurred_at=earlier()), 409)
    [refusal] = told_to_rep(club)
    assert (refusal["collection"], refusal["document"]["customer_id"]) == ("enrolments", club.sector.customer_id)


def test_whoever_waits_for_the_answer_has_it_and_nothing_is_kept(club: Club) -> None:
    member = rich(club)
    refused(club.send(f"/v1/members/{member['id']}/spends", {"id": new_id(), "points": 101}), 409)
    refused(club.send(f"/v1/members/{member['id']}/earnings", {"id": new_id(), "kind": "review"}), 409)
    by_card = {"id": new_id(), "number": member["number"], "points": 101, "occurred_at": earlier()}
    refused(club.send("/v1/till/spends", by_card, club.till), 409)
    assert told_to_rep(club) == []


def test_a_refused_command_may_be_sent_again_under_a_new_key_and_then_counts(club: Club) -> None:
    member_id = rich(club, 10)["id"]
    told = {"id": new_id(), "points": 15, "occurred_at": earlier()}
    path, key = f"/v1/members/{member_id}/spends", new_id()
    first = club.send(path, told, key=key)
    assert club.send(path, told, key=key).data == first.data
    more = {"id": new_id(), "points": 10, "reason": "A gesture"}
    done(club.send(f"/v1/members/{member_id}/adjustments", more, club.sector.admin))
    assert [one["doc_id"] for one in told_to_rep(club)] == [told["id"]]
    done(club.send(path, told))
    assert club.points(member_id) == (5, 0, 0)
    assert told_to_rep(club) == []
