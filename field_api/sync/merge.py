"""Deciding what a pushed edit means: pure, on values, and by what fields say, never by revision numbers or clocks.

A phone sends the state that it started from (base) and the state it wants (mine); the server has what stands (theirs).
Judged on the fields that phones may write: a second edit that was made before the first one's echo came back starts
from a state whose other fields are old, and must not be thrown away for that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from field_api.errors import Fault, Invalid
from field_api.sync.collections import Document

Fields = Mapping[str, tuple[str, ...] | None]


@dataclass(frozen=True)
class Merge:
    """The merged writable fields, and the names of those that both sides changed to different ends."""

    document: Document
    clashes: tuple[str, ...] = ()


def check_lists(document: Mapping[str, Any], fields: Fields) -> None:
    """Raise Invalid where something stands that cannot be merged by id, with a pointer to it."""
    for name in (name for name, members in fields.items() if members is not None):
        value = document.get(name)
        entries = value if isinstance(value, list) else []
        named = all(isinstance(entry, dict) and isinstance(entry.get("id"), str) for entry in entries)
        if not named or not isinstance(value, list | None):
            raise Invalid("A list cannot be read.", Fault(f"/{name}", "Send a list of objects, each with its id."))


def writable(document: Mapping[str, Any], fields: Fields) -> Document:
    """What phones may write of a document, in one form: null is absent, lists are in the order of their ids."""
    found = {name: _written(document.get(name), members) for name, members in fields.items()}
    return {name: value for name, value in found.items() if value is not None}


def _written(value: Any, members: tuple[str, ...] | None) -> Any:
    if members is None or not isinstance(value, list):
        return value
    entries = [
        {name: entry[name] for name in members if entry.get(name) is not None} if isinstance(entry, dict) else entry
        for entry in value
    ]
    return sorted(entries, key=_entry_id) or None


def merge(base: Document, mine: Document, theirs: Document, fields: Fields) -> Merge:
    """Three-way merge by field; lists merge entry by entry, by id. All three as `writable` gives them."""
    merged: Document = {}
    clashes = []
    for name, members in fields.items():
        three = (base.get(name), mine.get(name), theirs.get(name))
        value, clash = _merge_value(*three) if members is None else _merge_list(*three)
        if clash:
            clashes.append(name)
        if value is not None:
            merged[name] = value
    return Merge(merged, tuple(clashes))


def _merge_value(base: Any, mine: Any, theirs: Any) -> tuple[Any, bool]:
    if mine in (base, theirs):
        return theirs, False
    return (mine, False) if theirs == base else (theirs, True)


def _merge_list(base: Any, mine: Any, theirs: Any) -> tuple[Any, bool]:
    lists = tuple({_entry_id(entry): entry for entry in entries or ()} for entries in (base, mine, theirs))
    outcomes = [_merge_value(*(entries.get(key) for entries in lists)) for key in _keys(lists)]
    entries = [entry for entry, _ in outcomes if entry is not None]
    return entries or None, any(clash for _, clash in outcomes)


def _keys(lists: Iterable[dict[str, Any]]) -> list[str]:
    return sorted({key for entries in lists for key in entries})


def _entry_id(entry: Any) -> str:
    return str(entry.get("id")) if isinstance(entry, dict) else str(entry)
