"""One chain of stochastic structural EM: a network among constructs, and the level of each respondent on them.

Measurement comes first and by itself (`research.learning.graded`): what an item says about its construct must not
depend on what the construct is later found to do. Then a chain alternates between learning the network from drawn
levels and drawing the levels from the network and the answers. Every replicate is a chain of its own, on its own
bootstrap weights and its own measurement, so its last draw carries sampling, measurement error and structure at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.learning.class_walk import class_members
from research.learning.constraints import Constraints
from research.learning.correlations import correlations
from research.learning.factor_levels import draw_levels, fit_level_tables
from research.learning.families import Families, list_families
from research.learning.graded import LEVELS, SHARES, Reflections, evidence, first_tables, fit_graded, fold
from research.learning.paths import gaussian_scores
from research.learning.randomness import stream
from research.learning.reflective import Members
from research.learning.resampling import resampled_weights
from research.learning.search import best_families

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Tables = tuple[Array, ...]

FIRST_MEASUREMENT_ROUNDS, MEASUREMENT_ROUNDS = 500, 20
BURN_IN_ROUNDS, ROUNDS = 40, 6
DRAWS = 2  # Of all levels, each with fresh tables, in a round; then the network is searched again.
TABLE_DRAWS = 30  # Over which the tables of all respondents are averaged; fewer leave the draws' noise in them.
MEMBERS = 10
MOST_EXACT = 12  # Constructs of a tier searched exactly; at 16 a chain's thousands of searches would take minutes.
PURPOSE = "factor network"


@dataclass(frozen=True)
class FactorReplicate:
    """One bootstrap replicate of the network among constructs.

    Attributes
    ----------
    members : int64, shape (members, n_constructs)
        Parents of each construct as bits, in networks drawn uniformly from the equivalence class.
    tables : tuple of float64 arrays, one per construct
        P(level | parents' levels) in the first member, shape (product of the parents' levels, own levels), parents
        ascending, the first slowest.
    items : tuple of float64 arrays, one per construct
        P(state | level), shape (n_items, n_levels, most_states); the identity for a construct of one item.
    correlations : float64, shape (n_constructs, n_constructs)
        Correlations of the drawn levels.
    """

    members: Integers
    tables: Tables
    items: Tables
    correlations: Array


@dataclass(frozen=True)
class FactorChain:
    """Everything a replicate starts from; small and picklable, so that a replicate can run anywhere.

    Attributes
    ----------
    reflections : tuple of Reflections, one per construct
    n_levels : int64, shape (n_constructs,)
    constraints : Constraints among constructs
    weights : float64, shape (n_respondents,)
    items : tuple of float64 arrays
        Measurement fitted to all respondents.
    levels : int8, shape (n_respondents, n_constructs)
        The draw the first chain ended with.
    seed : int
    """

    reflections: tuple[Reflections, ...]
    n_levels: Integers
    constraints: Constraints
    weights: Array
    items: Tables
    levels: NDArray[np.int8]
    seed: int


def start_chain(
    codes: NDArray[np.int8], n_states: Integers, members: Members, constraints: Constraints, weights: Array, seed: int
) -> FactorChain:
    """Fit the measurement to all respondents and run one long chain; arguments as in `learn_factor_network`."""
    reflections = tuple(fold(codes[:, items], n_states[list(items)]) for items in members)
    n_levels = np.array([len(LEVELS) if len(r.n_states) > 1 else r.n_states[0] for r in reflections], dtype=np.int64)
    items = tuple(_measure(r, weights, None, FIRST_MEASUREMENT_ROUNDS) for r in reflections)
    rng = stream(seed, PURPOSE + ", first chain")
    levels = _independent_levels(reflections, items, weights, rng)
    chain = FactorChain(reflections, n_levels, constraints, weights, items, levels, seed)
    _run(chain, np.arange(len(weights)), weights, items, levels, BURN_IN_ROUNDS, rng)
    return chain


def factor_replicate(chain: FactorChain, replicate: int) -> FactorReplicate:
    """Draw one replicate; the same for the same chain and number, wherever and in whatever order it runs.

    References
    ----------
    Efron (1994), JASA 89(426), 463-475, doi:10.1080/01621459.1994.10476768 (bootstrap first, impute inside).
    """
    rng = stream(chain.seed, PURPOSE, replicate)
    weights = resampled_weights(chain.weights, chain.seed, range(replicate, replicate + 1))[:, 0]
    items = tuple(
        _measure(reflections, weights, tables, MEASUREMENT_ROUNDS)
        for reflections, tables in zip(chain.reflections, chain.items, strict=True)
    )
    drawn = np.flatnonzero(weights)  # Four in ten are in no replicate, and need no levels there.
    weights, levels = weights[drawn], chain.levels[drawn]
    families = _run(chain, drawn, weights, items, levels, ROUNDS, rng)
    matrix, found = _learn(chain, levels, weights, families)
    members = class_members(families.masks[found], chain.constraints, MEMBERS, rng)
    padded = _padded(members[0], chain.constraints.max_parents)
    tables = fit_level_tables(levels, weights, chain.n_levels, padded)
    return FactorReplicate(
        members=members,
        tables=_own_cells(tables, padded, chain.n_levels),
        items=items,
        correlations=matrix,
    )


def settled(chain: FactorChain) -> tuple[Integers, Tables]:
    """The best network on all respondents, parents as bits, and its tables, averaged over further draws of the levels.

    Shapes are those of `FactorReplicate`. Where a replicate is one draw of what may be, this is the one network to
    foretell with.

    References
    ----------
    Nielsen (2000), Bernoulli 6(3), 457-489, doi:10.2307/3318671 (averages of stochastic EM).
    """
    rng = stream(chain.seed, PURPOSE + ", settled")
    families, levels = list_families(chain.constraints), chain.levels.copy()
    _, found = _learn(chain, levels, chain.weights, families)
    parents = families.parents[found]
    patterns = np.stack([r.of_respondent for r in chain.reflections], axis=1)
    likelihoods = _stacked([evidence(r, table) for r, table in zip(chain.reflections, chain.items, strict=True)])
    total = np.zeros_like(fit_level_tables(levels, chain.weights, chain.n_levels, parents))
    for _ in range(TABLE_DRAWS):
        tables = fit_level_tables(levels, chain.weights, chain.n_levels, parents)
        total += tables / TABLE_DRAWS
        draw_levels(levels, likelihoods, patterns, chain.n_levels, parents, tables, rng.random(levels.shape))
    return families.masks[found], _own_cells(total, parents, chain.n_levels)


def _run(
    chain: FactorChain,
    respondents: Integers,
    weights: Array,
    items: Tables,
    levels: NDArray[np.int8],
    rounds: int,
    rng: np.random.Generator,
) -> Families:
    """Alternate network and levels of some respondents, the levels in place; returns the families to choose from."""
    families = list_families(chain.constraints)
    patterns = np.stack([r.of_respondent[respondents] for r in chain.reflections], axis=1)
    likelihoods = _stacked([evidence(r, table) for r, table in zip(chain.reflections, items, strict=True)])
    for _ in range(rounds):
        _, found = _learn(chain, levels, weights, families)
        parents = families.parents[found]
        for _ in range(DRAWS):
            tables = fit_level_tables(levels, weights, chain.n_levels, parents)
            draw_levels(levels, likelihoods, patterns, chain.n_levels, parents, tables, rng.random(levels.shape))
    return families


def _learn(chain: FactorChain, levels: NDArray[np.int8], weights: Array, families: Families) -> tuple[Array, Integers]:
    """Correlations of the levels, and the family of each construct in the best network on them."""
    matrix = correlations(levels.astype(np.float64), weights[:, None])
    scores = gaussian_scores(matrix, weights.sum(keepdims=True), families)
    return matrix[0], best_families(scores, families, chain.constraints, MOST_EXACT)[0]


def _measure(items: Reflections, weights: Array, tables: Array | None, rounds: int) -> Array:
    if len(items.n_states) == 1:
        return np.eye(int(items.n_states[0]))[None]
    return fit_graded(items, weights, first_tables(items, weights) if tables is None else tables, rounds)


def _independent_levels(
    reflections: tuple[Reflections, ...], items: Tables, weights: Array, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Levels drawn from each construct's own answers alone."""
    drawn = []
    for own, tables in zip(reflections, items, strict=True):
        likelihood = evidence(own, tables)[own.of_respondent]
        shares = SHARES if len(own.n_states) > 1 else weights @ (likelihood * (own.patterns >= 0)[own.of_respondent])
        posterior = likelihood * shares
        cumulative = posterior.cumsum(axis=1)
        chance = rng.random((len(posterior), 1)) * cumulative[:, -1:]
        drawn.append((cumulative <= chance).sum(axis=1).clip(0, len(shares) - 1))
    return np.stack(drawn, axis=1).astype(np.int8)


def _stacked(likelihoods: list[Array]) -> Array:
    """One array (n_constructs, most_patterns, most_levels), zero where a construct has fewer."""
    shape = tuple(max(one.shape[axis] for one in likelihoods) for axis in range(2))
    stacked = np.zeros((len(likelihoods), *shape))
    for construct, one in enumerate(likelihoods):
        stacked[construct, : one.shape[0], : one.shape[1]] = one
    return stacked


def _own_cells(tables: Array, parents: Integers, n_levels: Integers) -> Tables:
    """Each node's own rows and levels out of `fit_level_tables`."""
    rows = [int(np.prod(n_levels[own[own >= 0]])) for own in parents]
    return tuple(tables[v, : rows[v], : n_levels[v]].copy() for v in range(len(rows)))


def _padded(masks: Integers, width: int) -> Integers:
    bits = masks[:, None] >> np.arange(len(masks)) & 1
    order = np.argsort(1 - bits, axis=1, kind="stable")[:, :width]
    padded = np.full((len(masks), width), -1, dtype=np.int64)
    padded[:, : order.shape[1]] = np.where(np.take_along_axis(bits, order, axis=1) == 1, order, -1)
    return padded
