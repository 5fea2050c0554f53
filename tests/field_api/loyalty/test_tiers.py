"""Tiers over HTTP: they rise, fall with time, are facts on the customer, and can be asked at any moment of the past."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from field_api import clock
from field_api.loyalty.models import members
from field_api.loyalty.tiers import recompute
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from tests.field_api.loyalty.club import (
    A_POINT_A_EURO,
    Club,
    done,
    instant,
    make_programme,
    phrase,
    programme_like,
    refused,
    tiers,
)


def test_a_tier_falls_when_points_leave_the_window_without_anybody_doing_anything(club: Club) -> None:
    club.promise(pending_days=0)
    member = club.enrol()["id"]
    club.buy(30_000)
    club.work()
    path = f"/v1/members/{member}/tier"
    now = done(club.sector.get(path), 200)
    assert (now["tier"]["code"], now["points"], now["next_tier"]) == ("gold", 300, None)
    assert now["tier"]["privileges"] == [phrase("A smile")]
    falls_at = instant(now["changes_at"])
    assert falls_at - clock.now() > timedelta(days=360)
    with club.later(days=370):
        club.work()
        fallen = done(club.sector.get(path), 200)
        assert (fallen["tier"], fallen["points_missing"], fallen["next_tier"]["code"]) == (None, 100, "silver")
        assert club.facts() == []
        assert club.tier(member, at=(falls_at - timedelta(seconds=1)).isoformat()) == "gold"
        assert club.tier(member, at=falls_at.isoformat()) is None


def test_the_facts_tell_when_each_tier_began(club: Club) -> None:
    club.promise(pending_days=0)
    club.enrol()
    club.buy(10_000)
    club.work()
    club.work()
    club.buy(20_000)
    club.work()
    assert club.facts() == ["gold"]
    section = done(club.sector.get(f"/v1/customers/{club.sector.customer_id}/360"), 200)["sections"]["loyalty"]
    [member] = section["members"]
    assert (member["tier"], member["balance"]["points"], len(member["latest"])) == ("gold", 300, 2)
    assert member["tier_standing"]["tier"]["code"] == "gold"


def test_another_programme_has_tiers_of_its_own_and_notes_none(club: Club) -> None:
    other = make_programme(club.sector, is_main=False, terms={"pending_days": 0})
    member = club.enrol(programme_id=other)["id"]
    done(club.sector.post(f"/v1/programmes/{other}/rules", euro_rule(), headers=club.sector.admin))
    club.enrol()
    club.buy(15_000)
    club.work()
    assert (club.tier(member), club.facts()) == ("silver", [])


def test_one_live_programme_is_the_main_one(club: Club) -> None:
    made = done(club.sector.post("/v1/programmes", programme_like(), headers=club.sector.admin))
    path = f"/v1/programmes/{made['id']}/publish"
    assert "main one" in refused(club.sector.client.post(path, headers=club.sector.admin | {"If-Match": "*"}), 409)


def test_a_ladder_goes_up(club: Club) -> None:
    path, admin = f"/v1/programmes/{club.programme_id}/terms", club.sector.admin | {"If-Match": "*"}
    silver, gold = tiers()
    for ladder in ([gold, silver], [silver, gold | {"keep_points": 301}], [silver, silver | {"entry_points": 500}]):
        refused(club.sector.post(path, {"terms": {"tiers": ladder}}, headers=admin), 422)
    assert len(done(club.sector.get(path), 200)["items"]) == 1


def test_what_a_programme_promised_can_be_asked_and_is_not_changed_afterwards(club: Club) -> None:
    before = clock.now()
    club.promise(pending_days=3, expiry_months=None)
    path = f"/v1/programmes/{club.programme_id}"
    now, then = (
        done(club.sector.get(path, club.sector.rep, **query), 200)["terms"]
        for query in ({}, {"at": before.isoformat()})
    )
    assert (now["number"], now["pending_days"], now["expiry_months"]) == (2, 3, None)
    assert (then["number"], then["pending_days"], then["expiry_months"]) == (1, 14, 24)
    late = {"starts_at": before.isoformat(), "terms": {}}
    headers = club.sector.admin | {"If-Match": "*"}
    assert "stands" in refused(club.sector.post(f"{path}/terms", late, headers=headers), 409)
    refused(club.sector.post(f"{path}/terms", {"terms": {}}, headers=club.sector.admin), 428)
    refused(club.sector.post(f"{path}/terms", {"terms": {}}, headers=club.sector.rep), 403)


@pytest.mark.parametrize(
    ("wrong", "told"), [({"tier": "gold"}, "the books say"), ({"number": "1" * 12}, "check digit")]
)
def test_furet_check_names_whoever_is_not_as_the_books_say(club: Club, wrong: dict[str, str], told: str) -> None:
    member = club.enrol()
    club.work()

    def spoil(values: dict[str, str | None]) -> None:
        with club.app.app_context(), writing(db.session):
            db.session.execute(update(members).where(members.c.id == member["id"]).values(values))

    spoil(dict(wrong))
    assert any(told in one and member["id"] in one for one in club.faults())
    spoil({name: member[name] for name in wrong})


def test_new_terms_move_whoever_has_another_tier_by_them_when_they_begin(club: Club) -> None:
    club.promise(pending_days=0)
    club.enrol()
    club.buy(15_000)
    club.work()
    assert club.facts() == ["silver"]
    silver, gold = tiers()
    easier = {"tiers": [silver, gold | {"entry_points": 140, "keep_points": 140}]}
    path, headers = f"/v1/programmes/{club.programme_id}/terms", club.sector.admin | {"If-Match": "*"}
    told = {"starts_at": (clock.now() + timedelta(days=2)).isoformat(), "terms": easier}
    done(club.sector.post(path, told, headers=headers))
    club.work()
    assert club.facts() == ["silver"]
    with club.later(days=3):
        club.work()
        assert club.facts() == ["gold"]


def test_who_is_told_by_the_main_programme_is_told_by_another_when_that_becomes_it(club: Club) -> None:
    other = make_programme(club.sector, is_main=False, terms={"pending_days": 0})
    done(club.sector.post(f"/v1/programmes/{other}/rules", euro_rule(), headers=club.sector.admin))
    club.promise(pending_days=0)
    club.enrol(programme_id=other)
    club.enrol()
    club.buy(15_000)
    club.work()
    assert club.facts() == ["silver"]
    change_main(club, club.programme_id, is_main=False)
    club.work()
    assert club.facts() == []
    change_main(club, other, is_main=True)
    club.work()
    assert (club.facts(), club.faults()) == (["silver"], [])
    ended = club.sector.client.post(f"/v1/programmes/{other}/end", headers=club.sector.admin | {"If-Match": "*"})
    done(ended, 200)
    club.work()
    assert (club.facts(), club.faults()) == ([], [])


def test_of_whoever_left_since_they_were_found_no_tier_is_told(club: Club) -> None:
    club.promise(pending_days=0)
    member_id = club.enrol()["id"]
    club.buy(15_000)
    club.work()
    done(club.send(f"/v1/members/{member_id}/leave", {"id": new_id()}), 200)
    with club.app.app_context(), writing(db.session):
        recompute(db.session, member_id)
    assert (club.facts(), club.faults()) == ([], [])


def change_main(club: Club, programme_id: str, *, is_main: bool) -> None:
    headers = club.sector.admin | {"If-Match": "*"}
    path = f"/v1/programmes/{programme_id}"
    done(club.sector.client.patch(path, json={"is_main": is_main}, headers=headers), 200)


def euro_rule() -> dict[str, Any]:
    terms = {"name": phrase("x")} | A_POINT_A_EURO
    return {"kind": "purchase", "starts_at": "2024-01-01T00:00:00Z", "terms": terms}
