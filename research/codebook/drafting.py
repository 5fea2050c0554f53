"""A first codebook from the answers themselves, for a person to correct: tiers and directions are not in the data."""

import re

from research.codebook.items import MAX_ITEMS, Codebook, Item, State, state_text
from research.errors import AnswersError
from research.snapshots import Column, Snapshot

_USUAL_GAPS = ("", "NA", "N/A", "NaN", "nan", "null", "None", "-99", "-98", "-9", "99", "999")
_MOST_STATES = 11
_NUMBERED = re.compile(r"^(?P<construct>.*?[^\d_\-. ])[_\-. ]?\d+$")


def draft_codebook(snapshot: Snapshot, title: str) -> Codebook:
    """Take every column with 2 to 11 states for an item, the others for columns to ignore.

    Columns whose names differ by a number at the end alone (imag1, imag2) become one construct, and share the
    whole numbers between the lowest and the highest of them, so that a state nobody chose is not forgotten.

    Raises
    ------
    AnswersError
        Fewer than two columns look like items, or more than can be learned together.
    """
    states = {name: _states(column) for name, column in snapshot.columns.items()}
    chosen = {name: found for name, found in states.items() if 2 <= len(found) <= _MOST_STATES}
    if len(chosen) < 2:
        raise AnswersError(
            f"Only {len(chosen)} columns have 2 to {_MOST_STATES} different answers: nothing to draft a codebook from."
        )
    if len(chosen) > MAX_ITEMS:
        raise AnswersError(f"{len(chosen)} columns look like items, at most {MAX_ITEMS} fit: draft from fewer columns.")
    items = tuple(
        Item(name, _construct(name, tuple(chosen)), 0, _whole_scale(name, chosen), "up", {"en": name, "fr": name})
        for name in chosen
    )
    seen = {text.strip() for column in snapshot.columns.values() for text in column.texts}
    gaps = tuple(code for code in _USUAL_GAPS if code in seen and not _is_state(code, items))
    ignored = tuple(name for name in snapshot.columns if name not in chosen)
    return Codebook({"en": title}, tuple(dict.fromkeys(("", *gaps))), (), items, ignore=ignored)


def _states(column: Column) -> tuple[State, ...]:
    """The distinct answers in order, numbers before texts, without the codes usual for gaps."""
    texts = sorted({state_text(text) for text in column.texts} - set(_USUAL_GAPS))
    if len(texts) > _MOST_STATES:
        return tuple(texts)
    numbers = [_number(text) for text in texts]
    if all(number is not None for number in numbers):
        return tuple(sorted(number for number in numbers if number is not None))
    return tuple(texts)


def _number(text: str) -> int | float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number == int(number) else number


def _whole_scale(name: str, chosen: dict[str, tuple[State, ...]]) -> tuple[State, ...]:
    """The states seen in the column or in its siblings; of whole numbers also those between that nobody chose."""
    construct = _construct(name, tuple(chosen))
    family = [name] if construct is None else [other for other in chosen if _stem(other) == construct]
    seen = {state for member in family for state in chosen[member]}
    whole = [state for state in seen if isinstance(state, int)]
    if len(whole) < len(seen) or max(whole) - min(whole) >= _MOST_STATES:
        return chosen[name]
    return tuple(range(min(whole), max(whole) + 1))


def _construct(name: str, names: tuple[str, ...]) -> str | None:
    stem = _stem(name)
    siblings = [other for other in names if _stem(other) == stem]
    return stem if stem is not None and len(siblings) > 1 and stem not in names else None


def _stem(name: str) -> str | None:
    match = _NUMBERED.match(name)
    return match["construct"] if match else None


def _is_state(code: str, items: tuple[Item, ...]) -> bool:
    return any(code == state_text(state) for item in items for state in item.states)
