"""Effects of all drivers in 200 replicates beside opt_einsum and pgmpy on the same queries, and scoring of 100,000.

opt_einsum is told which items matter and finds its own greedy path, anew for every replicate since structures differ;
its sums alone, with all paths known, stand beside. pgmpy is asked for a few replicates only and its time is scaled up.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import opt_einsum
from numpy.typing import NDArray

from research.codebook import read_codebook
from research.fit import item_rules
from research.learning.elimination import driver_joints
from research.learning.families import parents_of
from research.learning.network_tables import TabledNetworks
from research.learning.replicates import learn
from research.learning.tables import fit_tables
from research.networks.bif import Network, write_bif
from research.networks.oracles import eliminate
from research.output import canonical_json
from research.simulate import SurveyPlan, simulate_survey, write_survey
from research.terminal.commands import COMMANDS
from research.terminal.options import parser

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
    _score()


def _score() -> None:
    """`research score` on the file of a survey, complete and with gaps."""
    print(f"scoring {CUSTOMERS:,} customers, Parquet to Parquet; asked for: under 10 s")
    for missing in (0.0, 0.3):
        with tempfile.TemporaryDirectory() as name:
            seconds = _scoring_seconds(Path(name), missing)
        print(f"{missing:>4.0%} of answers missing: {seconds:.1f} s CPU")


def _scoring_seconds(folder: Path, missing: float) -> float:
    survey = simulate_survey(SurveyPlan("reflective", CUSTOMERS, ITEMS, missing_share=missing, seed=2))
    write_survey(survey, folder, "parquet")
    book = survey.codebook
    n_states, few = np.full(ITEMS, 5), survey.complete[:RESPONDENTS]
    learned = learn(few, n_states, None, item_rules(book, 2), replicates=1, seed=1)
    own = learned.optimum.view(np.int64)
    write_bif(_network(book.names, own, fit_tables(few, own, n_states)), folder / "network.bif")
    sha256 = read_codebook(folder / "codebook.toml").sha256
    report = {"provenance": {"codebook_sha256": sha256}, "target": {"name": "loyalty"}}
    (folder / "report.json").write_text(canonical_json(report), encoding="utf-8")
    arguments = ["score", str(folder / "answers.parquet"), "--fit", str(folder), "--id", "id"]
    rest = ["--codebook", str(folder / "codebook.toml"), "--out", str(folder / "scores.parquet")]
    options = parser().parse_args(arguments + rest)
    return _timed(lambda: COMMANDS["score"](options))[0]


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
