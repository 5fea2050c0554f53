"""Intervals of effects between constructs cover the truth; treating the likeliest class as known does not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.research.constructs.coverage import (
    Method,
    by_factor_network,
    by_likeliest_class,
    by_path_model,
    coverage,
)

SATISFACTION = -1  # Its path is the one nearest to the target, loyalty.


@pytest.mark.parametrize("method", [by_path_model, by_factor_network])
def test_an_interval_covers_the_effect_of_satisfaction_on_loyalty(method: Method) -> None:
    assert coverage(method, samples=5, replicates=60)[SATISFACTION] >= 0.8


def test_the_likeliest_class_misses_the_effect_of_satisfaction_on_loyalty() -> None:
    assert coverage(by_likeliest_class, samples=3, replicates=60)[SATISFACTION] == 0


@pytest.mark.slow
def test_thirty_samples_are_covered_by_both_methods_and_not_by_the_likeliest_class() -> None:
    shares = {m.__name__: coverage(m, samples=30) for m in (by_path_model, by_factor_network, by_likeliest_class)}
    _print(shares)
    for method in ("by_path_model", "by_factor_network"):
        assert shares[method][SATISFACTION] >= 0.8
        # Image and expectation stand in one tier: which way they act on one another no answer tells.
        assert shares[method].min() >= 0.7
    assert shares["by_likeliest_class"][SATISFACTION] < 0.2


def _print(shares: dict[str, NDArray[np.float64]]) -> None:
    print("\nshare of 30 samples (n=2,000) whose 90 % interval covers the true total effect on loyalty")
    print(f"{'':20}" + "".join(f"{name:>14}" for name in ("image", "expectation", "quality", "value", "satisfaction")))
    for name, row in shares.items():
        print(f"{name:20}" + "".join(f"{share:14.2f}" for share in row))
