"""The target of customers who answered only some questions: probability of each state and the three main reasons."""

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
from research.construct_network import from_network, items_first
from research.drivers.target import Target, find_target, own_items
from research.errors import AnswersError, OutputError, SettingsError
from research.learning.constraints import Constraints
from research.learning.factor_posteriors import level_posterior
from research.learning.factor_tables import FactorTables
from research.learning.families import as_masks
from research.learning.network_tables import TabledNetworks
from research.learning.posteriors import posterior
from research.networks.bif import Network, read_bif

Floats = NDArray[np.float64]

REASONS = 3
NETWORK_FILES = {"item": "network.bif", "construct": "constructs.bif"}


@dataclass(frozen=True, eq=False)
class Scores:
    """What the network expects of every customer.

    Attributes
    ----------
    probabilities : float64, shape (n_customers, n_states)
        States in the codebook's order. Of a construct: of an answer to one of its items, each item weighing the same.
    expected : float64, shape (n_customers,)
        Mean state in steps from the lowest, a high one always good.
    reasons : int64, shape (n_customers, 3)
        Items whose answers move the expectation most, the greatest first; -1 where fewer do.
    pulls : float64, shape (n_customers, 3)
        By how many steps each answer moves it, all other answers staying; 0 where there is none.
    """

    probabilities: Floats
    expected: Floats
    reasons: NDArray[np.int64]
    pulls: Floats


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
        The items of the target construct have different states or directions.

    Notes
    -----
    An answer can matter and yet pull little where another says the same. How far the probabilities can be trusted is
    told by the calibration in report.json; customers of a kind the survey did not ask are no part of that promise.
    """
    if len({(codebook.items[column].states, codebook.items[column].direction) for column in target.columns}) > 1:
        raise SettingsError(
            f"The items of {target.name!r} have different states or directions, so their probabilities cannot be "
            "averaged: score one of its items."
        )
    first = codebook.items[target.columns[0]]
    values = np.arange(len(first.states), dtype=np.float64)
    if first.direction == "down":
        values = values[::-1]
    given = codes.copy()
    given[:, sorted(own_items(codebook, target))] = -1
    if len(network.names) > len(codebook.names):
        probabilities, pulls = _by_constructs(from_network(network, codebook), given, target, values, workers)
    else:
        probabilities, pulls = _by_items(as_tabled(network), given, target, values, workers)
    return Scores(probabilities, probabilities @ values, *_strongest(pulls))


def _by_constructs(
    tables: FactorTables, given: NDArray[np.int8], target: Target, values: Floats, workers: int
) -> tuple[Floats, Floats]:
    """Probabilities and pulls through the levels of the target's construct."""
    node = int(tables.node_of[target.columns[0]])
    shares = tables.items[list(target.columns), : tables.n_levels[node], : len(values)].mean(axis=0)
    found = level_posterior(tables, given, node, shares @ values, workers=workers)
    return found.levels @ shares, found.pulls


def _by_items(
    tables: TabledNetworks, given: NDArray[np.int8], target: Target, values: Floats, workers: int
) -> tuple[Floats, Floats]:
    probabilities, pulls = np.zeros((len(given), len(values))), np.zeros(given.shape)
    for column in target.columns:
        found = posterior(tables, 0, given, column, workers=workers)
        share = 1 / len(target.columns)
        moved = (found.probabilities[found.respondent] - found.without) @ values
        np.add.at(pulls, (found.respondent, found.item), share * moved)
        probabilities += share * found.probabilities
    return probabilities, pulls


def write_scores(path: Path, scores: Scores, codebook: Codebook, target: Target, ids: NDArray[np.str_] | None) -> None:
    """One row a customer as Parquet: id, probability of each state, expectation, reasons with their pulls.

    The file appears whole or not at all.

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
    stage = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        pq.write_table(pa.table(columns), stage)
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
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
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
    write_scores(out, found, codebook, target, answers.ids)
    return len(answers.codes)


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
