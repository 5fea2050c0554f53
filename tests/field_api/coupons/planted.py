"""Mistakes that coupon systems make, to be planted one at a time: a test of the test."""

from typing import Any

from sqlalchemy import bindparam, update

from field_api.coupons import meters, uses
from field_api.store.hot_statements import HotStatement


def counts_without_condition(patch: Any) -> None:
    """A use is taken because it was free when it was read, as a plain SELECT and UPDATE would do."""
    of_coupon = uses.coupons.c.id == bindparam("of_id")
    counts = {"redeemed": uses.coupons.c.redeemed + 1, "uses": uses.coupons.c.uses + 1}
    unchecked = update(uses.coupons).where(of_coupon).values(counts).returning(uses.coupons.c.id)
    patch.setitem(uses._CHANGES, ("redeem", None), HotStatement(unchecked, str))


def reversal_keeps_the_budget(patch: Any) -> None:
    """A reversal gives the coupon back, and forgets the budgets that the redemption had taken."""
    move = meters.move
    patch.setattr(uses.meters, "move", lambda session, back, forth: move(session, (), forth))


def limits_trusted_after_a_change(patch: Any) -> None:
    """A budget that was changed goes on from the old count."""
    patch.setattr(meters, "count_standing", lambda session, meter: 1)


BUGS = (counts_without_condition, reversal_keeps_the_budget, limits_trusted_after_a_change)
