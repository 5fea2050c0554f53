"""The whole way over HTTP: enrolled at the till, bought, earned, spent, given back; and the tier that follows."""

from field_api.store.columns import new_id
from tests.field_api.loyalty.club import Club, done, instant


def test_from_the_till_to_a_tier_and_back(club: Club) -> None:
    asked = {"person": {"name": "Marchand", "given_name": "Lou", "phone": "06 39 98 77 66"}}
    enrolled = done(club.enrolment(club.till, **asked))
    member, customer_id = enrolled["member"], enrolled["member"]["customer_id"]
    assert (enrolled["is_new"], member["enrolments"][0]["channel"], len(member["number"])) == (True, "till", 12)

    bought = club.buy(15_050, customer_id)
    assert club.points(member["id"]) == (0, 150, 0)
    assert club.tier(member["id"]) is None

    with club.later(days=15):
        club.work()
        assert club.points(member["id"]) == (150, 0, 0)
        assert (club.tier(member["id"]), club.facts(customer_id)) == ("silver", ["silver"])

        spent = done(
            club.send("/v1/till/spends", {"id": new_id(), "number": member["number"], "points": 50}, club.till)
        )
        assert spent["change"]["available"] == -50
        assert spent["lots"][0]["points"] == -50
        assert club.points(member["id"]) == (100, 0, 0)

        club.give_back(bought["id"], 15_050)
        assert club.points(member["id"]) == (0, 0, 50)
        club.work()
        assert (club.tier(member["id"]), club.facts(customer_id)) == (None, [])

        club.buy(32_000, customer_id)
    with club.later(days=30):
        club.work()
        # What is owed is paid first.
        assert club.points(member["id"]) == (270, 0, 0)
        assert (club.tier(member["id"]), club.facts(customer_id)) == ("gold", ["gold"])
        _explains(club, member["id"])
    _remembers(club, member["id"])


def _explains(club: Club, member_id: str) -> None:
    history = club.history(member_id)
    assert [one["kind"] for one in history] == ["confirm", "earn", "reverse", "spend", "confirm", "earn"]
    earned = done(club.sector.get(f"/v1/point-operations/{history[1]['id']}", club.sector.admin), 200)
    [rule] = earned["why"]["rules"]
    assert (rule["version"], rule["points"], rule["said"]["per_minor"], earned["event"]) == (1, 320, 100, "purchase")
    # Until the end of the month in which 24 months are over.
    assert instant(earned["expires_at"]) > instant(earned["occurred_at"])


def _remembers(club: Club, member_id: str) -> None:
    history = club.history(member_id)
    confirmed = instant(history[4]["recorded_at"]).isoformat()
    assert club.balance(member_id, at=confirmed)["points"] == 150
    assert club.tier(member_id, at=confirmed) == "silver"
