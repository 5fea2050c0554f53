"""Effects of all drivers in 200 replicates beside opt_einsum and pgmpy; then a whole fit, and scoring of 100,000.

opt_einsum is told which items matter and finds its own greedy path, anew for every replicate since structures differ;
its sums alone, with all paths known, stand beside. pgmpy is asked for a few replicates only and its time is scaled up.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import opt_einsum
from numpy.typing import NDArray

from research.fit import item_rules
from research.learning.elimination import driver_joints
from research.learning.families import parents_of
from research.learning.network_tables import TabledNetworks
from research.learning.replicates import learn
from research.learning.tables import fit_tables
from research.networks.bif import Network
from research.networks.oracles import eliminate
from research.simulate import SurveyPlan, simulate_survey, write_survey
from tests.benchmarks.processes import Cost, cost_of

RESPONDENTS, ITEMS, REPLICATES = 6_000, 24, 200
BY_PGMPY = 2
CUSTOMERS = 100_000
Found = TypeVar("Found")
Table = NDArray[np.float64]


def main() -> None:
    survey = simulate_survey(SurveyPlan("mixed", RESPONDENTS, ITEMS, seed=1))
    n_states = np.full(ITEMS, 5)
    rules = item_rules(survey.codebook, 2)
    learned = learn(survey.codes, n_states, None, rules, replicates=REPLICATES, seed=1)
    masks = learned.members[:, 0].view(np.int64)
    tables = [fit_tables(survey.codes, own, n_states) for own in masks]
    networks = TabledNetworks.of(masks, tables, n_states)
    drivers, target = list(range(ITEMS - 1)), ITEMS - 1
    print(f"{len(drivers)} drivers x {REPLICATES} replicates, observed and set by force; asked for: 10 x faster")
    driver_joints(networks, drivers[:1], target, forced=True)  # Loads the compiled code.
    ours, found = _timed(lambda: [driver_joints(networks, drivers, target, forced=forced) for forced in (False, True)])
    planning, planned = _timed(lambda: [_planned(networks, drivers, target, forced) for forced in (False, True)])
    einsum, by_einsum = _timed(lambda: [_contracted(kind) for kind in planned])
    worst = max(np.abs(mine - theirs).max() for mine, theirs in zip(found, by_einsum, strict=True))
    few = [_network(survey.codebook.names, own, filled) for own, filled in zip(masks, tables, strict=True)][:BY_PGMPY]
    pgmpy, _ = _timed(lambda: [_by_pgmpy(network, drivers, target) for network in few])
    pgmpy *= REPLICATES / BY_PGMPY
    print(f"{'':<16}{'CPU s':>8}{'times ours':>12}")
    rows = {"ours": ours, "opt_einsum": planning + einsum, "its sums alone": einsum, "pgmpy": pgmpy}
    for name, seconds in rows.items():
        print(f"{name:<16}{seconds:>8.2f}{seconds / ours:>12.0f}")
    print(f"largest difference from opt_einsum {worst:.1e}")
    print(f"pgmpy answered {BY_PGMPY} replicates of {REPLICATES}; its time is scaled up")
    _whole()


def _whole() -> None:
    """A fit with all that a target brings, and scoring by what it wrote; first through constructs, then among items."""
    print(f"\nfit of {RESPONDENTS:,} x {ITEMS}, {REPLICATES} replicates, with target, segments, turnover and report")
    print(f"and scoring of {CUSTOMERS:,} customers by it, from Parquet to Parquet")
    print("asked for: fit under 60 s and 1,500 MB, scoring under 10 s; every process is fresh")
    print(f"{'':<40}{'seconds':>9}{'CPU s':>8}{'peak MB':>9}")
    for name, kind, target in (("constructs", "reflective", "loyalty"), ("items alone", "mixed", f"q{ITEMS:02d}")):
        with tempfile.TemporaryDirectory() as folder:
            for what, cost in _costs(Path(folder), kind, target):
                print(f"{name + ', ' + what:<40}{cost.seconds:>9.1f}{cost.cpu_seconds:>8.1f}{cost.peak_mb:>9.0f}")


def _costs(folder: Path, kind: str, target: str) -> Iterator[tuple[str, Cost]]:
    survey = SurveyPlan(kind, RESPONDENTS, ITEMS, weights=True, segments=2, turnover=True, seed=2)
    _written(survey, folder / "survey")
    codebook = ["--codebook", str(folder / "survey" / "codebook.toml")]
    roles = ["--target", target, "--weight", "weight", "--segment", "segment", "--turnover", "turnover"]
    options = [*codebook, *roles, "--replicates", str(REPLICATES), "--out", str(folder / "fit")]
    arguments = ["fit", str(folder / "survey" / "answers.parquet"), *options]
    cost_of([*arguments, "--replicates", "2"])  # Compiles, and keeps what it compiled.
    yield "fit", cost_of(arguments)
    options = [*codebook, "--fit", str(folder / "fit"), "--id", "id", "--out", str(folder / "scores.parquet")]
    for missing in (0.0, 0.3):
        customers = folder / f"customers_{missing}"
        _written(replace(survey, respondents=CUSTOMERS, missing_share=missing), customers)
        arguments = ["score", str(customers / "answers.parquet"), *options]
        cost_of(arguments)
        yield f"scores, {missing:.0%} of answers missing", cost_of(arguments)


def _written(plan: SurveyPlan, folder: Path) -> None:
    folder.mkdir()
    write_survey(simulate_survey(plan), folder, "parquet")


Contraction = tuple[Callable[..., Table], list[Table]]


def _planned(networks: TabledNetworks, drivers: Sequence[int], target: int, forced: bool) -> list[list[Contraction]]:
    """opt_einsum's contraction of every replicate and driver, barren items left out, and the tables it takes."""
    replicates = range(len(networks))
    return [[_contraction(networks, number, driver, target, forced) for driver in drivers] for number in replicates]


def _contracted(planned: list[list[Contraction]]) -> Table:
    return np.array([[contract(*tables) for contract, tables in row] for row in planned])


def _contraction(networks: TabledNetworks, number: int, driver: int, target: int, forced: bool) -> Contraction:
    parents = [parents_of(int(mask)) for mask in networks.masks[number]]
    if forced:
        parents[driver] = ()
    needed, fresh = {driver, target}, {driver, target}
    while fresh:
        fresh = {parent for item in fresh for parent in parents[item]} - needed
        needed |= fresh
    scopes, tables = [], []
    for item in sorted(needed):
        size = [5] * (len(parents[item]) + 1)
        scopes.append([*parents[item], item])
        tables.append(np.ones(5) if forced and item == driver else networks.table(number, item).reshape(size))
    spelled = ",".join("".join(map(opt_einsum.get_symbol, scope)) for scope in scopes)
    result = "".join(map(opt_einsum.get_symbol, (driver, target)))
    shapes = [table.shape for table in tables]
    return opt_einsum.contract_expression(f"{spelled}->{result}", *shapes, optimize="greedy"), tables


def _by_pgmpy(network: Network, drivers: Sequence[int], target: int) -> None:
    """One query a driver, its state given, which is less than a table of all its states."""
    for driver in drivers:
        cut = replace(
            network,
            parents=tuple(() if item == driver else own for item, own in enumerate(network.parents)),
            tables=tuple(np.full((1, 5), 0.2) if item == driver else own for item, own in enumerate(network.tables)),
        )
        eliminate(network, target, {driver: 0})
        eliminate(cut, target, {driver: 0})


def _network(names: tuple[str, ...], masks: NDArray[np.int64], tables: Sequence[Table]) -> Network:
    states = (("1", "2", "3", "4", "5"),) * ITEMS
    return Network(names, states, tuple(parents_of(int(mask)) for mask in masks), tuple(tables))


def _timed(work: Callable[[], Found]) -> tuple[float, Found]:
    """CPU seconds, which other work on the machine does not stretch."""
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


if __name__ == "__main__":
    main()
