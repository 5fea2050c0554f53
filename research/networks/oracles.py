"""What pgmpy computes from the same answers: the oracle of our scores, searches and effects in tests and benches."""

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pgmpy.structure_score import BIC, BDeu

from research.networks.bif import Network, as_pgmpy

with warnings.catch_warnings():
    # pgmpy 1.1 warns of its own imports, which move in 1.3.
    warnings.simplefilter("ignore", FutureWarning)
    from pgmpy.causal_discovery import ExpertKnowledge, HillClimbSearch
    from pgmpy.inference import VariableElimination

Codes = NDArray[np.int8]


def local_scores(
    codes: Codes,
    n_states: NDArray[np.int64],
    families: Sequence[tuple[int, tuple[int, ...]]],
    *,
    bdeu_size: float | None = None,
) -> NDArray[np.float64]:
    """pgmpy's BIC (or BDeu of the given equivalent sample size) of (child, parents) families, by column number."""
    frame, states = _frame(codes, n_states)
    if bdeu_size is None:
        score = BIC(frame, state_names=states)
    else:
        score = BDeu(frame, equivalent_sample_size=bdeu_size, state_names=states)
    names = list(frame.columns)
    return np.array(
        [score.local_score(names[child], tuple(names[parent] for parent in parents)) for child, parents in families]
    )


def hill_climb(
    codes: Codes, n_states: NDArray[np.int64], tiers: Sequence[int], max_parents: int
) -> tuple[tuple[int, ...], ...]:
    """Parents of each item in the network pgmpy's greedy search finds by BIC under the tiers."""
    frame, _ = _frame(codes, n_states)
    names = list(frame.columns)
    order = [[names[item] for item, own in enumerate(tiers) if own == tier] for tier in sorted(set(tiers))]
    search = HillClimbSearch(
        scoring_method="bic-d",
        expert_knowledge=ExpertKnowledge(temporal_order=order),
        return_type="dag",  # The default, "pdag", throws the tiers away.
        max_indegree=max_parents,
        show_progress=False,
    )
    found = search.fit(frame).causal_graph_
    return tuple(tuple(sorted(names.index(parent) for parent in found.predecessors(name))) for name in names)


def eliminate(network: Network, item: int, evidence: dict[int, int]) -> NDArray[np.float64]:
    """P(item | evidence) by pgmpy's variable elimination, items and states by number."""
    model = as_pgmpy(network)
    names = list(model.nodes())
    states = {name: model.get_cpds(name).state_names[name] for name in names}
    given = {names[other]: states[names[other]][state] for other, state in evidence.items()}
    found = VariableElimination(model).query([names[item]], evidence=given, show_progress=False)
    return np.asarray([found.get_value(**{names[item]: state}) for state in states[names[item]]])


def joint_table(network: Network, items: tuple[int, int]) -> NDArray[np.float64]:
    """P(first, second) by pgmpy's variable elimination, one axis each."""
    model = as_pgmpy(network)
    names = [list(model.nodes())[item] for item in items]
    found = VariableElimination(model).query(names, show_progress=False)
    states = [model.get_cpds(name).state_names[name] for name in names]
    return np.array([[found.get_value(**{names[0]: one, names[1]: other}) for other in states[1]] for one in states[0]])


def _frame(codes: Codes, n_states: NDArray[np.int64]) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Answers as unordered categories of strings: pgmpy takes integer columns for continuous ones."""
    states = {f"v{item:02d}": [str(state) for state in range(n_states[item])] for item in range(codes.shape[1])}
    columns = {
        name: pd.Categorical.from_codes(codes[:, item].astype(int), categories=own)
        for item, (name, own) in enumerate(states.items())
    }
    return pd.DataFrame(columns), states
