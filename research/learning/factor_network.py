"""A network among constructs nobody observed, learned by stochastic structural EM, with bootstrap replicates."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from joblib import Parallel, delayed, parallel_config
from numpy.typing import NDArray

from research.learning.constraints import Constraints
from research.learning.factor_chain import FactorChain, FactorReplicate, factor_replicate, start_chain
from research.learning.paths import PathReplicates
from research.learning.reflective import Members

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

BLOCK = 10  # Replicates a worker takes at a time.


@dataclass(frozen=True)
class FactorNetwork:
    """What the answers say of the network among constructs.

    Attributes
    ----------
    chain : FactorChain
        Measurement fitted to all respondents and one draw of the level of each.
    details : tuple of FactorReplicate
        Class members, level tables and item tables of every replicate.
    """

    chain: FactorChain
    details: tuple[FactorReplicate, ...]

    @cached_property
    def replicates(self) -> PathReplicates:
        """The replicates as linear paths, to stand beside those of the path model."""
        return PathReplicates(
            self.chain.constraints,
            np.stack([each.correlations for each in self.details]),
            np.stack([each.members for each in self.details]),
        )


def learn_factor_network(
    codes: NDArray[np.int8],
    n_states: Integers,
    members: Members,
    constraints: Constraints,
    weights: Array,
    *,
    replicates: int = 200,
    seed: int,
    workers: int = 1,
    backend: str = "threading",
    progress: Callable[[int], object] | None = None,
) -> FactorNetwork:
    """Learn the network among constructs and its bootstrap replicates.

    Parameters
    ----------
    codes : int8, shape (n_respondents, n_items)
        State index, -1 where missing; a high state should mean much of the construct.
    n_states : int64, shape (n_items,)
    members : tuple of tuples
        Columns of the items of each construct. A construct of one item is that item: nothing tells it from its error.
    constraints : Constraints
        Tiers and rules among the constructs, numbered as in `members`. Tables of four parents and more are too large
        for most surveys.
    weights : float64, shape (n_respondents,)
        Their sum is taken as the number of respondents.
    replicates, seed : int
    workers : int
    backend : str
        A joblib backend; threads suffice, since the compiled code does not hold the interpreter. The result is the
        same to the last bit whatever the number of workers.
    progress : callable, optional
        Called with the number of replicates just finished.

    Notes
    -----
    Constructs enter the search as linear in one another, by the Gaussian BIC of their drawn levels; their tables may
    bend. A gap in the answers says nothing about its construct, which is right when answers are missing at random
    given the others. Measurement with items that reflect two constructs at once is not modelled: such items tie the
    constructs together and overstate their path.

    References
    ----------
    Friedman (1998), The Bayesian structural EM algorithm, UAI, arXiv:1301.7373.
    Nielsen (2000), Bernoulli 6(3), 457-489, doi:10.2307/3318671 (stochastic EM).
    Bakk, Kuha (2018), Psychometrika 83(4), 871-892, doi:10.1007/s11336-017-9592-7 (measurement first).
    """
    chain = start_chain(codes, n_states, members, constraints, weights, seed)
    jobs = [
        delayed(_block)(chain, range(first, min(first + BLOCK, replicates))) for first in range(0, replicates, BLOCK)
    ]
    details: list[FactorReplicate] = []
    with parallel_config(backend=backend, n_jobs=workers):
        for block in Parallel(return_as="generator")(jobs):
            details += block
            if progress is not None:
                progress(len(block))
    return FactorNetwork(chain, tuple(details))


def _block(chain: FactorChain, numbers: range) -> list[FactorReplicate]:
    return [factor_replicate(chain, number) for number in numbers]
