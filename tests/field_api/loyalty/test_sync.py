"""Phones follow cards, balances and programmes, and write none of them."""

from typing import Any

from tests.field_api.loyalty.club import Club, done


def pull(club: Club, collection: str, headers: Any = None) -> list[dict[str, Any]]:
    answer = club.sector.get(f"/v1/sync/{collection}/pull", headers, limit=100)
    return list(done(answer, 200)["documents"])


def test_a_card_arrives_with_its_balance_and_the_programme_that_explains_it(club: Club) -> None:
    club.promise(pending_days=0)
    member = club.enrol()
    club.enrol(club.sector.foreign_id, club.sector.admin)
    club.buy(12_000)
    club.work()
    [card] = pull(club, "cards")
    assert (card["id"], card["number"], card["tier"]) == (member["id"], member["number"], "silver")
    [balance] = pull(club, "point_balances")
    assert (balance["id"], balance["points"]) == (member["id"], 120)
    [programme] = pull(club, "programmes")
    assert programme["terms"]["tiers"][0]["name"] == {"en": "silver", "fr": "silver"}
    assert [one["kind"] for one in programme["rules"]] == ["purchase"]
    assert len(pull(club, "cards", club.sector.admin)) == 2


def test_a_card_is_not_written_by_a_phone(club: Club) -> None:
    member = club.enrol()
    rows = [{"newDocumentState": {"id": member["id"], "tier": "gold", "_deleted": False}}]
    assert club.sector.post("/v1/sync/cards/push", rows).status_code == 403
