"""A coupon is redeemed at a till, exactly once, and taken back so that all is as before."""

from field_api.store.columns import new_id
from tests.field_api.coupons.counter import Counter


def test_a_till_redeems_a_code_and_its_shop_stands_in_the_log(counter: Counter) -> None:
    answer = counter.redeem(counter.code())
    assert answer.status_code == 201, answer.text
    told = answer.get_json()
    assert (told["kind"], told["shop_id"], told["stacked_with"]) == ("redeem", counter.shop_id, [])


def test_a_code_is_used_once_and_the_second_is_told_of_the_first(counter: Counter) -> None:
    code = counter.code()
    first = counter.redeem(code).get_json()
    second = counter.redeem(code)
    assert second.status_code == 409
    assert first["id"] in second.get_json()["detail"]


def test_the_same_operation_again_is_the_same_answer_without_any_receipt(counter: Counter) -> None:
    code, own = counter.code(), new_id()
    first, again = (counter.redeem(code, id=own) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()


def test_an_operations_id_stands_for_one_operation_for_ever(counter: Counter) -> None:
    one, other = counter.codes(2)
    own = counter.redeem(one).get_json()["id"]
    refused = counter.redeem(other, id=own)
    assert (refused.status_code, counter.redeem(other).status_code) == (409, 201)


def test_a_command_without_a_key_is_refused(counter: Counter) -> None:
    told = {"id": new_id(), "code": counter.code()}
    answer = counter.sector.post("/v1/coupons/redemptions", told, headers=counter.till)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.get_json()["detail"]


def test_a_code_is_read_in_any_case_with_spaces_and_look_alikes(counter: Counter) -> None:
    code = counter.code()
    typed = " ".join(code[start : start + 4] for start in range(0, 12, 4)).lower().replace("0", "o").replace("1", "l")
    assert counter.redeem(typed).status_code == 201


def test_a_shared_code_has_as_many_uses_as_its_campaign_gave_it(counter: Counter) -> None:
    code = counter.code(kind="shared", uses_per_code=3)
    assert [counter.redeem(code).status_code for _ in range(5)] == [201, 201, 201, 409, 409]


def test_a_reversal_gives_the_use_back_once(counter: Counter) -> None:
    code = counter.code(budget_total=1)
    own = counter.redeem(code).get_json()["id"]
    assert counter.end(own, "reversal", reason="Misscanned").status_code == 201
    assert counter.end(own, "reversal").status_code == 409
    assert counter.redeem(code).status_code == 201


def test_a_till_reverses_what_its_own_shop_redeemed_and_nothing_else(counter: Counter) -> None:
    by_rep = counter.redeem(counter.code(), headers=counter.sector.rep).get_json()["id"]
    assert counter.end(by_rep, "reversal").status_code == 404
    assert counter.end(by_rep, "reversal", headers=counter.sector.rep).status_code == 201


def test_a_personal_coupon_is_redeemed_on_the_reps_phone_by_its_id(counter: Counter) -> None:
    coupon = counter.personal()
    path = f"/v1/coupons/{coupon['id']}"
    used = counter.send(f"{path}/redemptions", {"id": new_id(), "channel": "visit"}, counter.sector.rep)
    assert used.status_code == 201, used.text
    assert used.get_json()["customer_id"] == counter.sector.customer_id
    assert counter.sector.get(path).get_json()["state"] == "redeemed"


def test_another_customer_cannot_use_a_personal_coupon(counter: Counter) -> None:
    coupon = counter.personal()
    assert counter.redeem(coupon["code"], customer_id=counter.sector.foreign_id).status_code == 409
    assert counter.redeem(coupon["code"], customer_id=counter.sector.customer_id).status_code == 201


def test_a_neighbours_coupon_is_found_by_nobody_but_who_has_its_code(counter: Counter) -> None:
    coupon = counter.personal(counter.sector.foreign_id)
    path = f"/v1/coupons/{coupon['id']}/redemptions"
    assert counter.send(path, {"id": new_id()}, counter.sector.rep).status_code == 404
    assert counter.redeem(coupon["code"]).status_code == 201
