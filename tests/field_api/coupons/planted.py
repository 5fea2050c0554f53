"""Mistakes that coupon systems make, to be planted one at a time: a test of the test."""

from typing import Any

from sqlalchemy import true

from field_api.coupons import meters, uses


def counts_without_condition(patch: Any) -> None:
    """A use is taken because it was free when it was read, as a plain SELECT and UPDATE would do."""
    unchecked = uses._change(0, 1, true()).values(uses=uses.coupons.c.uses + 1)
    patch.setitem(uses._CHANGES, ("redeem", None), unchecked)


def reversal_keeps_the_budget(patch: Any) -> None:
    """A reversal gives the coupon back, and forgets the budgets that the redemption had taken."""
    move = meters.move
    patch.setattr(uses.meters, "move", lambda session, back, forth: move(session, (), forth))


def limits_trusted_after_a_change(patch: Any) -> None:
    """A budget that was changed goes on from the old count."""
    patch.setattr(meters, "count_standing", lambda session, meter: 1)


BUGS = (counts_without_condition, reversal_keeps_the_budget, limits_trusted_after_a_change)
