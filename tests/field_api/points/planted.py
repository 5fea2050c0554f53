"""Mistakes that books of points make, to be planted one at a time: a test of the test."""

from typing import Any

from sqlalchemy import literal, select

from field_api.points import leases, ledger, reversals, rules, standing
from field_api.points.ledger import Posting
from field_api.points.rules import MOST_POINTS


def the_newest_lot_first(patch: Any) -> None:
    """Whoever spends takes from what expires last."""
    take_first = standing.open_lots
    patch.setattr(standing, "open_lots", lambda *told: [*reversed(take_first(*told))])


def a_lot_lives_through_its_last_day(patch: Any) -> None:
    """Expiry is noted by the job alone: until it runs, what is over is spent."""
    patch.setattr(standing, "is_over", lambda expires_at, at: False)


def points_come_back_alive(patch: Any) -> None:
    """What a reversal gives back to a lot that is over can be spent again."""
    patch.setattr(ledger, "is_over", lambda expires_at, at: False)


def a_reversal_gives_back_from_the_first(patch: Any) -> None:
    """A second partial reversal begins at the first lot again."""
    patch.setattr(reversals, "undo", lambda drawn, before, points: rules.undo(drawn, 0, points))


def debts_are_forgotten(patch: Any) -> None:
    """What comes in is free, whatever is owed."""
    arrive = Posting.arrive

    def all_free(posting: Posting, lot: Any, source: str, points: int) -> None:
        owed, posting.debts = posting.debts, dict.fromkeys(posting.debts, 0)
        arrive(posting, lot, source, points)
        posting.debts = owed

    patch.setattr(Posting, "arrive", all_free)


def a_late_lease_is_honoured_whole(patch: Any) -> None:
    """A spend on a lease that has ended takes whatever the account has, beyond what was leased."""
    patch.setattr(leases, "_SPENT", select(literal(-MOST_POINTS)))


# Those that a few sequences find, and those that take a rare one.
BUGS = (the_newest_lot_first, a_lot_lives_through_its_last_day)
RARE_BUGS = (
    debts_are_forgotten,
    points_come_back_alive,
    a_reversal_gives_back_from_the_first,
    a_late_lease_is_honoured_whole,
)
