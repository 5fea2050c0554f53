"""Memberships end: somebody leaves and may come back, or two members turn out to be one person."""

from werkzeug.test import TestResponse

from field_api.store.columns import new_id
from tests.field_api.loyalty.club import Club, done, refused
from tests.field_api.loyalty.test_commands import rich


def merge(club: Club, member_id: str, into_id: str, **told: str) -> TestResponse:
    asked = {"id": new_id(), "into_id": into_id} | told
    return club.send(f"/v1/members/{member_id}/merge", asked, club.sector.admin)


def test_leaving_ends_the_points_and_the_tier_and_who_comes_back_begins_anew(club: Club) -> None:
    club.promise(pending_days=0)
    member = rich(club)
    club.buy(20_000)
    club.promise(pending_days=14)
    club.buy(1_000)
    club.work()
    assert (club.points(member["id"]), club.facts()) == ((300, 10, 0), ["silver"])
    told = {"id": new_id()}
    path = f"/v1/members/{member['id']}/leave"
    left = done(club.send(path, told), 200)
    assert (left["state"], left["birthday"], club.points(member["id"])) == ("left", None, (0, 0, 0))
    assert done(club.send(path, told | {"id": new_id()}), 200) == left
    assert club.facts() == []
    assert "left" in refused(club.send(f"/v1/members/{member['id']}/spends", {"id": new_id(), "points": 1}), 409)
    back = club.enrol()
    assert back["id"] != member["id"]
    assert back["number"] != member["number"]
    club.buy(3_000)
    with club.later(days=15):
        club.work()
        assert (club.points(back["id"]), club.points(member["id"])) == ((30, 0, 0), (0, 0, 0))
        assert club.tier(back["id"]) is None


def test_two_members_become_one_with_the_points_the_cards_and_the_tier_of_both(club: Club) -> None:
    club.promise(pending_days=0)
    twin_id = club.newcomer()
    source, target = club.enrol(twin_id), club.enrol()
    bought = club.buy(8_000, twin_id)
    club.buy(3_000)
    club.work()
    assert (club.tier(source["id"]), club.tier(target["id"])) == (None, None)
    told = {"id": new_id()}
    merged = done(merge(club, source["id"], target["id"], **told), 200)
    assert done(merge(club, source["id"], target["id"], **told), 200) == merged
    club.work()
    assert (merged["id"], club.points(target["id"])) == (target["id"], (110, 0, 0))
    assert (club.tier(target["id"]), club.facts(), club.facts(twin_id)) == ("silver", ["silver"], [])
    assert len(merged["enrolments"]) == 2
    # Commands by the old id and the old card reach the one that stands for both.
    done(club.send(f"/v1/members/{source['id']}/spends", {"id": new_id(), "points": 10}))
    by_card = {"id": new_id(), "points": 10, "number": source["number"]}
    done(club.send("/v1/till/spends", by_card, club.till))
    # The spends drew on the older lot, which is the one taken back: what is missing of it is owed.
    club.give_back(bought["id"], 8_000)
    assert club.points(target["id"]) == (30, 0, 20)
    club.work()
    assert club.tier(target["id"]) is None
    refused(merge(club, source["id"], target["id"]), 409)


def test_a_member_is_not_merged_with_itself_nor_across_programmes_nor_by_a_rep(club: Club) -> None:
    member, other = club.enrol()["id"], club.enrol(club.newcomer())["id"]
    refused(merge(club, member, member), 409)
    refused(club.send(f"/v1/members/{member}/merge", {"id": new_id(), "into_id": other}), 403)
    done(club.send(f"/v1/members/{other}/leave", {"id": new_id()}), 200)
    assert "not active" in refused(merge(club, member, other), 409)
    refused(merge(club, member, new_id()), 404)


def test_whom_a_merge_would_make_their_own_referrer_is_brought_by_nobody(club: Club) -> None:
    first = club.enrol()
    second = club.enrol(club.newcomer(), referred_by=first["number"])
    third = club.enrol(club.newcomer("Third"), referred_by=second["number"])
    merged = done(merge(club, first["id"], third["id"]), 200)
    assert merged["referred_by_id"] is None
    assert club.faults() == []
