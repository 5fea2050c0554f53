"""What points may be, and which lots are taken and given back in which order; no session, no clock of its own."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from field_api.errors import Clash, Fault, Invalid

# Far below 2^63, so that a sum over all that a company ever gives stays below it too.
MOST_POINTS = 10**9
LONGEST_LEASE = timedelta(days=7)
LONGEST_REASON = 200


class Draw(NamedTuple):
    """So many points of one lot."""

    lot_id: int
    points: int


class TooFew(Clash):
    """Fewer points are there than are asked for; nothing was taken."""

    def __init__(self, asked: int, there: int, what: str = "to spend") -> None:
        super().__init__(f"{asked} points are asked for, and there are {there} {what}.")
        self.asked, self.there = asked, there


def check_points(points: object, where: str = "/points") -> None:
    """Raises Invalid unless these are whole points, from 1 to MOST_POINTS."""
    if not isinstance(points, int) or isinstance(points, bool) or not 1 <= points <= MOST_POINTS:
        raise Invalid("Points are counted in whole numbers.", Fault(where, f"Give 1 to {MOST_POINTS}."))


def check_adjustment(points: object, reason: str | None) -> None:
    """Raises Invalid unless these are whole points, up or down but not 0, and a reason is given."""
    faults = []
    if not isinstance(points, int) or isinstance(points, bool) or not 1 <= abs(points) <= MOST_POINTS:
        faults.append(Fault("/points", f"Give 1 to {MOST_POINTS}, or as many below zero."))
    if reason is None or not reason.strip():
        faults.append(Fault("/reason", "Say why."))
    if faults:
        raise Invalid("An adjustment is a whole number of points, with a reason.", *faults)


def check_deadline(deadline_at: datetime | None, at: datetime, longest: timedelta | None = None) -> None:
    """Raises Invalid for a deadline that has passed, or is further away than `longest`."""
    if deadline_at is None:
        return
    if deadline_at <= at:
        raise Invalid("The deadline has passed.", Fault("/deadline_at", f"Here it is {at.isoformat()}."))
    if longest is not None and deadline_at > at + longest:
        told = f"Points are set aside for {longest.days} days at most."
        raise Invalid("The deadline is too far away.", Fault("/deadline_at", told))


def draw(standing: Iterable[tuple[int, int]], points: int, what: str = "to spend") -> list[Draw]:
    """Take points from lots in the order given, all of each before the next. Raises TooFew."""
    taken, missing = [], points
    for lot_id, there in standing:
        part = min(there, missing)
        taken.append(Draw(lot_id, part))
        missing -= part
        if missing == 0:
            return taken
    raise TooFew(points, points - missing, what)


def undo(drawn: Iterable[Draw], given_back: int, points: int) -> Iterator[Draw]:
    """What a partial reversal gives back, when `given_back` was given back before.

    The last drawn comes back first: what is left is then what a smaller spend would have drawn.
    """
    skipped, missing = given_back, points
    for lot_id, there in reversed(list(drawn)):
        past = min(there, skipped)
        skipped -= past
        part = min(there - past, missing)
        missing -= part
        if part:
            yield Draw(lot_id, part)


def is_over(expires_at: datetime | None, at: datetime) -> bool:
    """Whether a lot cannot be spent any more; at its very instant it cannot."""
    return expires_at is not None and expires_at <= at
