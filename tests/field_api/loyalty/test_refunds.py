"""Goods that come back take their points along: threads of other systems, through real purchases and refunds."""

from tests.field_api.loyalty.club import Club, done


def test_odoo_257854_buy_refund_keep_the_points(club: Club) -> None:
    """https://github.com/odoo/odoo/issues/257854: points of a refunded order stayed with the customer."""
    member = club.enrol()["id"]
    bought = club.buy(10_000)
    with club.later(days=15):
        club.work()
        assert club.points(member) == (100, 0, 0)
        club.give_back(bought["id"], 10_000)
        assert club.points(member) == (0, 0, 0)
        [back, *_] = club.history(member)
        assert (back["kind"], back["points"], back["change"]["available"]) == ("reverse", 100, -100)


def test_erpnext_32951_returns_that_do_not_take_points_back(club: Club) -> None:
    """https://github.com/frappe/erpnext/issues/32951: a partial return left the points of the whole invoice."""
    member = club.enrol()["id"]
    bought = club.buy(10_050)
    with club.later(days=15):
        club.work()
        club.give_back(bought["id"], 2_530)
        # 75.20 would have earned 75.
        assert club.points(member) == (75, 0, 0)
        club.give_back(bought["id"], 2_530)
        assert club.points(member) == (49, 0, 0)
        club.give_back(bought["id"], 4_990)
        assert club.points(member) == (0, 0, 0)


def test_a_refund_while_points_wait_leaves_the_rest_waiting_until_the_same_day(club: Club) -> None:
    member = club.enrol()["id"]
    bought = club.buy(10_000)
    with club.later(days=3):
        club.give_back(bought["id"], 4_000)
        assert club.points(member) == (0, 60, 0)
        club.give_back(bought["id"], 1_000)
        assert club.points(member) == (0, 50, 0)
    with club.later(days=13):
        club.work()
        assert club.points(member) == (0, 50, 0)
    with club.later(days=15):
        club.work()
        assert club.points(member) == (50, 0, 0)
        kinds = [one["kind"] for one in club.history(member)]
        assert kinds == ["confirm", "earn", "cancel", "earn", "cancel", "earn"]


def test_a_refund_of_spent_points_is_owed_and_paid_first(club: Club) -> None:
    member = club.enrol()
    bought = club.buy(10_000)
    with club.later(days=15):
        club.work()
        done(club.send(f"/v1/members/{member['id']}/spends", {"id": bought["id"], "points": 80}))
        club.give_back(bought["id"], 10_000)
        assert club.points(member["id"]) == (0, 0, 80)
        club.buy(10_000)
    with club.later(days=30):
        club.work()
        assert club.points(member["id"]) == (20, 0, 0)


def test_a_refund_told_twice_takes_back_once(club: Club) -> None:
    member = club.enrol()["id"]
    bought = club.buy(10_000)
    with club.later(days=15):
        club.work()
        refund = club.give_back(bought["id"], 5_000)
        told = {name: refund[name] for name in ("id", "amount_minor", "currency", "occurred_at")}
        done(club.sector.post(f"/v1/purchases/{bought['id']}/refunds", told, headers=club.till))
        assert club.points(member) == (50, 0, 0)


def test_who_left_keeps_no_points_and_owes_none(club: Club) -> None:
    member = club.enrol()["id"]
    bought = club.buy(10_000)
    with club.later(days=15):
        club.work()
        done(club.send(f"/v1/members/{member}/leave", {"id": bought["id"]}), 200)
        club.give_back(bought["id"], 10_000)
        assert club.points(member) == (0, 0, 0)
