"""Shares and means of groups of customers, and how they differ, with intervals that hold at sizes as companies have."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist, fmean, variance

CONFIDENCE = 0.9
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True)
class Estimate:
    """What was seen, and the ends of its 90 % interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Share:
    """How many of a group bought."""

    buyers: int
    customers: int

    @property
    def rate(self) -> float:
        """The share, from 0 to 1."""
        return self.buyers / self.customers

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
        size, shift = self.customers, _Z * _Z / (2 * self.customers)
        centre = self.rate + shift
        half = _Z * sqrt(self.rate * (1 - self.rate) / size + _Z * _Z / (4 * size * size))
        return (centre - half) / (1 + 2 * shift), (centre + half) / (1 + 2 * shift)


@dataclass(frozen=True)
class Spread:
    """The mean of a group's values, and the variance of that mean."""

    size: int
    mean: float
    variance: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Of at least two values."""
        mean = fmean(values)
        return cls(len(values), mean, variance(values, mean) / len(values))


def rate_difference(one: Share, other: Share) -> Estimate:
    """Difference of two shares by Newcombe's hybrid of score intervals.

    Method 10 of Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
    """
    (low, high), (other_low, other_high) = one.interval, other.interval
    seen = one.rate - other.rate
    below = sqrt((one.rate - low) ** 2 + (other_high - other.rate) ** 2)
    above = sqrt((high - one.rate) ** 2 + (other.rate - other_low) ** 2)
    return Estimate(seen, seen - below, seen + above)


def rate_ratio(one: Share, other: Share) -> Estimate | None:
    """Ratio of two shares, its interval symmetric in the logarithm (Katz and others 1978, doi:10.2307/2530610).

    None when nobody bought in a group, for which no such interval exists.
    """
    if not one.buyers or not other.buyers:
        return None
    seen = one.rate / other.rate
    error = sqrt(1 / one.buyers - 1 / one.customers + 1 / other.buyers - 1 / other.customers)
    return Estimate(seen, exp(log(seen) - _Z * error), exp(log(seen) + _Z * error))


def mean_difference(one: Spread, other: Spread) -> Estimate:
    """Difference of two means with unequal variances (Welch 1947, doi:10.1093/biomet/34.1-2.28)."""
    seen = one.mean - other.mean
    half = _critical(one, other) * sqrt(one.variance + other.variance)
    return Estimate(seen, seen - half, seen + half)


def mean_ratio(one: Spread, other: Spread) -> Estimate | None:
    """Ratio of two means: all ratios r for which one - r * other may be zero.

    Fieller 1954, doi:10.1111/j.2517-6161.1954.tb00159.x. None when the mean of the other is not clearly above zero:
    these ratios then have no end.
    """
    square = _critical(one, other) ** 2
    curve = other.mean**2 - square * other.variance
    if other.mean <= 0 or curve <= 0:
        return None
    middle = one.mean * other.mean / curve
    inside = middle**2 - (one.mean**2 - square * one.variance) / curve
    # Where the denominator is clear, the mean itself always lies inside; rounding may say otherwise.
    half = sqrt(max(0.0, inside))
    return Estimate(one.mean / other.mean, middle - half, middle + half)


def _critical(one: Spread, other: Spread) -> float:
    """Student's quantile at the degrees of freedom of Welch and Satterthwaite."""
    total = one.variance + other.variance
    if not total:
        return _Z
    parts = sum(each.variance**2 / (each.size - 1) for each in (one, other))
    return student_quantile(total**2 / parts)


def student_quantile(freedom: float) -> float:
    """Student's quantile for 90 % intervals, by its expansion in the normal one.

    Abramowitz and Stegun 1964, 26.7.5; for 10 degrees of freedom and more the error is below 0.00001.
    """
    square = _Z * _Z
    terms = (
        (square + 1) / 4,
        ((5 * square + 16) * square + 3) / 96,
        (((3 * square + 19) * square + 17) * square - 15) / 384,
        ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945) / 92160,
    )
    return _Z * (1 + sum(term / freedom**power for power, term in enumerate(terms, 1)))
