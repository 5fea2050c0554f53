"""Whether anybody could have bought in a way that keeps some bounds: how often, for how much, how long ago."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from math import ceil, floor
from typing import Any

_MOST = float("inf")


@dataclass(frozen=True)
class Within:
    """So many purchases, or so much money of a currency, within so many days; both bounds included."""

    days: float
    measure: str
    least: float = 0
    most: float = _MOST

    def broken(self) -> Iterable["Bound"]:
        """What breaks it: too little, or too much."""
        if self.least > 0:
            yield Within(self.days, self.measure, most=self.least - 1)
        if self.most < _MOST:
            yield Within(self.days, self.measure, least=self.most + 1)


@dataclass(frozen=True)
class Last:
    """A last purchase more than `older` and less than `younger` days ago; with `or_none` also who never bought."""

    older: float = -1
    younger: float = _MOST
    or_none: bool = False

    def broken(self) -> Iterable["Bound"]:
        """What breaks it: longer ago, or not so long."""
        yield Last(older=self.younger - _LESS, or_none=True)
        yield Last(younger=self.older + _LESS, or_none=True)


Bound = Within | Last
# Bounds are whole days, so that all ages between two of them are alike: half days stand for them. Who bought on the
# very instant of a bound is left out, as an unfairness that lasts no time is none. A bound that takes in its own day
# lies closer to it than half a day.
_HALF, _LESS = 0.5, 0.25


def bounds_of(audience: Mapping[str, Any]) -> list[Bound]:
    """The bounds that an audience sets on what somebody bought."""
    found: list[Bound] = []
    if asked := audience.get("purchases"):
        count = Within(asked["within_days"], "count", *_range(asked, "count"))
        money = Within(asked["within_days"], asked.get("currency", ""), *_range(asked, "amount_minor"))
        found += [count, money] if "currency" in asked else [count]
    if "last_purchase" in audience:
        # Even without a bound it asks for a purchase.
        asked = audience["last_purchase"]
        found.append(Last(asked.get("older_than_days", -1), asked.get("younger_than_days", _MOST)))
    return found


def possible(bounds: Iterable[Bound]) -> bool:
    """Whether some history of purchases keeps all these bounds.

    What matters of a history is how long ago the last purchase was: windows that end before it are empty, all others
    hold at least one purchase, of any amount, and the longer of two windows holds no less. So every age between two
    bounds is tried, and so is having bought nothing.
    """
    windows = [one for one in bounds if isinstance(one, Within)]
    lasts = [one for one in bounds if isinstance(one, Last)]
    edges = {0.0, *(one.days for one in windows), *chain.from_iterable((one.older, one.younger) for one in lasts)}
    days = {whole(edge) for edge in edges if edge < _MOST for whole in (floor, ceil)}
    ages = {day + side for day in days for side in (-_HALF, _HALF) if day + side > 0}
    if all(one.or_none for one in lasts) and all(one.least <= 0 for one in windows):
        return True
    return any(all(one.older < age < one.younger for one in lasts) and _fills(windows, age) for age in sorted(ages))


def _fills(windows: list[Within], age: float) -> bool:
    """Whether the windows can hold what they must when the last purchase was `age` days ago."""
    filled = [one for one in windows if one.days >= age]
    if any(one.least > 0 for one in windows if one.days < age):
        return False
    return all(_needed(one, filled) <= one.most for one in filled)


def _needed(window: Within, filled: list[Within]) -> float:
    """What a window holds at least: what the shorter ones must hold, and at least one purchase."""
    shorter = (one.least for one in filled if one.measure == window.measure and one.days <= window.days)
    return max(*shorter, 1 if window.measure == "count" else 0)


def _range(asked: Mapping[str, Any], measure: str) -> tuple[float, float]:
    return asked.get(f"{measure}_at_least", 0), asked.get(f"{measure}_at_most", _MOST)
