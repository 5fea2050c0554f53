"""Bootstrap structure learning beside pyAgrum and pgmpy: the same surveys, tiers, parents and BIC, in the same run.

The peers learn a few replicates and are scaled up; ours learns them all. pyAgrum runs on one thread (with two it is
slower at these sizes) in two ways: as one would write it, a learner per resampled frame, and with one learner whose
record weights are set anew, which saves reading the answers again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import pyagrum

from research.learning.constraints import Constraints
from research.learning.replicates import learn
from research.learning.scores import LIKELIHOODS, Likelihood
from research.networks.oracles import hill_climb
from research.simulate import network_truth

REPLICATES = 200


@dataclass(frozen=True)
class Case:
    """One survey to learn, and how many replicates the peers get."""

    respondents: int
    items: int
    parents: int
    pyagrum: int
    pgmpy: int


CASES = (
    Case(5_000, 24, 2, pyagrum=10, pgmpy=2),
    Case(1_000, 24, 2, pyagrum=20, pgmpy=2),
    Case(20_000, 24, 2, pyagrum=4, pgmpy=1),
    Case(5_000, 12, 2, pyagrum=20, pgmpy=2),
    Case(5_000, 40, 2, pyagrum=4, pgmpy=0),
    Case(5_000, 24, 3, pyagrum=10, pgmpy=0),
)


def main() -> None:
    """Print seconds for all replicates, one line a case, the first one being the case that was promised."""
    print(f"seconds for {REPLICATES} replicates, four tiers, monotone items of five states")
    print("ours: tables (BIC of saturated tables, exact search) and three likelihoods; peers: BIC, greedy, scaled")
    print(f"{'':20}|{'tables':^15}|{'three likelih.':^15}|{'pyAgrum, scaled':^17}|{'pgmpy,':>8} | tables on 2 cores")
    cores = f"{'1 core':>7}{'2 cores':>8}|"
    print(f"{'n x items, parents':<20}|{cores}{cores}{'frames':>8}{'weights':>9}|{'scaled':>8} | are faster than")
    first = Case(200, 24, 2, pyagrum=0, pgmpy=0)
    _learn(_codes(first), first, LIKELIHOODS, 1)  # Compiles.
    for case in CASES:
        print(_row(case, _codes(case)), flush=True)


def _row(case: Case, codes: np.ndarray) -> str:
    ours = [
        _seconds(partial(_learn, codes, case, names, workers))
        for names in (("table",), LIKELIHOODS)
        for workers in (1, 2)
    ]
    frames, weights = _pyagrum_frames(codes, case), _pyagrum_weights(codes, case)
    pgmpy = _pgmpy(codes, case)
    cells = f"{ours[0]:>7.2f}{ours[1]:>8.2f}|{ours[2]:>7.2f}{ours[3]:>8.2f}|{frames:>8.1f}{weights:>9.1f}"
    told = f"pyAgrum {frames / ours[1]:.0f} x ({weights / ours[1]:.0f} x by weights)"
    told += f", pgmpy {pgmpy / ours[1]:.0f} x" if case.pgmpy else ""
    name = f"{case.respondents:,} x {case.items}, {case.parents}"
    return f"{name:<20}|{cells}|{f'{pgmpy:.0f}' if case.pgmpy else '-':>8} | {told}"


def _codes(case: Case) -> np.ndarray:
    return network_truth("monotone", n_items=case.items, seed=1).draw(case.respondents, np.random.default_rng(1))


def _tiers(case: Case) -> tuple[int, ...]:
    return network_truth("monotone", n_items=case.items, seed=1).tiers


def _learn(codes: np.ndarray, case: Case, likelihoods: tuple[Likelihood, ...], workers: int) -> None:
    constraints = Constraints(_tiers(case), max_parents=case.parents)
    n_states = np.full(case.items, 5)
    learn(codes, n_states, None, constraints, replicates=REPLICATES, seed=1, likelihoods=likelihoods, workers=workers)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _frame(codes: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(codes, columns=[f"q{item}" for item in range(codes.shape[1])]).astype(str)


def _learner(frame: pd.DataFrame, case: Case) -> "pyagrum.BNLearner":
    learner = pyagrum.BNLearner(frame)
    learner.setNumberOfThreads(1)
    learner.useScoreBIC()
    learner.useGreedyHillClimbing()
    learner.setMaxIndegree(case.parents)
    tiers = _tiers(case)
    learner.setSliceOrder([[f"q{i}" for i, own in enumerate(tiers) if own == tier] for tier in sorted(set(tiers))])
    return learner


def _pyagrum_frames(codes: np.ndarray, case: Case) -> float:
    rng, frame = np.random.default_rng(2), _frame(codes)

    def replicates() -> None:
        for _ in range(case.pyagrum):
            _learner(frame.iloc[rng.integers(0, len(frame), len(frame))], case).learnDAG()

    return _seconds(replicates) * REPLICATES / case.pyagrum


def _pyagrum_weights(codes: np.ndarray, case: Case) -> float:
    rng, learner = np.random.default_rng(2), _learner(_frame(codes), case)

    def replicates() -> None:
        for _ in range(case.pyagrum):
            drawn = np.bincount(rng.integers(0, len(codes), len(codes)), minlength=len(codes))
            for row, times in enumerate(drawn.tolist()):
                learner.setRecordWeight(row, float(times))
            learner.learnDAG()

    return _seconds(replicates) * REPLICATES / case.pyagrum


def _pgmpy(codes: np.ndarray, case: Case) -> float:
    if not case.pgmpy:
        return float("nan")
    rng = np.random.default_rng(2)

    def replicates() -> None:
        for _ in range(case.pgmpy):
            drawn = codes[rng.integers(0, len(codes), len(codes))]
            hill_climb(drawn, np.full(case.items, 5), _tiers(case), case.parents)

    return _seconds(replicates) * REPLICATES / case.pgmpy


if __name__ == "__main__":
    main()
