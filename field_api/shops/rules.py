"""What follows from purchases and refunds: how much may still be given back, and recency, frequency and amount."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from field_api.errors import Clash


@dataclass(frozen=True)
class Bought:
    """A purchase as far as recency, frequency and amount go; `refunded_minor` as of the date asked for."""

    occurred_at: datetime
    currency: str
    amount_minor: int
    refunded_minor: int


@dataclass(frozen=True)
class Sum:
    """What was spent in one currency, refunds taken off."""

    currency: str
    amount_minor: int


@dataclass(frozen=True)
class Habit:
    """How lately, how often and for how much somebody bought, as of a date.

    `recency_days` counts whole days since the last purchase, whenever it was; `frequency` and `amounts` count the
    purchases of the window alone.
    """

    recency_days: int | None
    last_purchase_at: datetime | None
    frequency: int
    amounts: tuple[Sum, ...]


def check_refund(amount_minor: int, refunded_minor: int, refund_minor: int) -> None:
    """Raises Clash when the refunds of a purchase would together exceed it."""
    left = amount_minor - refunded_minor
    if refund_minor > left:
        raise Clash(f"A refund of {refund_minor} exceeds what is left of the purchase: {left} of {amount_minor}.")


def habit(bought: Iterable[Bought], at: datetime, since: datetime) -> Habit:
    """Recency, frequency and amount as of `at`, over the window that begins at `since`.

    A purchase that was given back in full counts for nothing; a purchase of nothing (a gift) counts as one.
    """
    kept = [one for one in bought if one.occurred_at <= at and not _given_back(one)]
    last = max((one.occurred_at for one in kept), default=None)
    recent = [one for one in kept if one.occurred_at >= since]
    return Habit((at - last).days if last else None, last, len(recent), _sums(recent))


def _given_back(one: Bought) -> bool:
    return one.refunded_minor == one.amount_minor > 0


def _sums(bought: Sequence[Bought]) -> tuple[Sum, ...]:
    totals: dict[str, int] = {}
    for one in bought:
        totals[one.currency] = totals.get(one.currency, 0) + one.amount_minor - one.refunded_minor
    return tuple(Sum(currency, totals[currency]) for currency in sorted(totals))
