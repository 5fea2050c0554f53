"""How a codebook is written in TOML, and how it is read.

A codebook is TOML. Missing answers (nobody knows) and answers that do not apply (there is nothing to know) keep their
own codes::

    [survey]
    title = "Customers 2026"     # or by language, as a label
    missing = ["", "-99", "NA"]
    not_applicable = ["-98"]     # optional
    ignore = ["comment"]         # optional: columns of the file that are no items

    [[item]]
    name = "imag1"
    construct = "image"          # optional
    tier = 0                     # causes before effects; equal tiers may connect both ways
    states = [1, 2, 3, 4, 5]     # in order
    direction = "up"             # "down" where a high state is bad
    label = { en = "...", fr = "..." }

    [[construct]]                # optional: what to call a construct that items name
    name = "image"
    label = { en = "...", fr = "..." }

    [[edge]]                     # optional; between two items or between two constructs
    from = "imag1"
    to = "qual1"
    rule = "required"            # or "forbidden"
"""

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from research.codebook.contradictions import first_twice, refuse_contradictions
from research.codebook.items import MAX_ITEMS, MAX_STATES, Codebook, Edge, Item, State, state_text
from research.errors import CodebookError

_SURVEY_KEYS = {"title", "missing", "not_applicable", "ignore"}
_ITEM_KEYS = {"name", "construct", "tier", "states", "direction", "label"}
_CONSTRUCT_KEYS = {"name", "label"}
_EDGE_KEYS = {"from", "to", "rule"}


def read_codebook(path: str | Path) -> Codebook:
    """Read and check a codebook file.

    Raises
    ------
    CodebookError
        The file cannot be read, is no TOML, or contradicts itself; the sentence names the item or edge.
    """
    try:
        content = Path(path).read_bytes()
        document = tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise CodebookError(f"The codebook {path} cannot be read ({error.strerror}): check the path.") from error
    except UnicodeDecodeError as error:
        raise CodebookError(f"The codebook {path} is not UTF-8 text: save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise CodebookError(f"The codebook {path} is not valid TOML: {error}.") from error
    return parse_codebook(document, hashlib.sha256(content).hexdigest())


def parse_codebook(document: Mapping[str, Any], sha256: str = "") -> Codebook:
    """The codebook of a TOML document already parsed; see `read_codebook` for what is refused."""
    _only_keys(document, {"survey", "item", "construct", "edge"}, "the codebook")
    survey = _table(document.get("survey", {}), "[survey]")
    _only_keys(survey, _SURVEY_KEYS, "[survey]")
    items = tuple(_item(entry, number) for number, entry in enumerate(_tables(document, "item"), start=1))
    constructs = [_construct(entry, number) for number, entry in enumerate(_tables(document, "construct"), start=1)]
    if twice := first_twice([name for name, _ in constructs]):
        raise CodebookError(f"Construct {twice!r} has two [[construct]] entries: keep one.")
    edges = [_edge(entry, number) for number, entry in enumerate(_tables(document, "edge"), start=1)]
    codebook = Codebook(
        title=_title(survey),
        missing=_codes(survey, "missing", default=("",)),
        not_applicable=_codes(survey, "not_applicable", default=()),
        items=items,
        required=tuple(edge for edge, rule in edges if rule == "required"),
        forbidden=tuple(edge for edge, rule in edges if rule == "forbidden"),
        ignore=tuple(str(name) for name in _list(survey, "ignore", "[survey]")),
        construct_labels=dict(constructs),
        sha256=sha256,
    )
    refuse_contradictions(codebook)
    return codebook


def _item(entry: object, number: int) -> Item:
    item = _table(entry, f"[[item]] number {number}")
    name = item.get("name")
    if not isinstance(name, str) or not name.strip():
        raise CodebookError(f'[[item]] number {number} has no name: write the column\'s name, name = "...".')
    place = f"item {name!r}"
    _only_keys(item, _ITEM_KEYS, place)
    construct = item.get("construct")
    if construct is not None and (not isinstance(construct, str) or not construct.strip()):
        raise CodebookError(f"The construct of {place} is {construct!r}: write a name or leave the line out.")
    direction = item.get("direction", "up")
    if direction not in ("up", "down"):
        raise CodebookError(f'The direction of {place} is {direction!r}: write "up" or "down".')
    return Item(name, construct, _tier(item, place), _states(item, place), direction, _label(item, place))


def _construct(entry: object, number: int) -> tuple[str, Mapping[str, str]]:
    construct = _table(entry, f"[[construct]] number {number}")
    name = construct.get("name")
    if not isinstance(name, str) or not name.strip():
        raise CodebookError(f"[[construct]] number {number} has no name: write one that items give as their construct.")
    place = f"construct {name!r}"
    _only_keys(construct, _CONSTRUCT_KEYS, place)
    return name, _label(construct, place)


def _tier(item: Mapping[str, Any], place: str) -> int:
    tier = item.get("tier", 0)
    if not isinstance(tier, int) or isinstance(tier, bool) or not 0 <= tier < MAX_ITEMS:
        raise CodebookError(f"The tier of {place} is {tier!r}: write a whole number from 0.")
    return tier


def _states(item: Mapping[str, Any], place: str) -> tuple[State, ...]:
    states = _list(item, "states", place)
    if len(states) < 2:
        raise CodebookError(f"Of {place} {len(states)} state is known: an item has at least two states, in order.")
    if len(states) > MAX_STATES:
        raise CodebookError(f"Of {place} {len(states)} states are listed, at most {MAX_STATES} work: join neighbours.")
    for state in states:
        if isinstance(state, bool) or not isinstance(state, int | float | str):
            raise CodebookError(f"The state {state!r} of {place} is neither a number nor a text.")
    if twice := first_twice([state_text(state) for state in states]):
        raise CodebookError(f"The state {twice!r} of {place} is listed twice: keep one.")
    return tuple(states)


def _title(survey: Mapping[str, Any]) -> Mapping[str, str]:
    title = survey.get("title", "")
    title = title if isinstance(title, dict) else {"en": str(title)} if str(title) else {}
    if not all(isinstance(text, str) for text in title.values()):
        raise CodebookError('The title must be a text, or texts by language, such as { en = "...", fr = "..." }.')
    return title


def _label(item: Mapping[str, Any], place: str) -> Mapping[str, str]:
    label = item.get("label", {})
    label = {"en": label} if isinstance(label, str) else label
    if not isinstance(label, dict) or not all(isinstance(text, str) for text in label.values()):
        raise CodebookError(f'The label of {place} must be texts by language, such as {{ en = "...", fr = "..." }}.')
    return label


def _edge(entry: object, number: int) -> tuple[Edge, str]:
    place = f"[[edge]] number {number}"
    edge = _table(entry, place)
    _only_keys(edge, _EDGE_KEYS, place)
    for key in ("from", "to", "rule"):
        if not isinstance(edge.get(key), str):
            raise CodebookError(f"{place} has no text `{key}`: an edge has from, to and rule.")
    if edge["rule"] not in ("required", "forbidden"):
        raise CodebookError(f'The rule of {place} is {edge["rule"]!r}: write "required" or "forbidden".')
    return (edge["from"], edge["to"]), edge["rule"]


def _codes(survey: Mapping[str, Any], key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    if key not in survey:
        return default
    return tuple(dict.fromkeys(state_text(code) for code in _list(survey, key, "[survey]")))


def _list(table: Mapping[str, Any], key: str, place: str) -> list[Any]:
    value = table.get(key, [])
    if not isinstance(value, list):
        raise CodebookError(f"`{key}` of {place} is {value!r}: write a list, such as [1, 2, 3].")
    return value


def _tables(document: Mapping[str, Any], key: str) -> list[Any]:
    value = document.get(key, [])
    if not isinstance(value, list):
        raise CodebookError(f"`{key}` must be written with double brackets, [[{key}]].")
    return value


def _table(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CodebookError(f"{place} must be a table of keys and values.")
    return value


def _only_keys(table: Mapping[str, Any], known: set[str], place: str) -> None:
    if unknown := sorted(set(table) - known):
        raise CodebookError(f"The key {unknown[0]!r} of {place} is not known; known are {', '.join(sorted(known))}.")
