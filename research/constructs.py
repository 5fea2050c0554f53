"""Constructs of a survey: what their items say of them, and how they hang together by two methods side by side.

A do() on one item of a reflective construct does nothing by nature; what moves is the construct. So effects among
constructs are the headline, and both methods free them of the items' measurement error: the factor network keeps
levels and tables, the path model is linear and makes the fewest assumptions on top.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.answers import Answers
from research.codebook import Codebook
from research.learning.constraints import Constraints
from research.learning.factor_network import FactorNetwork, learn_factor_network
from research.learning.path_model import PathModel, fit_path_model
from research.learning.paths import PathReplicates
from research.learning.reflective import Members
from research.notices import Notice
from research.progress import Progress, silent
from research.scales import INTERVAL, Estimate

Codes = NDArray[np.int8]

MOST_PARENTS, FEW_PARENTS = 3, 2
MANY_CONSTRUCTS, MANY_STATES = 16, 10  # Beyond these, families of three parents are too many or their tables too large.
WEAK_LOADING = 0.4
HARDLY_APART = 0.9


@dataclass(frozen=True)
class Nodes:
    """The constructs as nodes of a network; an item of no construct is a node of its own.

    Attributes
    ----------
    names : tuple of str
    members : tuple of tuples
        Columns of the items of each.
    constraints : Constraints
    """

    names: tuple[str, ...]
    members: Members
    constraints: Constraints


@dataclass(frozen=True)
class ConstructPath:
    """The effect of one construct on another by both methods, in standard deviations of each.

    Attributes
    ----------
    source, target : str
    strength : float
        Share of the factor network's replicates in which the two are adjacent.
    direct, total : dict of Estimate by method ("factor_network", "path_model")
        Median and 90 % interval over replicates, each with its own network and member of its equivalence class.
    agree : bool
        Whether the two intervals of the total effect overlap.
    """

    source: str
    target: str
    strength: float
    direct: dict[str, Estimate]
    total: dict[str, Estimate]
    agree: bool


@dataclass(frozen=True)
class Constructs:
    """Both methods, replicate by replicate, and the nodes they speak of."""

    nodes: Nodes
    factor_network: FactorNetwork
    path_model: PathModel

    @property
    def methods(self) -> dict[str, PathReplicates]:
        return {"factor_network": self.factor_network.replicates, "path_model": self.path_model.replicates}

    def edges(self) -> list[dict[str, object]]:
        """The factor network's consensus as rows of `network.edges` of the report, strongest first."""
        names = self.nodes.names
        return [
            {
                "from": names[edge.source],
                "to": names[edge.target],
                "level": "construct",
                "strength": edge.strength,
                "direction": edge.direction,
                "score": "gaussian",
            }
            for edge in self.factor_network.replicates.consensus.edges
        ]

    def paths(self) -> list[ConstructPath]:
        """Every pair of nodes that tiers and rules let act on one another, in the codebook's order."""
        rules = self.nodes.constraints
        pairs = [(u, v) for v in range(rules.n_items) for u in rules.candidates(v)]
        return [self._path(u, v) for u, v in pairs]

    def loadings(self) -> dict[str, dict[int, Estimate]]:
        """Correlation of each item with its construct, by construct and column; constructs of one item are left out."""
        drawn = self.path_model.measurement.loadings
        return {
            name: {column: _estimate(drawn[:, column]) for column in columns}
            for name, columns in zip(self.nodes.names, self.nodes.members, strict=True)
            if len(columns) > 1
        }

    def warnings(self, item_names: Sequence[str]) -> list[Notice]:
        """Sentences on items that hardly reflect their construct, constructs not told apart, methods that disagree."""
        weak = [
            Notice(
                "weak_loading",
                f"Item {item_names[column]!r} hardly reflects {construct!r} (loading {loading.value:.2f}): "
                "move or drop it.",
                item=item_names[column],
                construct=construct,
                loading=loading.value,
            )
            for construct, items in self.loadings().items()
            for column, loading in items.items()
            if loading.value < WEAK_LOADING
        ]
        apart = [
            Notice(
                "methods_disagree",
                f"{path.source!r} and {path.target!r}: the two methods disagree on the effect "
                f"({_told(path.total['factor_network'])} by the factor network, {_told(path.total['path_model'])} by "
                "the path model); trust neither before you know why.",
                source=path.source,
                target=path.target,
                **path.total,
            )
            for path in self.paths()
            if not path.agree
        ]
        return weak + self._hardly_apart() + apart

    def _hardly_apart(self) -> list[Notice]:
        names = self.nodes.names
        between = np.median(self.path_model.replicates.correlations, axis=0)
        return [
            Notice(
                "hardly_apart",
                f"{names[u]!r} and {names[v]!r} correlate {between[u, v]:.2f} once measurement error is taken out: "
                "their items hardly tell them apart, and neither do their effects.",
                first=names[u],
                second=names[v],
                correlation=float(between[u, v]),
            )
            for u, v in zip(*np.nonzero(np.triu(np.abs(between) > HARDLY_APART, 1)), strict=True)
        ]

    def _path(self, source: int, target: int) -> ConstructPath:
        place = (slice(None), 0, source, target)
        direct = {method: _estimate(replicates.paths[place]) for method, replicates in self.methods.items()}
        total = {method: _estimate(replicates.effects[place]) for method, replicates in self.methods.items()}
        one, other = total.values()
        return ConstructPath(
            source=self.nodes.names[source],
            target=self.nodes.names[target],
            strength=float(self.factor_network.replicates.strength[source, target]),
            direct=direct,
            total=total,
            agree=one.low <= other.high and other.low <= one.high,
        )


def construct_nodes(codebook: Codebook, groups: Mapping[str, tuple[int, ...]] | None = None) -> Nodes:
    """Nodes for the constructs of the codebook, or for `groups` (columns by name) found where it names none."""
    constructs = dict(groups if groups is not None else codebook.constructs)
    taken = {column for columns in constructs.values() for column in columns}
    lone = {item.name: (column,) for column, item in enumerate(codebook.items) if column not in taken}
    members = constructs | lone
    names = tuple(members)
    states = max(len(codebook.items[column].states) for columns in lone.values() for column in columns) if lone else 0
    small = len(names) <= MANY_CONSTRUCTS and states <= MANY_STATES
    number = {name: node for node, name in enumerate(names)}
    required, forbidden = (
        frozenset((number[u], number[v]) for u, v in edges if u in number and v in number)
        for edges in (codebook.required, codebook.forbidden)
    )
    crowd = max((sum(v == node for _, v in required) for node in range(len(names))), default=0)
    tiers = tuple(codebook.items[columns[0]].tier for columns in members.values())
    rules = Constraints(tiers, required, forbidden, max(MOST_PARENTS if small else FEW_PARENTS, crowd))
    return Nodes(names, tuple(members.values()), rules)


def learn_constructs(
    answers: Answers,
    nodes: Nodes,
    *,
    replicates: int = 200,
    seed: int,
    workers: int = 1,
    backend: str = "threading",
    progress: Progress = silent,
) -> Constructs:
    """Learn how the constructs hang together.

    Parameters
    ----------
    answers : Answers
        With their gaps. In the factor network a missing answer says nothing of its construct, in the path model gaps
        are filled from a joint normal: what a sparse network of items imputes would weaken its correlations.
    nodes : Nodes, see `construct_nodes`
    replicates : int
        Below 100, ends of intervals move visibly between seeds.
    seed, workers, backend
        See `learn_factor_network`.
    progress : Progress

    Notes
    -----
    Both methods resample the same respondents in the same replicate, so their difference is the method's alone.
    """
    codes = _upwards(answers)
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        progress("Learning constructs", done, replicates)

    network = learn_factor_network(
        codes, answers.n_states, nodes.members, nodes.constraints, answers.scaled_weights,
        replicates=replicates, seed=seed, workers=workers, backend=backend, progress=tell,
    )  # fmt: skip
    model = fit_path_model(
        codes, answers.n_states, nodes.members, nodes.constraints, answers.scaled_weights,
        replicates=replicates, seed=seed,
    )  # fmt: skip
    return Constructs(nodes, network, model)


def _upwards(answers: Answers) -> Codes:
    """State numbers with a high number always good; -1 stays."""
    codes = answers.codes
    down = np.array([item.direction == "down" for item in answers.codebook.items])
    turned = (answers.n_states - 1 - codes).astype(np.int8)
    return np.where(down & (codes >= 0), turned, codes)


def _estimate(drawn: NDArray[np.float64]) -> Estimate:
    low, value, high = np.quantile(drawn, [0.5 - INTERVAL / 2, 0.5, 0.5 + INTERVAL / 2])
    return Estimate(float(value), float(low), float(high))


def _told(estimate: Estimate) -> str:
    return f"{estimate.value:.2f}, {estimate.low:.2f} to {estimate.high:.2f}"
