"""What a codebook may not say: each contradiction is refused with the name of the item, construct or edge."""

from collections.abc import Hashable, Iterable
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from research.codebook.items import MAX_ITEMS, Codebook, Edge, state_text
from research.errors import CodebookError

Named = TypeVar("Named", bound=Hashable)


def refuse_contradictions(codebook: Codebook) -> None:
    """Raise CodebookError for the first thing in which the codebook contradicts itself."""
    _refuse_items(codebook)
    _refuse_codes(codebook)
    _refuse_constructs(codebook)
    _refuse_edges(codebook)


def _refuse_items(codebook: Codebook) -> None:
    if len(codebook.items) < 2:
        raise CodebookError(f"The codebook has {len(codebook.items)} [[item]]: a network needs at least two.")
    if len(codebook.items) > MAX_ITEMS:
        raise CodebookError(
            f"The codebook has {len(codebook.items)} items and at most {MAX_ITEMS} can be learned together: "
            "keep the items of the question at hand, or fit parts of the survey apart."
        )
    if twice := first_twice(codebook.names):
        raise CodebookError(f"Item {twice!r} is named twice: a column of the answers has one [[item]]; remove one.")
    for name in codebook.ignore:
        if name in codebook.names:
            raise CodebookError(f"Column {name!r} is both an [[item]] and in `ignore`: remove one of the two.")


def _refuse_codes(codebook: Codebook) -> None:
    both = sorted(set(codebook.missing) & set(codebook.not_applicable))
    if both:
        raise CodebookError(
            f"Code {both[0]!r} is both missing and not applicable: an answer nobody gave and a question that did "
            "not apply are different; keep it in one list."
        )
    for item in codebook.items:
        for state in item.states:
            if state_text(state) in (*codebook.missing, *codebook.not_applicable):
                raise CodebookError(
                    f"Item {item.name!r} has the state {state!r}, which [survey] lists as missing or not applicable: "
                    "take it out of one of the two."
                )


def _refuse_constructs(codebook: Codebook) -> None:
    for construct, columns in codebook.constructs.items():
        tiers = sorted({codebook.items[column].tier for column in columns})
        if len(tiers) > 1:
            raise CodebookError(
                f"Construct {construct!r} has items in tiers {tiers[0]} and {tiers[1]}: all items of a construct "
                "stand in one tier; correct the tier or split the construct."
            )
        if construct in codebook.names and columns != (codebook.names.index(construct),):
            raise CodebookError(f"{construct!r} names both an item and a construct: rename one of them.")

    for construct in codebook.construct_labels:
        if construct not in codebook.constructs:
            raise CodebookError(
                f"[[construct]] {construct!r} is the construct of no item: correct its name, or take it out."
            )


def _refuse_edges(codebook: Codebook) -> None:
    constructs = codebook.constructs
    tiers = {name: codebook.items[columns[0]].tier for name, columns in constructs.items()}
    tiers |= {item.name: item.tier for item in codebook.items}
    edges = (*codebook.required, *codebook.forbidden)
    for edge in edges:
        source, target = edge
        for name in edge:
            if name not in tiers:
                raise CodebookError(f"The edge {_arrow(edge)} names {name!r}, which is no item and no construct.")
        if source == target:
            raise CodebookError(f"The edge {_arrow(edge)} points at itself: remove it.")
        if not (all(name in codebook.names for name in edge) or all(name in constructs for name in edge)):
            raise CodebookError(f"The edge {_arrow(edge)} must connect two items or two constructs, not one of each.")
    if twice := first_twice(edges):
        raise CodebookError(f"The edge {_arrow(twice)} has two rules: keep one [[edge]].")
    for source, target in codebook.required:
        if tiers[source] > tiers[target]:
            raise CodebookError(
                f"The required edge {_arrow((source, target))} goes from tier {tiers[source]} back to tier "
                f"{tiers[target]}, but causes come before effects: turn it round or correct the tiers."
            )
    if circle := _circle(codebook.required):
        raise CodebookError(f"The required edges make a circle ({' -> '.join(circle)}): remove one of them.")


def _circle(edges: Iterable[Edge]) -> list[str]:
    """One directed circle among the edges, its first name repeated at the end; empty if there is none."""
    parents = TopologicalSorter[str]()
    for source, target in edges:
        parents.add(target, source)
    try:
        parents.prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def first_twice(values: Iterable[Named]) -> Named | None:
    """The first value that stands in `values` a second time, or None."""
    seen: set[Named] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def _arrow(edge: Edge) -> str:
    return f"{edge[0]!r} -> {edge[1]!r}"
