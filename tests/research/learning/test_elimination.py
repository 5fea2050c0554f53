"""Our elimination says what pgmpy's and pyAgrum's say, observed and set by force, on known and on learned networks."""

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from research.errors import TooDense
from research.learning.constraints import Constraints
from research.learning.elimination import driver_joints, joint
from research.learning.families import as_masks, parents_of
from research.learning.network_tables import TabledNetworks
from research.learning.replicates import learn
from research.learning.tables import fit_tables
from research.networks.bif import Network, classic_network, write_bif
from research.networks.oracles import eliminate, joint_table
from research.simulate import SurveyPlan, simulate_survey

with warnings.catch_warnings():
    # SWIG's own types lack a module, which Python 3.12 deprecates; as an error it would crash the interpreter.
    warnings.simplefilter("ignore", DeprecationWarning)
    import pyagrum

CLASSIC = ("asia", "alarm", "insurance", "child", "sachs")
N_STATES = np.full(10, 5)


def classic(name: str) -> Network:
    """A classic network, its rows summing to one beyond the six digits of some of the files."""
    network = classic_network(name)
    return replace(network, tables=tuple(table / table.sum(axis=1, keepdims=True) for table in network.tables))


def as_arrays(network: Network) -> TabledNetworks:
    """The network with its tables' parents in ascending order."""
    n_states = np.array([len(own) for own in network.states])
    tables = []
    for parents, table in zip(network.parents, network.tables, strict=True):
        cells = table.reshape([*n_states[list(parents)], table.shape[1]])
        turned = np.ascontiguousarray(cells.transpose([*np.argsort(parents).tolist(), len(parents)]))
        tables.append(turned.reshape(table.shape))
    return TabledNetworks.of(as_masks(network.parents)[None], [tables], n_states)


def cut_off(network: Network, item: int) -> Network:
    """The network in which nothing decides the item any more; its states are equally likely."""
    states = len(network.states[item])
    own = {item: ((), np.full((1, states), 1 / states))}
    kept = [own.get(v, (network.parents[v], network.tables[v])) for v in range(len(network.names))]
    return replace(network, parents=tuple(parents for parents, _ in kept), tables=tuple(table for _, table in kept))


@pytest.fixture(scope="module")
def learned() -> list[Network]:
    """Networks of 20 replicates."""
    survey = simulate_survey(SurveyPlan("mixed", 500, 10, seed=4))
    found = learn(survey.codes, N_STATES, None, Constraints(survey.truths[0].tiers), replicates=20, seed=1)
    return [
        Network(
            names=survey.codebook.names,
            states=(("1", "2", "3", "4", "5"),) * 10,
            parents=tuple(parents_of(int(mask)) for mask in masks),
            tables=fit_tables(survey.codes, masks.view(np.int64), N_STATES),
        )
        for masks in found.parents
    ]


def by_elimination(network: Network, driver: int, target: int, forced: bool) -> NDArray[np.float64]:
    """P(driver, target), or P(target | do(driver)), one row a state of the driver."""
    return driver_joints(as_arrays(network), [driver], target, forced=forced)[0, 0]


def by_pgmpy(network: Network, driver: int, target: int, forced: bool) -> NDArray[np.float64]:
    if not forced:
        return joint_table(network, (driver, target))
    cut = cut_off(network, driver)
    return np.stack([eliminate(cut, target, {driver: state}) for state in range(len(network.states[driver]))])


def by_pyagrum(network: Network, driver: int, target: int, forced: bool, file: Path) -> NDArray[np.float64]:
    write_bif(cut_off(network, driver) if forced else network, file)
    model = pyagrum.loadBN(str(file))
    engine, rows = pyagrum.LazyPropagation(model), []
    margin = engine.posterior(network.names[driver]).toarray()
    for state, share in enumerate(margin):
        engine.setEvidence({network.names[driver]: state})
        rows.append(engine.posterior(network.names[target]).toarray() * (1 if forced else share))
    return np.stack(rows)


def assert_all_agree(network: Network, driver: int, target: int, forced: bool, folder: Path) -> None:
    ours = by_elimination(network, driver, target, forced)
    assert ours.sum() == pytest.approx(len(network.states[driver]) if forced else 1)
    np.testing.assert_allclose(ours, by_pgmpy(network, driver, target, forced), rtol=0, atol=1e-9)
    theirs = by_pyagrum(network, driver, target, forced, folder / "network.bif")
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


@pytest.mark.parametrize("forced", [False, True], ids=["observed", "set by force"])
@pytest.mark.parametrize("name", CLASSIC)
def test_classic_networks_agree_with_pgmpy_and_pyagrum(name: str, forced: bool, tmp_path: Path) -> None:
    network, rng = classic(name), np.random.default_rng(3)
    for _ in range(4):
        driver, target = rng.choice(len(network.names), 2, replace=False).tolist()
        assert_all_agree(network, driver, target, forced, tmp_path)


@pytest.mark.parametrize("forced", [False, True], ids=["observed", "set by force"])
def test_learned_networks_agree_with_pgmpy_and_pyagrum(learned: list[Network], forced: bool, tmp_path: Path) -> None:
    assert len(learned) == 20
    for number, network in enumerate(learned):
        assert_all_agree(network, number % 9, 9, forced, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("forced", [False, True], ids=["observed", "set by force"])
@pytest.mark.parametrize("name", [*CLASSIC, "hailfinder"])
def test_forty_pairs_of_each_classic_network_agree(name: str, forced: bool, tmp_path: Path) -> None:
    network, rng = classic(name), np.random.default_rng(4)
    for _ in range(40):
        driver, target = rng.choice(len(network.names), 2, replace=False).tolist()
        assert_all_agree(network, driver, target, forced, tmp_path)


def test_a_joint_of_several_variables_given_others_is_the_sum_over_all_states() -> None:
    network = as_arrays(classic_network("asia"))
    cells = np.ones([2] * 8)
    for variable in range(8):
        parents = parents_of(int(network.masks[0, variable]))
        axes = [2 if other in (*parents, variable) else 1 for other in range(8)]
        order = np.argsort([*parents, variable])
        table = network.table(0, variable).reshape([2] * (len(parents) + 1)).transpose(order)
        cells = cells * table.reshape(axes)
    summed = cells[:, :, :, 1].sum(axis=(1, 3, 5))  # Left are variables 0, 2, 5, 7.
    found = joint(network, 0, [5, 0, 7, 2], given={3: 1})
    np.testing.assert_allclose(found, summed.transpose(2, 0, 3, 1), atol=1e-12)


def test_variables_forced_together_are_decided_by_nothing(learned: list[Network]) -> None:
    network = learned[0]
    forced = joint(as_arrays(network), 0, [1, 9], forced=[0, 1], given={0: 2})
    both = cut_off(cut_off(network, 0), 1)
    expected = np.stack([eliminate(both, 9, {0: 2, 1: state}) for state in range(5)])
    np.testing.assert_allclose(forced, expected, atol=1e-9)


def test_a_network_too_dense_for_exact_sums_is_refused_in_a_sentence() -> None:
    pairs = [(u, v) for u in range(8) for v in range(u + 1, 8)]
    parents = [()] * 8 + pairs
    tables = [np.full((20 ** len(own), 20), 0.05) for own in parents]
    network = TabledNetworks.of(as_masks(parents)[None], [tables], np.full(36, 20))
    with pytest.raises(TooDense, match="too densely"):
        joint(network, 0, [0], given=dict.fromkeys(range(8, 36), 0))
