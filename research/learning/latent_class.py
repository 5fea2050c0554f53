"""Latent classes of respondents: a mixture fitted by EM over answers with gaps and weights.

Given the class the items are independent. Repeated rows are folded into distinct patterns first, so that a row of
weight three and three equal rows are the same problem to the last bit, and short scales cost next to nothing.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

WARM_ROUNDS = 20
SURVIVING_STARTS = 2
PRIOR_ANSWERS = 0.5  # Jeffreys: half an answer in every state of every item keeps tables off zero.


@dataclass(frozen=True)
class LatentClasses:
    """A fitted mixture, its classes sorted by the mean state they answer, lowest first.

    Attributes
    ----------
    shares : float64, shape (n_classes,)
        Share of respondents in each class.
    tables : float64, shape (n_classes, n_items, most_states)
        P(state | class) per item; zero beyond an item's own states.
    loglik : float
        Weighted log-likelihood of the answered cells.
    bic : float
        ``loglik - log(total weight) / 2 * free parameters``: larger is better, as everywhere in this package.
    posteriors : float64, shape (n_respondents, n_classes)
        P(class | answers); the shares for a respondent who answered nothing.
    """

    shares: NDArray[np.float64]
    tables: NDArray[np.float64]
    loglik: float
    bic: float
    posteriors: NDArray[np.float64]

    @property
    def n_classes(self) -> int:
        return len(self.shares)


@dataclass(frozen=True)
class _Patterns:
    """Distinct rows of answers, the weight each carries, and which row of the survey shows which."""

    codes: NDArray[np.int8]
    weights: NDArray[np.float64]
    of_respondent: NDArray[np.intp]


def fit_latent_classes(
    codes: NDArray[np.int8],
    n_states: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
    n_classes: int = 3,
    *,
    seed: int | np.random.SeedSequence,
    starts: int = 8,
    rounds: int = 500,
    tolerance: float = 1e-6,
) -> LatentClasses:
    """Fit a latent class model by EM from several starts, keeping the likeliest.

    Parameters
    ----------
    codes : int8, shape (n_respondents, n_items)
        State index of every answer, -1 where missing; gaps are taken as missing at random.
    n_states : int, shape (n_items,)
    weights : float64, shape (n_respondents,), optional
        Normalise them to the effective sample size first: BIC takes their sum as the number of respondents.
    n_classes : int
    seed : int or SeedSequence
    starts : int
        Half of them order respondents by their mean answer, half gather them around respondents drawn at random.
        All run for 20 rounds, the best two to the end.
    rounds : int
        At most so many EM rounds for the surviving starts.
    tolerance : float
        Stop when a round gains less log-likelihood per respondent than this.

    Returns
    -------
    LatentClasses

    Raises
    ------
    ValueError
        No class asked for, weights below zero or all zero, a state outside its item's range, no answer at all.

    Notes
    -----
    The tables are posterior modes under half an answer in every state (Jeffreys), so no state is ever impossible.

    References
    ----------
    Goodman (1974), Biometrika 61(2), 215-231, doi:10.1093/biomet/61.2.215.
    Dempster, Laird, Rubin (1977), JRSS B 39(1), 1-38, doi:10.1111/j.2517-6161.1977.tb01600.x.
    """
    n_states = np.asarray(n_states, dtype=np.int64)
    patterns = _fold(codes, n_states, weights)
    if n_classes < 1:
        raise ValueError(f"A mixture needs one class or more, not {n_classes}.")
    first = [_first_guess(patterns, n_classes, start, rng) for start, rng in enumerate(_streams(seed, starts))]
    warm = [_run(patterns, n_states, guess, WARM_ROUNDS, tolerance) for guess in first]
    warm.sort(key=lambda run: -run[0])
    loglik, posteriors = max(
        (_run(patterns, n_states, guess, rounds, tolerance) for _, guess in warm[:SURVIVING_STARTS]),
        key=lambda run: run[0],
    )
    return _sorted_classes(patterns, n_states, posteriors, loglik)


def memberships(classes: LatentClasses, codes: NDArray[np.int8]) -> NDArray[np.float64]:
    """P(class | answers) of other respondents, shape (len(codes), n_classes)."""
    logs = np.tile(np.log(classes.shares), (len(codes), 1))
    for item in range(codes.shape[1]):
        answered = codes[:, item] >= 0
        logs[answered] += np.log(classes.tables[:, item, codes[answered, item]]).T
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def choose_latent_classes(
    codes: NDArray[np.int8],
    n_states: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
    candidates: tuple[int, ...] = (2, 3, 4, 5),
    *,
    seed: int,
    starts: int = 8,
) -> tuple[LatentClasses, dict[int, float]]:
    """Fit a mixture for every candidate number of classes and return the one with the best BIC, and all BICs.

    See `fit_latent_classes` for shapes and Raises. Each candidate draws from its own stream, so that adding a
    candidate changes none of the others.

    References
    ----------
    Schwarz (1978), Annals of Statistics 6(2), 461-464, doi:10.1214/aos/1176344136.
    Nylund, Asparouhov, Muthen (2007), Structural Equation Modeling 14(4), 535-569, doi:10.1080/10705510701575396.
    """
    fits = {
        k: fit_latent_classes(codes, n_states, weights, k, seed=np.random.SeedSequence((seed, k)), starts=starts)
        for k in candidates
    }
    best = max(fits.values(), key=lambda fit: fit.bic)
    return best, {k: fit.bic for k, fit in fits.items()}


def _fold(codes: NDArray[np.int8], n_states: NDArray[np.int64], weights: NDArray[np.float64] | None) -> _Patterns:
    if (codes >= n_states).any():
        row, column = np.argwhere(codes >= n_states)[0]
        raise ValueError(f"Row {row}, item {column} holds state {codes[row, column]} of {n_states[column]}.")
    weights = np.ones(len(codes)) if weights is None else np.asarray(weights, dtype=np.float64)
    if (weights < 0).any():
        raise ValueError(f"Row {int(weights.argmin())} weighs {weights.min()}; weights are zero or more.")
    distinct, index = np.unique(codes, axis=0, return_inverse=True)
    index = index.reshape(-1)
    # Who answered nothing says nothing about the classes: no weight, and the shares as posterior.
    totals = np.bincount(index, weights, len(distinct)).astype(np.float64) * (distinct >= 0).any(axis=1)
    if not totals.sum() > 0:
        raise ValueError("No answer carries any weight: there is nothing to fit.")
    # Patterns without weight come last, so that they draw no random number a weighted one would have drawn.
    order = np.argsort(totals == 0, kind="stable")
    return _Patterns(np.ascontiguousarray(distinct[order]), totals[order], np.argsort(order, kind="stable")[index])


def _streams(seed: int | np.random.SeedSequence, starts: int) -> list[np.random.Generator]:
    """One stream per start. `SeedSequence.spawn` would count its calls: the second fit would differ from the first."""
    root = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    keys = [(*root.spawn_key, start) for start in range(starts)]
    return [np.random.default_rng(np.random.SeedSequence(root.entropy, spawn_key=key)) for key in keys]


def _first_guess(patterns: _Patterns, n_classes: int, start: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Soft class memberships, shape (n_patterns, n_classes)."""
    n = len(patterns.codes)
    if start % 2:
        centres = patterns.codes[rng.choice(n, n_classes, p=patterns.weights / patterns.weights.sum())]
        agree = (patterns.codes[:, None, :] == centres[None, :, :]) & (patterns.codes[:, None, :] >= 0)
        closeness = np.exp(2.0 * agree.sum(axis=2) + rng.random((n, n_classes)))
        return np.asarray(closeness / closeness.sum(axis=1, keepdims=True))
    noise = rng.normal(size=n) * (0.25 if start else 0.0)
    step = np.clip((_rank(patterns) + noise) * n_classes, 0, n_classes - 1).astype(int)
    guess = np.full((n, n_classes), 0.2 / n_classes)
    guess[np.arange(n), step] += 0.8
    return guess


def _rank(patterns: _Patterns) -> NDArray[np.float64]:
    """Weighted rank in [0, 1) of each pattern's mean standardised answer."""
    answered = patterns.codes >= 0
    weight = patterns.weights[:, None] * answered
    total = np.maximum(weight.sum(axis=0), 1e-12)
    mean = (weight * patterns.codes).sum(axis=0) / total
    spread = np.sqrt((weight * (patterns.codes - mean) ** 2).sum(axis=0) / total)
    standard = np.where(answered, (patterns.codes - mean) / np.maximum(spread, 1e-9), 0.0)
    score = standard.sum(axis=1) / np.maximum(answered.sum(axis=1), 1)
    order = np.argsort(score, kind="stable")
    rank = np.empty(len(score))
    rank[order] = np.cumsum(patterns.weights[order]) - patterns.weights[order] / 2
    return np.asarray(rank / patterns.weights.sum())


def _run(
    patterns: _Patterns, n_states: NDArray[np.int64], guess: NDArray[np.float64], rounds: int, tolerance: float
) -> tuple[float, NDArray[np.float64]]:
    """EM from memberships to (log-likelihood, memberships)."""
    posteriors = guess.copy()
    loglik = float(
        _em(patterns.codes, patterns.weights, n_states, posteriors, rounds, tolerance * patterns.weights.sum())
    )
    return loglik, posteriors


@njit(cache=True)
def _em(codes, weights, n_states, posteriors, rounds, least_gain):  # type: ignore[no-untyped-def]  # compiled
    n_patterns, n_items = codes.shape
    n_classes = posteriors.shape[1]
    log_p = np.empty(n_classes)
    last = -np.inf
    loglik = last
    for _ in range(rounds):
        shares, tables = _maximise(codes, weights, n_states, posteriors)
        log_shares, log_tables = np.log(shares), np.log(np.maximum(tables, 1e-300))
        loglik = 0.0
        for i in range(n_patterns):
            log_p[:] = log_shares
            for v in range(n_items):
                x = codes[i, v]
                if x >= 0:
                    for k in range(n_classes):
                        log_p[k] += log_tables[v, x, k]
            top = log_p.max()
            total = 0.0
            for k in range(n_classes):
                posteriors[i, k] = np.exp(log_p[k] - top)
                total += posteriors[i, k]
            posteriors[i] /= total
            loglik += weights[i] * (np.log(total) + top)
        if loglik - last < least_gain:
            break
        last = loglik
    return loglik


@njit(cache=True)
def _maximise(codes, weights, n_states, posteriors):  # type: ignore[no-untyped-def]  # compiled
    """Shares (n_classes,) and tables (n_items, most_states, n_classes) at their posterior mode."""
    n_patterns, n_items = codes.shape
    n_classes = posteriors.shape[1]
    shares = np.full(n_classes, PRIOR_ANSWERS)
    tables = np.zeros((n_items, n_states.max(), n_classes))
    for v in range(n_items):
        tables[v, : n_states[v]] = PRIOR_ANSWERS
    for i in range(n_patterns):
        if weights[i] > 0:
            for k in range(n_classes):
                shares[k] += weights[i] * posteriors[i, k]
            for v in range(n_items):
                x = codes[i, v]
                if x >= 0:
                    for k in range(n_classes):
                        tables[v, x, k] += weights[i] * posteriors[i, k]
    shares /= shares.sum()
    for v in range(n_items):
        for k in range(n_classes):
            tables[v, :, k] /= tables[v, :, k].sum()
    return shares, tables


def _sorted_classes(
    patterns: _Patterns, n_states: NDArray[np.int64], posteriors: NDArray[np.float64], loglik: float
) -> LatentClasses:
    shares, tables = _maximise(patterns.codes, patterns.weights, n_states, posteriors)
    mean_state = (tables * np.arange(tables.shape[1])[None, :, None] / n_states[:, None, None]).sum(axis=(0, 1))
    order = np.argsort(mean_state, kind="stable")
    free = len(shares) - 1 + len(shares) * int((n_states - 1).sum())
    bic = loglik - 0.5 * np.log(patterns.weights.sum()) * free
    return LatentClasses(
        shares=shares[order],
        tables=np.ascontiguousarray(tables.transpose(2, 0, 1)[order]),
        loglik=loglik,
        bic=float(bic),
        posteriors=posteriors[:, order][patterns.of_respondent],
    )
