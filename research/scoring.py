"""The target of customers who answered only some questions: probability of each state, the risk, and the reasons."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.codebook import Codebook
from research.construct_network import from_network
from research.drivers.target import Target, own_items
from research.errors import SettingsError
from research.learning.factor_posteriors import level_posterior
from research.learning.factor_tables import FactorTables
from research.learning.families import as_masks
from research.learning.network_tables import TabledNetworks
from research.learning.posteriors import posterior
from research.networks.bif import Network
from research.scales import MIDDLE

Floats = NDArray[np.float64]

REASONS = 3


@dataclass(frozen=True, eq=False)
class Scores:
    """What the network expects of every customer.

    Attributes
    ----------
    probabilities : float64, shape (n_customers, n_states)
        States in the codebook's order. Of a construct: of an answer to one of its items, each item weighing the same,
        in the order of its first item; items that run the other way are turned round.
    expected : float64, shape (n_customers,)
        Mean state in steps from the lowest, a high one always good.
    reasons : int64, shape (n_customers, 3)
        Items whose answers move the expectation most, the greatest first; -1 where fewer do.
    pulls : float64, shape (n_customers, 3)
        By how many steps each answer moves it, all other answers staying; 0 where there is none.
    at_risk : float64, shape (n_customers,)
        Probability of an answer below the middle of the target's scale.
    topics : tuple of str
        The constructs, and the items that reflect none; without the target's own.
    standing : float64, shape (n_customers, n_topics)
        Mean answer on a topic in steps from the worst; NaN where none was given.
    """

    probabilities: Floats
    expected: Floats
    reasons: NDArray[np.int64]
    pulls: Floats
    at_risk: Floats
    topics: tuple[str, ...]
    standing: Floats


def score(network: Network, codebook: Codebook, target: Target, codes: NDArray[np.int8], *, workers: int = 1) -> Scores:
    """Score customers by the network of a fit.

    Parameters
    ----------
    network : Network
        Of items alone, or with constructs as further variables, see `fitted_network`.
    codes : int8, shape (n_customers, n_items), -1 where not answered
        Answers to the target and to the other items of its construct are not looked at.
    workers : int
        Threads; the scores are the same for any number.

    Raises
    ------
    SettingsError
        The items of the target construct have different states.

    Notes
    -----
    An answer can matter and yet pull little where another says the same. A pull is what an answer tells of the
    customer, not what would follow if it were another one: for that see `research.publishing.score_items`. How far the
    probabilities can be trusted is told by the calibration in report.json; customers of a kind the survey did not ask
    are no part of that promise.
    """
    if len({codebook.items[column].states for column in target.columns}) > 1:
        raise SettingsError(
            f"The items of {target.name!r} have different states, so their probabilities cannot be averaged: score one "
            "of its items."
        )
    first = codebook.items[target.columns[0]]
    values = np.arange(len(first.states), dtype=np.float64)
    if first.direction == "down":
        values = values[::-1]
    turned = np.array([codebook.items[column].direction != first.direction for column in target.columns])
    given = codes.copy()
    given[:, sorted(own_items(codebook, target))] = -1
    if len(network.names) > len(codebook.names):
        probabilities, pulls = _by_constructs(from_network(network, codebook), given, target, turned, values, workers)
    else:
        probabilities, pulls = _by_items(as_tabled(network), given, target, turned, values, workers)
    at_risk = probabilities[:, values < MIDDLE * (len(values) - 1)].sum(axis=1)
    topics = topics_of(codebook, target)
    return Scores(
        probabilities,
        probabilities @ values,
        *_strongest(pulls),
        at_risk,
        tuple(topics),
        _standing(codebook, codes, tuple(topics.values())),
    )


def topics_of(codebook: Codebook, target: Target) -> dict[str, tuple[int, ...]]:
    """Columns of every construct, and of every item that reflects none, but for the target's own."""
    own = own_items(codebook, target)
    lone = {item.name: (column,) for column, item in enumerate(codebook.items) if item.construct is None}
    return {name: columns for name, columns in (codebook.constructs | lone).items() if not own & set(columns)}


def _standing(codebook: Codebook, codes: NDArray[np.int8], topics: tuple[tuple[int, ...], ...]) -> Floats:
    """Mean answer to the items of each topic, in steps from the worst state, (n_customers, n_topics)."""
    last = np.array([len(item.states) - 1 for item in codebook.items])
    down = np.array([item.direction == "down" for item in codebook.items])
    steps, answered = np.where(down, last - codes, codes), codes >= 0
    standing = np.full((len(codes), len(topics)), np.nan)
    for place, columns in enumerate(topics):
        own = answered[:, list(columns)]
        told = own.any(axis=1)
        sums = np.where(own, steps[:, list(columns)], 0).sum(axis=1)
        standing[told, place] = sums[told] / own.sum(axis=1)[told]
    return standing


def _by_constructs(
    tables: FactorTables,
    given: NDArray[np.int8],
    target: Target,
    turned: NDArray[np.bool_],
    values: Floats,
    workers: int,
) -> tuple[Floats, Floats]:
    """Probabilities and pulls through the levels of the target's construct."""
    node = int(tables.node_of[target.columns[0]])
    items = tables.items[list(target.columns), : tables.n_levels[node], : len(values)]
    shares = np.where(turned[:, None, None], items[:, :, ::-1], items).mean(axis=0)
    found = level_posterior(tables, given, node, shares @ values, workers=workers)
    return found.levels @ shares, found.pulls


def _by_items(
    tables: TabledNetworks,
    given: NDArray[np.int8],
    target: Target,
    turned: NDArray[np.bool_],
    values: Floats,
    workers: int,
) -> tuple[Floats, Floats]:
    probabilities, pulls = np.zeros((len(given), len(values))), np.zeros(given.shape)
    share = 1 / len(target.columns)
    for column, is_turned in zip(target.columns, turned, strict=True):
        found = posterior(tables, 0, given, column, workers=workers)
        moved = (found.probabilities[found.respondent] - found.without) @ (values[::-1] if is_turned else values)
        np.add.at(pulls, (found.respondent, found.item), share * moved)
        probabilities += share * (found.probabilities[:, ::-1] if is_turned else found.probabilities)
    return probabilities, pulls


def as_tabled(network: Network) -> TabledNetworks:
    """The network as compiled code wants it, parents ascending."""
    n_states = np.array([len(states) for states in network.states], np.int64)
    tables = []
    for parents, table in zip(network.parents, network.tables, strict=True):
        cells = table.reshape([*n_states[list(parents)], table.shape[1]])
        turned = cells.transpose([*np.argsort(parents).tolist(), len(parents)])
        tables.append(np.ascontiguousarray(turned).reshape(table.shape))
    return TabledNetworks.of(as_masks(network.parents)[None], [tables], n_states)


def _strongest(pulls: Floats) -> tuple[NDArray[np.int64], Floats]:
    order = np.argsort(-np.abs(pulls), axis=1, kind="stable")[:, :REASONS]
    chosen = np.take_along_axis(pulls, order, axis=1)
    # Less than a thousandth of a step is rounding, not a reason.
    return np.where(np.abs(chosen) > 1e-3, order, -1), np.where(np.abs(chosen) > 1e-3, chosen, 0.0)
