"""Latent classes are found again where they were planted, through gaps and weights."""

import numpy as np
import pytest
from numpy.typing import NDArray

from research.learning.latent_class import choose_latent_classes, fit_latent_classes

SHARES = np.array([0.25, 0.45, 0.3])
ANSWERS = np.array([[0.4, 0.3, 0.18, 0.08, 0.04], [0.08, 0.17, 0.4, 0.25, 0.1], [0.03, 0.05, 0.14, 0.33, 0.45]])


def planted(
    n: int, seed: int, n_items: int = 5, n_classes: int = 3, missing: float = 0.0
) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.float64]]:
    """Answers, the class of each respondent and P(state | class), shape (n_classes, n_items, 5)."""
    rng = np.random.default_rng(seed)
    tables = np.stack([ANSWERS * rng.uniform(0.7, 1.3, ANSWERS.shape) for _ in range(n_items)], axis=1)[:n_classes]
    tables /= tables.sum(axis=2, keepdims=True)
    member = rng.choice(n_classes, n, p=SHARES[:n_classes] / SHARES[:n_classes].sum())
    codes = (rng.random((n, n_items, 1)) > tables[member].cumsum(axis=2)).sum(axis=2).clip(0, 4).astype(np.int8)
    codes[rng.random(codes.shape) < missing] = -1
    return codes, member, tables


@pytest.mark.parametrize("truth", [2, 3])
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_bic_chooses_the_planted_number_of_classes(truth: int, missing: float) -> None:
    for seed in range(3):
        codes, _, _ = planted(4000, seed, n_classes=truth, missing=missing)
        chosen, bics = choose_latent_classes(codes, np.full(5, 5), seed=seed)
        assert chosen.n_classes == truth, bics


def test_tables_and_shares_are_recovered_although_a_fifth_of_the_cells_is_missing() -> None:
    codes, member, tables = planted(8000, 1, n_items=8, missing=0.2)
    fit = fit_latent_classes(codes, np.full(8, 5), n_classes=3, seed=1)
    assert np.abs(fit.shares - np.bincount(member) / len(member)).max() < 0.03
    assert np.abs(fit.tables - tables).mean() < 0.015
    assert (fit.posteriors.argmax(axis=1) == member).mean() > 0.8


def test_a_row_of_weight_three_is_three_rows() -> None:
    codes, _, _ = planted(600, 2, missing=0.1)
    weights = np.random.default_rng(3).integers(0, 4, len(codes))
    once = fit_latent_classes(codes, np.full(5, 5), weights.astype(float), 3, seed=4)
    kept = np.repeat(codes, weights, axis=0)
    repeated = fit_latent_classes(kept, np.full(5, 5), None, 3, seed=4)
    np.testing.assert_allclose(once.tables, repeated.tables, atol=1e-6)
    assert once.bic == pytest.approx(repeated.bic, abs=1e-3)
    np.testing.assert_allclose(np.repeat(once.posteriors, weights, axis=0), repeated.posteriors, atol=1e-5)


def test_who_answered_nothing_changes_nothing_and_gets_the_shares() -> None:
    codes, _, _ = planted(500, 5)
    silent = np.vstack([codes, np.full((100, 5), -1, dtype=np.int8)])
    without = fit_latent_classes(codes, np.full(5, 5), n_classes=2, seed=1)
    beside = fit_latent_classes(silent, np.full(5, 5), n_classes=2, seed=1)
    assert beside.bic == pytest.approx(without.bic, abs=1e-3)
    np.testing.assert_allclose(beside.posteriors[-1], beside.shares, atol=0.01)


def test_items_may_have_different_numbers_of_states() -> None:
    codes, _, _ = planted(1000, 6)
    codes[:, 0] //= 3
    fit = fit_latent_classes(codes, np.array([2, 5, 5, 5, 5]), n_classes=3, seed=1)
    np.testing.assert_allclose(fit.tables.sum(axis=2), 1.0)
    assert (fit.tables[:, 0, 2:] == 0).all()


def test_the_same_seed_gives_the_same_bytes() -> None:
    codes, _, _ = planted(800, 7, missing=0.1)
    one, two = (fit_latent_classes(codes, np.full(5, 5), n_classes=4, seed=9) for _ in range(2))
    assert one.tables.tobytes() == two.tables.tobytes()
    assert one.posteriors.tobytes() == two.posteriors.tobytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": -np.ones(20)}, "Row 0 weighs -1.0"),
        ({"weights": np.zeros(20)}, "nothing to fit"),
        ({"n_classes": 0}, "one class or more"),
        ({"n_states": np.array([2, 2])}, "holds state"),
    ],
)
def test_a_mixture_that_cannot_be_fitted_says_why(change: dict[str, object], message: str) -> None:
    codes = np.random.default_rng(0).integers(0, 3, (20, 2)).astype(np.int8)
    with pytest.raises(ValueError, match=message):
        fit_latent_classes(**{"codes": codes, "n_states": np.array([3, 3]), "seed": 1, **change})  # type: ignore[arg-type]  # wrong on purpose
