"""Figures over replicates as a median with a 90 % interval."""

import numpy as np
from numpy.typing import NDArray

from research.scales import INTERVAL, Estimate

Floats = NDArray[np.float64]

TAIL = 0.5 - INTERVAL / 2


def estimate(drawn: Floats) -> Estimate:
    """Median and percentile interval of one figure over replicates (n_replicates,), NaN left out.

    References
    ----------
    Efron (1979), doi:10.1214/aos/1176344552.
    """
    seen = drawn[np.isfinite(drawn)]
    if len(seen) == 0:
        return Estimate(float("nan"), float("nan"), float("nan"))
    low, value, high = np.quantile(seen, [TAIL, 0.5, 1 - TAIL])
    return Estimate(float(value), float(low), float(high))


def told(found: Estimate, digits: int = 2) -> str:
    """The figure and its interval in a sentence."""
    return f"{found.value:.{digits}f} ({found.low:.{digits}f} to {found.high:.{digits}f})"
