"""Intervals cover the effects they speak of: observed, by force where the answers can know them, open, and none."""

import pytest

from tests.research.drivers.coverage import coverage, share


def test_a_few_simulations_are_covered() -> None:
    found = coverage(1_000, simulations=6, replicates=60)
    assert share(found["observe"]) >= 0.75
    assert share(found["identified"]) >= 0.7
    assert share(found["zero"]) >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize("respondents", [1_000, 4_000])
@pytest.mark.parametrize("kind", ["monotone", "mixed"])
def test_sixty_simulations_are_covered_and_claim_nothing_false(kind: str, respondents: int) -> None:
    found = coverage(respondents, simulations=60, replicates=200, kind=kind)
    print(
        f"\n{kind}, n={respondents}: "
        + ", ".join(f"{effect} {share(own):.3f} of {own.total()}" for effect, own in found.items())
    )
    assert 0.85 <= share(found["observe"]) <= 0.97
    assert 0.85 <= share(found["identified"]) <= 0.97
    assert share(found["open"]) >= 0.85
    assert share(found["zero"]) >= 0.9
