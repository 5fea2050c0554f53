"""On one purchase, one coupon of a stacking group counts; what stacked and what did not is explained."""

from field_api.store.columns import new_id
from tests.field_api.coupons.counter import Counter


def test_two_of_a_group_do_not_stack_and_the_second_is_told_why(counter: Counter) -> None:
    codes = [counter.code(offer_id=counter.offer(stacking_group="spring")) for _ in range(2)]
    purchase_id = new_id()
    first, second = (counter.redeem(code, purchase_id=purchase_id) for code in codes)
    assert (first.status_code, second.status_code) == (201, 409)
    assert "'spring'" in second.get_json()["detail"]
    assert counter.redeem(codes[1], purchase_id=new_id()).status_code == 201


def test_a_use_tells_what_it_stacks_with(counter: Counter) -> None:
    one, other = counter.offer(stacking_group="spring"), counter.offer(stacking_group="loyal")
    purchase_id = new_id()
    first = counter.redeem(counter.code(offer_id=one), purchase_id=purchase_id).get_json()
    second = counter.redeem(counter.code(offer_id=other), purchase_id=purchase_id).get_json()
    [beside] = second["stacked_with"]
    assert (beside["operation_id"], beside["offer_id"]) == (first["id"], one)
    assert beside["title"]["fr"] == "Dix pour cent"


def test_a_reversal_makes_room_in_the_group(counter: Counter) -> None:
    codes = [counter.code(offer_id=counter.offer(stacking_group="spring")) for _ in range(2)]
    purchase_id = new_id()
    first = counter.redeem(codes[0], purchase_id=purchase_id).get_json()
    counter.end(first["id"], "reversal")
    assert counter.redeem(codes[1], purchase_id=purchase_id).status_code == 201


def test_a_basket_is_judged_by_priority_and_nothing_is_taken(counter: Counter) -> None:
    low, high = (counter.offer(stacking_group="spring", priority=priority) for priority in (1, 9))
    codes = [counter.code(offer_id=low), counter.code(offer_id=high), counter.code(), "7QK2-M9XD-R4TC"]
    answer = counter.sector.post("/v1/coupons/baskets", {"codes": codes}, headers=counter.till)
    judged = answer.get_json()["coupons"]
    assert [one["counts"] for one in judged] == [False, True, True, False], judged
    assert "spring" in judged[0]["reason"]
    assert [counter.redeem(code).status_code for code in codes[:3]] == [201, 201, 201]


def test_a_basket_knows_what_the_purchase_has_already(counter: Counter) -> None:
    codes = [counter.code(offer_id=counter.offer(stacking_group="spring")) for _ in range(2)]
    purchase_id = new_id()
    counter.redeem(codes[0], purchase_id=purchase_id)
    told = {"codes": codes, "purchase_id": purchase_id}
    judged = counter.sector.post("/v1/coupons/baskets", told, headers=counter.till).get_json()["coupons"]
    assert [(one["counts"], one["state"]) for one in judged] == [(False, "redeemed"), (False, "issued")]


def test_a_code_that_is_told_twice_counts_as_often_as_it_has_uses(counter: Counter) -> None:
    once, twice = counter.code(), counter.code(kind="shared", uses_per_code=2)
    told = {"codes": [once, once.lower(), twice, twice, twice]}
    judged = counter.sector.post("/v1/coupons/baskets", told, headers=counter.till).get_json()["coupons"]
    assert [one["counts"] for one in judged] == [True, False, True, True, False]
    assert "1 in this basket" in judged[1]["reason"]
