"""Which event earns what, over HTTP: by the rules of its moment, within the day's caps, and once."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from field_api import clock
from field_api.store.columns import new_id
from tests.field_api.loyalty.club import A_POINT_A_EURO, Club, done, phrase, refused
from tests.field_api.shops.stall import sale


def ago(**shift: float) -> str:
    return (clock.now() - timedelta(**shift)).isoformat()


def early_member(club: Club) -> str:
    """A member since a year."""
    return str(club.enrol(occurred_at=ago(days=365))["id"])


def new_version(club: Club, rule_id: str, starts_at: str | None = None, **terms: Any) -> Any:
    told: dict[str, Any] = {"terms": {"name": phrase("purchase")} | A_POINT_A_EURO | terms}
    told |= {"starts_at": starts_at} if starts_at else {}
    path = f"/v1/earn-rules/{rule_id}/versions"
    return club.sector.post(path, told, headers=club.sector.admin | {"If-Match": "*"})


def rules_of(club: Club, **query: Any) -> list[dict[str, Any]]:
    path = f"/v1/programmes/{club.programme_id}/rules"
    return list(done(club.sector.get(path, **query), 200)["items"])


def test_an_old_purchase_earns_by_the_rule_of_its_day_and_what_was_said_then_can_be_asked(club: Club) -> None:
    member = early_member(club)
    [rule] = rules_of(club)
    before = clock.now().isoformat()
    changed = done(new_version(club, rule["id"], points=3))
    assert (changed["version"], changed["terms"]["points"]) == (2, 3)
    club.buy(10_000, occurred_at=ago(days=100))
    club.buy(10_000)
    assert club.points(member) == (100, 300, 0)
    assert done(club.sector.get(f"/v1/earn-rules/{rule['id']}", at=before), 200)["terms"]["points"] == 1
    assert [one["terms"]["points"] for one in rules_of(club, at=before)] == [1]
    versions = done(club.sector.get(f"/v1/earn-rules/{rule['id']}/versions"), 200)["items"]
    assert [one["number"] for one in versions] == [2, 1]
    assert "stands" in refused(new_version(club, rule["id"], ago(days=1), points=9), 409)
    refused(club.sector.get(f"/v1/earn-rules/{rule['id']}", at="2020-01-01T00:00:00Z"), 404)


def test_a_version_that_is_announced_holds_from_its_day(club: Club) -> None:
    member = early_member(club)
    [rule] = rules_of(club)
    done(new_version(club, rule["id"], (clock.now() + timedelta(days=10)).isoformat(), points=5))
    assert rules_of(club)[0]["terms"]["points"] == 1
    club.buy(1_000)
    with club.later(days=11):
        club.buy(1_000)
        assert club.points(member) == (0, 60, 0)
        assert rules_of(club)[0]["terms"]["points"] == 5


def test_categories_earn_on_top_and_one_operation_names_both_rules(club: Club) -> None:
    member = early_member(club)
    club.rule("purchase", **A_POINT_A_EURO | {"categories": ["tea"]})
    lines = [
        {"category": "tea", "quantity": 1, "amount_minor": 1_050},
        {"category": "grocery", "quantity": 1, "amount_minor": 1_950},
    ]
    club.buy(0, lines=lines)
    [earned] = club.history(member)
    assert (earned["points"], sorted(one["points"] for one in earned["why"]["rules"])) == (40, [10, 30])


def test_a_visit_earns_once_a_day_and_not_when_it_was_none(club: Club) -> None:
    member = early_member(club)
    club.rule("visit", points=5)
    club.promise(caps=[{"kind": "visit", "times_a_day": 1}])
    path = f"/v1/customers/{club.sector.customer_id}/interactions"
    visit = {"id": new_id(), "channel": "visit", "direction": "outbound", "content": "A visit"}
    done(club.sector.post(path, visit))
    done(club.sector.post(path, visit | {"id": new_id()}))
    done(club.sector.post(path, visit | {"id": new_id(), "channel": "call"}))
    assert club.points(member) == (5, 0, 0)
    correction = {"id": new_id(), "channel": "call", "corrects_id": visit["id"]}
    done(club.sector.post(path, visit | correction))
    assert club.points(member) == (0, 0, 0)


def test_a_cap_of_points_cuts_what_passes_it_and_says_so(club: Club) -> None:
    member = early_member(club)
    club.promise(caps=[{"points_a_day": 50}], pending_days=0)
    club.buy(4_000)
    club.buy(4_000)
    assert club.points(member) == (50, 0, 0)
    assert club.history(member)[0]["why"]["capped_from"] == 40
    with club.later(days=1):
        club.buy(4_000)
        assert club.points(member)[0] == 90


def test_the_referrer_is_thanked_once_for_the_friends_first_purchase(club: Club) -> None:
    referrer = club.enrol()
    club.rule("referral", points=100)
    friend = club.newcomer()
    club.enrol(friend, referred_by=referrer["number"])
    bought = club.buy(1_000, friend)
    club.buy(2_000, friend)
    assert club.points(referrer["id"]) == (0, 100, 0)
    # The first purchase is given back while its points wait: so is the thanks.
    club.give_back(bought["id"], 1_000)
    assert club.points(referrer["id"]) == (0, 0, 0)


def test_a_birthday_earns_once_a_year(club: Club) -> None:
    today = clock.now().astimezone(ZoneInfo("Europe/Paris")).date()
    member = club.enrol(birthday=today.strftime("%m-%d"))
    club.rule("birthday", points=50)
    club.work()
    club.work()
    assert club.points(member["id"])[0] == 50
    with club.later(days=400):
        club.work()
    with club.later(days=(today.replace(year=today.year + 2, day=1, month=3) - today).days):
        club.work()
    assert [one["event"] for one in club.history(member["id"])].count("birthday") == 1


def test_a_told_event_earns_under_its_own_id_for_ever(club: Club) -> None:
    member = early_member(club)
    club.rule("review", points=20)
    path, told = f"/v1/members/{member}/earnings", {"id": new_id(), "kind": "review"}
    first = done(club.send(path, told))
    assert done(club.send(path, told)) == first
    assert (first["id"], first["why"]["rules"][0]["said"]["points"]) == (told["id"], 20)
    assert "another operation" in refused(club.send(path, told | {"kind": "survey"}), 409)
    assert "No rule" in refused(club.send(path, {"id": new_id(), "kind": "tasting_evening"}), 409)
    assert "by itself" in refused(club.send(path, {"id": new_id(), "kind": "purchase"}), 422)
    assert "pay itself" in refused(club.send(path, {"id": new_id(), "kind": "points_earned"}), 422)
    shown = {"id": new_id(), "kind": "review", "number": club.sector.get(f"/v1/members/{member}").get_json()["number"]}
    assert done(club.send("/v1/till/earnings", shown, club.till))["points"] == 20
    assert club.points(member)[0] == 40


def test_a_rule_that_pays_itself_is_refused_and_terms_that_do_not_fit_are(club: Club) -> None:
    path = f"/v1/programmes/{club.programme_id}/rules"
    for kind in ("earn", "points_expired", "tier_up"):
        told = {"kind": kind, "terms": {"name": phrase("More"), "points": 1}}
        assert "for ever" in refused(club.sector.post(path, told, headers=club.sector.admin), 422)
    for points in (0, -1, 1.5, "1", 2**63):
        told = {"kind": "review", "terms": {"name": phrase("More"), "points": points}}
        assert club.sector.post(path, told, headers=club.sector.admin).status_code in {400, 422}
    assert len(rules_of(club)) == 1


def test_what_was_bought_before_joining_or_after_the_end_earns_nothing(club: Club) -> None:
    member = str(club.enrol()["id"])
    club.buy(5_000, occurred_at=ago(days=2))
    assert club.points(member) == (0, 0, 0)
    path = f"/v1/programmes/{club.programme_id}/end"
    ended_at = clock.now()
    done(club.sector.client.post(path, headers=club.sector.admin | {"If-Match": "*"}), 200)
    club.buy(5_000)
    assert club.points(member) == (0, 0, 0)
    # Of before the end, told late.
    club.buy(5_000, occurred_at=ended_at.isoformat())
    assert club.points(member) == (0, 50, 0)


def test_nobodys_purchase_and_that_of_no_member_earn_nothing_and_are_kept(club: Club) -> None:
    member = str(club.enrol()["id"])
    done(club.sector.post("/v1/purchases", sale(), headers=club.till))
    club.buy(5_000, customer_id=club.newcomer())
    assert club.history(member) == []


def test_a_birthday_on_which_the_worker_stood_still_is_made_up_for(club: Club) -> None:
    birthday = (clock.now() + timedelta(days=2)).astimezone(ZoneInfo("Europe/Paris"))
    member = club.enrol(birthday=birthday.strftime("%m-%d"))
    club.rule("birthday", points=50)
    with club.later(days=4):
        club.work()
        club.work()
    assert club.points(member["id"])[0] == 50
