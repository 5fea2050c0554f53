"""Scores as a file: customers of a file scored by the fit in a folder, written, and read back for publishing."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from research.answers import PartialAnswers
from research.codebook import Codebook, state_text
from research.construct_network import items_first
from research.drivers.target import Target, find_target
from research.errors import AnswersError, OutputError, SettingsError
from research.learning.constraints import Constraints
from research.networks.bif import Network, read_bif
from research.scoring import REASONS, Scores, score

REPORT_FILE = "report.json"
NETWORK_FILES = {"item": "network.bif", "construct": "constructs.bif"}
STANDING_ON = "stands_"
REPORT, TARGET = b"furet.report_sha256", b"furet.target"


@dataclass(frozen=True, eq=False)
class WrittenScores:
    """What publishing needs of a file of scores; row i of each array is customer i.

    Attributes
    ----------
    report_sha256, target : str
        The fit they were made by; empty where an older version wrote the file.
    ids : tuple of str
    expected, at_risk : float64, shape (n_customers,)
    standing : dict of float64 arrays, shape (n_customers,), by topic
        In steps from the worst answer; NaN where none was given.
    """

    report_sha256: str
    target: str
    ids: tuple[str, ...]
    expected: NDArray[np.float64]
    at_risk: NDArray[np.float64]
    standing: dict[str, NDArray[np.float64]]


def write_scores(
    path: Path, scores: Scores, codebook: Codebook, target: Target, ids: NDArray[np.str_] | None, report_sha256: str
) -> None:
    """One row a customer as Parquet: id, probability of each state, expectation, risk, reasons, standing on all topics.

    The file appears whole or not at all, and says in its metadata of which report and target it is.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    names = np.array([*codebook.names, None], object)
    columns: dict[str, object] = {"id": ids if ids is not None else np.arange(1, len(scores.expected) + 1)}
    for state, own in zip(codebook.items[target.columns[0]].states, scores.probabilities.T, strict=True):
        columns[f"p_{state_text(state)}"] = own
    columns["expected"] = scores.expected
    for place in range(REASONS):
        columns[f"reason_{place + 1}"] = pa.array(names[scores.reasons[:, place]], pa.string())
        columns[f"pull_{place + 1}"] = scores.pulls[:, place]
    columns["at_risk"] = scores.at_risk
    for topic, own in zip(scores.topics, scores.standing.T, strict=True):
        columns[f"{STANDING_ON}{topic}"] = own
    source = {REPORT: report_sha256, TARGET: target.name}
    stage = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        pq.write_table(pa.table(columns).replace_schema_metadata(source), stage)
        stage.replace(path)
    except OSError as error:
        stage.unlink(missing_ok=True)
        raise OutputError(f"{path} cannot be written ({error.strerror}): name another file.") from error


def fitted_network(folder: Path, codebook: Codebook) -> tuple[Network, str | None]:
    """The network that foretold held-out answers best in a fit, and the target of its report.

    It is read from `constructs.bif` or `network.bif`; items come first and in the codebook's order.

    Raises
    ------
    AnswersError
        The folder holds no fit, or one of another codebook.
    """
    try:
        report = json.loads((folder / REPORT_FILE).read_text(encoding="utf-8"))
        chosen = report.get("validation", {}).get("foretold_by", "item")
        network = read_bif(folder / NETWORK_FILES[chosen])
    except OSError as error:
        raise AnswersError(
            f"{folder} holds no fit ({error.strerror}): name the folder `fit` wrote with --out."
        ) from error
    except json.JSONDecodeError as error:
        raise AnswersError(f"report.json in {folder} is not what `fit` wrote ({error}): fit again.") from error
    if report["provenance"]["codebook_sha256"] != codebook.sha256:
        raise AnswersError(f"The fit in {folder} was made with another codebook: name the one it was made with.")
    return items_first(network, codebook), report.get("target", {}).get("name")


def score_file(
    answers: PartialAnswers, folder: Path, codebook: Codebook, name: str | None, out: Path, *, workers: int = 1
) -> int:
    """Score the customers of a file by the fit in `folder` and write them; returns how many."""
    network, fitted = fitted_network(folder, codebook)
    if name is None and fitted is None:
        raise SettingsError("The fit names no target: say which item or construct to score with --target.")
    rules = Constraints(tuple(item.tier for item in codebook.items))
    target = find_target(codebook, rules, str(name or fitted))
    found = score(network, codebook, target, answers.codes, workers=workers)
    made_of = hashlib.sha256((folder / REPORT_FILE).read_bytes()).hexdigest()
    write_scores(out, found, codebook, target, answers.ids, made_of)
    return len(answers.codes)


def read_scores(path: Path) -> WrittenScores:
    """The scores that `write_scores` wrote.

    Raises
    ------
    AnswersError
        The file cannot be read, or is not one of this version.
    """
    try:
        table = pq.read_table(path, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise AnswersError(f"The scores {path} cannot be read ({_first_line(error)}): score again.") from error
    if not {"id", "expected", "at_risk"} <= set(table.column_names):
        raise AnswersError(f"The scores {path} have no column id, expected or at_risk: score again with this version.")
    source = table.schema.metadata or {}
    return WrittenScores(
        report_sha256=source.get(REPORT, b"").decode(),
        target=source.get(TARGET, b"").decode(),
        ids=tuple(map(str, table.column("id").to_pylist())),
        expected=table.column("expected").to_numpy(),
        at_risk=table.column("at_risk").to_numpy(),
        standing={
            name.removeprefix(STANDING_ON): table.column(name).to_numpy()
            for name in table.column_names
            if name.startswith(STANDING_ON)
        },
    )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
