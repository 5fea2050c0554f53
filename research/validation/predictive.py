"""Whether surveys drawn from the learned networks look like the survey that was asked, pair by pair of items."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from research.validation.networks import Codes, Floats, States

WORST = 10


@dataclass(frozen=True)
class PairCheck:
    """One table of two items, as seen and as the networks predict it.

    Attributes
    ----------
    observed, predicted : float
        Correlation of the state numbers.
    excess : float
        How many times farther the seen table lies from the predicted mean than drawn tables do (chi-squared distance).
    p_value : float
        Share of drawn surveys at least as far from that mean; small where the networks cannot explain the pair.
    """

    first: str
    second: str
    observed: float
    predicted: float
    excess: float
    p_value: float


@dataclass(frozen=True)
class PredictiveCheck:
    """All pairs in one figure, and the worst ten by name."""

    pairs: int
    surveys_drawn: int
    share_below_05: float
    worst: tuple[PairCheck, ...]


def predictive_check(
    names: tuple[str, ...], n_states: States, completed: list[Codes], weights: Floats, drawn: Iterable[Codes]
) -> PredictiveCheck:
    """Compare every pairwise table with those of drawn surveys.

    Parameters
    ----------
    completed : list of int8 arrays, shape (n_respondents, n_items)
        The answers with gaps imputed, several times where there are gaps.
    weights : float array, shape (n_respondents,)
        Scaled to the effective number of respondents.
    drawn : int8 arrays, shape (about n_eff, n_items)
        At least 20 surveys, each drawn from another learned network.

    Notes
    -----
    Imputed cells come from the same networks and agree with them by making: with many gaps the check is kinder.

    References
    ----------
    Gelman, Meng and Stern (1996), Posterior predictive assessment of model fitness, Statistica Sinica 6, 733-807.
    """
    observed = np.mean([pairwise_tables(codes, weights, n_states) for codes in completed], axis=0)
    total = weights.sum()
    replicas = np.stack([pairwise_tables(codes, np.full(len(codes), total / len(codes)), n_states) for codes in drawn])
    expected = replicas.mean(axis=0)
    far = _distances(observed, expected, n_states)
    usual = np.stack([_distances(replica, expected, n_states) for replica in replicas])
    p_values = (usual >= far).mean(axis=0)
    excess = far / np.maximum(usual.mean(axis=0), 1e-12)
    rows, columns = np.triu_indices(len(names), 1)
    order = np.lexsort((columns, rows, -excess[rows, columns], p_values[rows, columns]))[:WORST]
    seen, told = _correlations(observed, n_states), _correlations(expected, n_states)
    worst = tuple(
        PairCheck(names[i], names[j], seen[i, j], told[i, j], float(excess[i, j]), float(p_values[i, j]))
        for i, j in zip(rows[order], columns[order], strict=True)
    )
    below = float((p_values[rows, columns] < 0.05).mean())
    return PredictiveCheck(len(rows), len(replicas), below, worst)


def pairwise_tables(codes: Codes, weights: Floats, n_states: States) -> Floats:
    """All tables of two items in one matrix, shape (sum of states, sum of states); block (i, j) is items i and j."""
    chosen = np.concatenate(
        [codes[:, item, None] == np.arange(states) for item, states in enumerate(n_states)], axis=1
    ).astype(np.float64)
    return np.asarray(chosen.T @ (chosen * weights[:, None]))


def _distances(tables: Floats, expected: Floats, n_states: States) -> Floats:
    """Chi-squared distance of each pair's table from the expected one, shape (n_items, n_items)."""
    # Half an answer in every cell keeps a cell that no drawn survey fills from weighing without limit.
    cells = (tables - expected) ** 2 / (expected + 0.5)
    starts = np.concatenate([[0], np.cumsum(n_states)[:-1]])
    return np.asarray(np.add.reduceat(np.add.reduceat(cells, starts, axis=0), starts, axis=1))


def _correlations(tables: Floats, n_states: States) -> npt.NDArray[np.float64]:
    """Correlations of the state numbers from the tables, shape (n_items, n_items)."""
    values = np.zeros((len(tables), len(n_states)))
    ends = np.cumsum(n_states)
    for item, (end, states) in enumerate(zip(ends, n_states, strict=True)):
        values[end - states : end, item] = np.arange(states)
    total = tables[: n_states[0], : n_states[0]].sum()
    means = np.diagonal(tables) @ values / total
    covariance = values.T @ tables @ values / total - np.outer(means, means)
    sd = np.sqrt(np.maximum(np.diagonal(covariance), 1e-12))
    return np.asarray(covariance / np.outer(sd, sd))
