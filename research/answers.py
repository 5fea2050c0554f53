"""The answers of one survey as state numbers, checked against the codebook cell by cell."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from research.codebook import Codebook, Item, state_text
from research.errors import AnswersError
from research.snapshots import Column, Snapshot, read_snapshot

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]

MISSING = -1
_NOT_APPLICABLE = -2
_UNKNOWN = -3


@dataclass(frozen=True)
class ColumnRoles:
    """Names of the columns that are no items: what `--weight`, `--segment`, ... of the command line say."""

    weight: str | None = None
    segment: str | None = None
    wave: str | None = None
    id: str | None = None
    duration: str | None = None
    turnover: str | None = None


@dataclass(frozen=True, eq=False)
class Answers:
    """A survey as arrays; row i of each is respondent i, column j is item j of the codebook.

    Attributes
    ----------
    codes : int8 array, shape (n_respondents, n_items)
        Number of the state in the codebook's order, -1 where there is none (missing or not applicable).
    not_applicable : bool array, shape (n_respondents, n_items)
        True where the question did not apply; the other -1 are missing.
    weights : float array, shape (n_respondents,)
        As given; ones without a weight column.
    ids, segments, waves : str arrays of shape (n_respondents,), or None
    duration_s, turnover : float arrays of shape (n_respondents,) with NaN for gaps, or None
    data_sha256 : str
        SHA-256 of the bytes of the file.
    unknown_columns : tuple of str
        Columns of the file that are no item, have no role and are not listed under `ignore`.
    """

    codebook: Codebook
    codes: npt.NDArray[np.int8]
    not_applicable: npt.NDArray[np.bool_]
    weights: Floats
    ids: Texts | None = None
    segments: Texts | None = None
    waves: Texts | None = None
    duration_s: Floats | None = None
    turnover: Floats | None = None
    data_sha256: str = ""
    unknown_columns: tuple[str, ...] = ()

    @property
    def n_states(self) -> npt.NDArray[np.int64]:
        """Number of states of each item, shape (n_items,)."""
        return np.array([len(item.states) for item in self.codebook.items], np.int64)

    @property
    def n_eff(self) -> float:
        """Kish's effective number of respondents, (sum w)^2 / sum w^2 (Kish 1965, Survey Sampling, 11.7)."""
        return float(self.weights.sum() ** 2 / (self.weights**2).sum())

    @property
    def scaled_weights(self) -> Floats:
        """Weights whose sum is `n_eff`, so that no likelihood counts more answers than there are."""
        return np.asarray(self.weights * (self.weights.sum() / (self.weights**2).sum()))

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """True where an answer is missing though the question applied, shape (n_respondents, n_items)."""
        return (self.codes < 0) & ~self.not_applicable

    def oriented(self) -> Floats:
        """State numbers with a high number always good ("down" items reversed) and NaN for gaps; shape of `codes`."""
        down = np.array([item.direction == "down" for item in self.codebook.items])
        turned = np.where(down, self.n_states - 1 - self.codes, self.codes)
        return np.where(self.codes < 0, np.nan, turned)

    def rows(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> "Answers":
        """The same survey with the chosen respondents alone (a mask, or row numbers that may repeat)."""
        columns = ("codes", "not_applicable", "weights", "ids", "segments", "waves", "duration_s", "turnover")
        held = {name: getattr(self, name) for name in columns}
        return replace(self, **{name: value[chosen] for name, value in held.items() if value is not None})


def read_answers(path: str | Path, codebook: Codebook, roles: ColumnRoles | None = None) -> Answers:
    """Read a CSV or Parquet file of one row a respondent and check every cell against the codebook.

    Raises
    ------
    AnswersError
        The file cannot be read, lacks a column, holds a state the codebook does not know, an item nobody answered or
        that has one state only, or a weight, duration or turnover that is no number in its range. The sentence names
        row (counted from 1 below the header), column and remedy.
    """
    roles = roles or ColumnRoles()
    snapshot = read_snapshot(path)
    if not snapshot.rows:
        raise AnswersError(f"The answers {path} have a header and no row: export the survey again.")
    _refuse_lacking(snapshot, codebook, roles)
    ids = _texts(snapshot, roles.id)
    weights = _weights(snapshot, roles.weight)
    states = np.stack([_states(item, snapshot, codebook, ids) for item in codebook.items], axis=1)
    for item, column in zip(codebook.items, states[weights > 0].T, strict=True):
        _refuse_constant(item, column)
    return Answers(
        codebook=codebook,
        codes=np.maximum(states, MISSING).astype(np.int8),
        not_applicable=states == _NOT_APPLICABLE,
        weights=weights,
        ids=ids,
        segments=_texts(snapshot, roles.segment),
        waves=_texts(snapshot, roles.wave),
        duration_s=_numbers(snapshot, roles.duration, "duration in seconds", lambda value: value >= 0),
        turnover=_numbers(snapshot, roles.turnover, "turnover", np.isfinite),
        data_sha256=snapshot.sha256,
        unknown_columns=_unknown_columns(snapshot, codebook, roles),
    )


@dataclass(frozen=True, eq=False)
class PartialAnswers:
    """Answers to some of the codebook's items; `codes` is -1 also where the file lacks the item's column."""

    codes: npt.NDArray[np.int8]
    ids: Texts | None


def read_partial_answers(path: str | Path, codebook: Codebook, id_column: str | None = None) -> PartialAnswers:
    """Read customers who answered any of the items, to be scored.

    Raises
    ------
    AnswersError
        The file has no row or no item's column, a cell holds a state the codebook does not know, or a row no answer.
    """
    snapshot = read_snapshot(path)
    if not snapshot.rows or not set(codebook.names) & set(snapshot.columns):
        raise AnswersError(
            f"{path} has no row, or no column of an item ({', '.join(codebook.names)}): export it again."
        )
    if id_column is not None and id_column not in snapshot.columns:
        raise AnswersError(f"--id names {id_column!r}, which is no column of {path} ({', '.join(snapshot.columns)}).")
    ids = _texts(snapshot, id_column)
    codes = np.full((snapshot.rows, len(codebook.items)), MISSING, np.int8)
    for column, item in enumerate(codebook.items):
        if item.name in snapshot.columns:
            codes[:, column] = np.maximum(_states(item, snapshot, codebook, ids), MISSING)
    silent = np.flatnonzero((codes < 0).all(axis=1))
    if len(silent):
        row, more = int(silent[0]), f" ({len(silent) - 1} more such rows)" if len(silent) > 1 else ""
        respondent = f" (id {ids[row]})" if ids is not None else ""
        raise AnswersError(
            f"Row {row + 1}{respondent} of {path} has no answer at all{more}: remove it, as nothing can be scored."
        )
    return PartialAnswers(codes, ids)


def _refuse_lacking(snapshot: Snapshot, codebook: Codebook, roles: ColumnRoles) -> None:
    present = ", ".join(snapshot.columns)
    for name in codebook.names:
        if name not in snapshot.columns:
            raise AnswersError(
                f"Item {name!r} of the codebook is no column of the answers (they have {present}): "
                "correct the name or remove the [[item]]."
            )
    for option, name in vars(roles).items():
        if name is not None and name not in snapshot.columns:
            raise AnswersError(f"--{option} names {name!r}, which is no column of the answers (they have {present}).")


def _unknown_columns(snapshot: Snapshot, codebook: Codebook, roles: ColumnRoles) -> tuple[str, ...]:
    """Columns nobody accounts for; one that looks exactly like an item was forgotten in the codebook, so refused."""
    scales = {frozenset(map(state_text, item.states)): item.name for item in codebook.items}
    known = {*codebook.names, *codebook.ignore, *vars(roles).values()}
    codes = {*codebook.missing, *codebook.not_applicable, ""}
    unknown = tuple(name for name in snapshot.columns if name not in known)
    for name in unknown:
        like = scales.get(frozenset(map(state_text, snapshot.columns[name].texts)) - codes)
        if like is not None:
            raise AnswersError(
                f"Column {name!r} of the answers has the same states as item {like!r} but is not in the codebook: "
                "add an [[item]] for it, or list it under `ignore` in [survey]."
            )
    return unknown


def _states(item: Item, snapshot: Snapshot, codebook: Codebook, ids: Texts | None) -> npt.NDArray[np.int8]:
    """State numbers of one column, with MISSING and _NOT_APPLICABLE for the codes without a state."""
    column = snapshot.columns[item.name]
    meaning = {"": MISSING} | dict.fromkeys(codebook.missing, MISSING)
    meaning |= dict.fromkeys(codebook.not_applicable, _NOT_APPLICABLE)
    meaning |= {state_text(state): number for number, state in enumerate(item.states)}
    lookup = np.array([*(meaning.get(state_text(text), _UNKNOWN) for text in column.texts), meaning[""]], np.int8)
    states = lookup[column.codes]
    if (states == _UNKNOWN).any():
        _refuse_state(item, column, np.flatnonzero(states == _UNKNOWN), ids)
    return states


def _refuse_state(item: Item, column: Column, rows: npt.NDArray[np.int64], ids: Texts | None) -> None:
    row = int(rows[0])
    more = f" ({len(rows) - 1} more such in this column)" if len(rows) > 1 else ""
    raise AnswersError(
        f"{_place(row, item.name, ids)}: {column.text(row)!r} is no state of the item "
        f"({', '.join(map(str, item.states))}) and no missing code{more}: correct the answer, or add it to `states` "
        "of the item or to `missing` in the codebook."
    )


def _refuse_constant(item: Item, states: npt.NDArray[np.int8]) -> None:
    seen = np.unique(states[states >= 0])
    if len(seen) == 0:
        raise AnswersError(f"Column {item.name!r} has no answer at all: remove the [[item]] from the codebook.")
    if len(seen) == 1:
        raise AnswersError(
            f"Column {item.name!r} has one state only, {item.states[seen[0]]!r} in all {int((states >= 0).sum())} "
            "answers: what never varies explains nothing; remove the [[item]] from the codebook."
        )


def _texts(snapshot: Snapshot, name: str | None) -> Texts | None:
    if name is None:
        return None
    column = snapshot.columns[name]
    return np.array([*(state_text(text) for text in column.texts), ""])[column.codes]


def _weights(snapshot: Snapshot, name: str | None) -> Floats:
    weights = _numbers(snapshot, name, "weight", lambda value: 0 <= value < np.inf)
    if weights is None:
        return np.ones(snapshot.rows)
    if np.isnan(weights).any():
        row = int(np.flatnonzero(np.isnan(weights))[0])
        raise AnswersError(f"{_place(row, str(name))}: the weight is missing; give every respondent one.")
    if not weights.any():
        raise AnswersError(f"Column {name!r}: every weight is 0; at least one respondent must count.")
    return weights


def _numbers(snapshot: Snapshot, name: str | None, what: str, allowed: Callable[[float], object]) -> Floats | None:
    if name is None:
        return None
    column = snapshot.columns[name]
    values = [_number(text) for text in column.texts]
    for number, (text, value) in enumerate(zip(column.texts, values, strict=True)):
        if value is None or not (np.isnan(value) or allowed(value)):
            row = int(np.flatnonzero(column.codes == number)[0])
            raise AnswersError(
                f"{_place(row, name)}: {text!r} is no {what}: write a plain number in its range, with a decimal point."
            )
    return np.array([*(value for value in values if value is not None), np.nan])[column.codes]


def _number(text: str) -> float | None:
    """The number a cell holds, NaN for an empty cell, None for anything else (also for the text "nan")."""
    if not text.strip():
        return float("nan")
    try:
        value = float(text)
    except ValueError:
        return None
    return None if np.isnan(value) else value


def _place(row: int, column: str, ids: Texts | None = None) -> str:
    respondent = f" (id {ids[row]})" if ids is not None else ""
    return f"Row {row + 1}{respondent}, column {column!r}"
