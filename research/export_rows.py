"""What a row of a survey's export is promised to hold: a pseudonym, a few coarse facts, a state for each answer."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from research.codebook import Codebook, State
from research.errors import BrokenPromise

Row = Mapping[str, Any]

_LONGEST = 200
_SHOWN = 60


@dataclass(frozen=True)
class Promise:
    """What may stand under a key, and how that is called."""

    kept: Callable[[object], bool]
    called: str


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable() and value == value.strip()


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


_NAME = Promise(_is_name, "a short text")
_MAYBE_NAME = Promise(lambda value: value is None or _is_name(value), "a short text or null")
_MAYBE_WHOLE = Promise(lambda value: value is None or _is_whole(value), "a whole number or null")

PROMISES: Mapping[str, Promise] = {
    "respondent": _NAME,
    "wave": _NAME,
    "answered_on": _NAME,
    "weight": Promise(_is_weight, "a number from 0"),
    "channel": _NAME,
    "role": _MAYBE_NAME,
    "tier": _MAYBE_NAME,
    "segment": _MAYBE_NAME,
    "territory": _MAYBE_NAME,
    "years_known": _MAYBE_WHOLE,
    "turnover_minor": _MAYBE_WHOLE,
    "currency": _MAYBE_NAME,
    "answers": Promise(lambda value: isinstance(value, dict), "an object of answers"),
}


class RowReader:
    """Holds rows against their promises and the states of a codebook, one after the other."""

    def __init__(self, codebook: Codebook) -> None:
        # States are compared with their kind: to Python true is 1.
        self._states = {item.name: frozenset(map(_kind_and_state, item.states)) for item in codebook.items}
        self._shown = {item.name: ", ".join(map(str, item.states)) for item in codebook.items}
        self._number = 0

    def read(self, row: object) -> Row:
        """The row, unchanged.

        Raises
        ------
        BrokenPromise
            It is not what was promised; the sentence names row, key and value.
        """
        self._number += 1
        if not isinstance(row, dict):
            raise self._broken(f"is {_short(row)} and no object")
        for key, promise in PROMISES.items():
            if key not in row:
                raise self._broken(f"has no {key!r}")
            if not promise.kept(row[key]):
                raise self._broken(f"has {_short(row[key])} under {key!r}, where {promise.called} was promised")
        # Nothing bought is nothing in any currency.
        if row["turnover_minor"] and row["currency"] is None:
            raise self._broken("has a turnover without a currency")
        self._read_answers(row["answers"])
        return row

    def _read_answers(self, answers: Mapping[object, State | None]) -> None:
        for name, state in answers.items():
            if name not in self._states:
                raise self._broken(f"answers {_short(name)}, which is no item of its codebook")
            if state is not None and _kind_and_state(state) not in self._states[str(name)]:
                shown = self._shown[str(name)]
                raise self._broken(f"answers {name!r} by {_short(state)}, which is none of its states ({shown})")

    def _broken(self, fault: str) -> BrokenPromise:
        return BrokenPromise(
            f"Row {self._number} of the answers {fault}. The service sends something else than it promised: nothing "
            "was written; is it another version?"
        )


def _kind_and_state(state: object) -> tuple[type, object]:
    # A list has no hash, and is no state either.
    return type(state), state if isinstance(state, int | float | str) else None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
