"""What a survey's codebook may say, as research reads it, and the words that stand beside it on the page.

The codebook is the JSON twin of research's codebook.toml, item by item. Texts that research does not know, such as what
a state is called on the page, are the survey's own `words`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson

from field_api.errors import Fault

# As many as research learns together; nobody answers that many on a phone either.
MOST_ITEMS = 64
FEWEST_ITEMS = 2
FEWEST_STATES, MOST_STATES = 2, 11
LONGEST_NAME = 40

Document = Mapping[str, Any]


def digest(codebook: Document, words: Document) -> str:
    """What tells one wording of a survey from another, whatever order the database gives its names in."""
    return sha256(orjson.dumps([codebook, words], option=orjson.OPT_SORT_KEYS)).hexdigest()


def items_of(codebook: Document) -> dict[str, Document]:
    """The items by name, in their order."""
    return {item["name"]: item for item in codebook["item"]}


def faults_of(codebook: Document, words: Document) -> Iterator[Fault]:
    """Where a codebook and the words beside it contradict themselves or each other, each with its place."""
    yield from _named_twice(codebook["item"], "/codebook/item", "item")
    yield from _named_twice(codebook["construct"], "/codebook/construct", "construct")
    yield from _states(codebook)
    yield from _constructs(codebook)
    yield from _words(codebook, words)


def misfits(codebook: Document, answers: Mapping[str, Any]) -> Iterator[str]:
    """What of the answers no item of the codebook can have, in a sentence each."""
    items = items_of(codebook)
    for name, state in answers.items():
        if name not in items:
            yield f"{name} is no item."
        elif isinstance(state, bool) or state not in items[name]["states"]:
            yield f"{state!r} is no state of {name}."


def _named_twice(entries: Sequence[Document], where: str, kind: str) -> Iterator[Fault]:
    counted = Counter(entry["name"] for entry in entries)
    for place, entry in enumerate(entries):
        if counted[entry["name"]] > 1:
            yield Fault(f"{where}/{place}/name", f"Another {kind} is named {entry['name']!r} too.")


def _states(codebook: Document) -> Iterator[Fault]:
    codes = {*codebook["survey"]["missing"], *codebook["survey"]["not_applicable"]}
    for place, item in enumerate(codebook["item"]):
        where = f"/codebook/item/{place}/states"
        if len(set(item["states"])) < len(item["states"]):
            yield Fault(where, "A state stands in the list twice.")
        for state in item["states"]:
            if str(state) in codes:
                yield Fault(where, f"{state} is a code for missing answers or those that do not apply.")
    if both := set(codebook["survey"]["missing"]) & set(codebook["survey"]["not_applicable"]):
        told = f"{min(both)!r} cannot mean both that nobody knows and that there is nothing to know."
        yield Fault("/codebook/survey/not_applicable", told)


def _constructs(codebook: Document) -> Iterator[Fault]:
    """A construct stands in one tier, is no item unless its only one, and is called something only if items name it."""
    tiers: dict[str, int] = {}
    members = Counter(item["construct"] for item in codebook["item"] if item.get("construct"))
    names = items_of(codebook)
    for place, item in enumerate(codebook["item"]):
        construct = item.get("construct")
        if not construct:
            continue
        if tiers.setdefault(construct, item["tier"]) != item["tier"]:
            yield Fault(f"/codebook/item/{place}/tier", f"All items of {construct!r} stand in one tier.")
        if construct in names and (members[construct] > 1 or names[construct].get("construct") != construct):
            yield Fault(f"/codebook/item/{place}/construct", f"{construct!r} names both an item and a construct.")
    for place, entry in enumerate(codebook["construct"]):
        if entry["name"] not in members:
            yield Fault(f"/codebook/construct/{place}/name", f"{entry['name']!r} is the construct of no item.")


def _words(codebook: Document, words: Document) -> Iterator[Fault]:
    items = items_of(codebook)
    for place, scale in enumerate(words["scales"]):
        where = f"/words/scales/{place}"
        for name in scale["items"]:
            if name not in items:
                yield Fault(f"{where}/items", f"{name!r} is no item of the codebook.")
            elif len(items[name]["states"]) != len(scale["labels"]):
                told = f"{name!r} has {len(items[name]['states'])} states, and {len(scale['labels'])} labels."
                yield Fault(f"{where}/labels", told)
    named = Counter(name for scale in words["scales"] for name in scale["items"])
    if twice := [name for name, times in named.items() if times > 1]:
        yield Fault("/words/scales", f"{twice[0]!r} stands in two scales.")
