"""A codebook cut into pages for a phone, and what somebody has ticked on one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from field_api.surveys.codebooks import Document

MOST_ON_A_PAGE = 10

Wording = Mapping[str, str]


@dataclass(frozen=True)
class Page:
    """The items that are asked together, and what the construct that they belong to is called, if it has a name."""

    heading: Wording | None
    items: tuple[Document, ...]


@dataclass(frozen=True)
class Ticked:
    """What was sent with a page: the state chosen of each item answered, and the items whose answer cannot be read."""

    answers: dict[str, int]
    unread: tuple[str, ...]


def pages_of(codebook: Document) -> list[Page]:
    """A page for each construct, in the order in which the items name them first, of ten items at most."""
    headings = {entry["name"]: entry["label"] for entry in codebook["construct"]}
    groups: dict[str | None, list[Document]] = {}
    for item in codebook["item"]:
        groups.setdefault(item.get("construct"), []).append(item)
    return [Page(headings.get(name or ""), some) for name, items in groups.items() for some in _parts(items)]


def read_page(page: Page, sent: Mapping[str, Sequence[str]]) -> Ticked:
    """What was ticked, each field with all the values sent; an empty one is an answer left out."""
    answers, unread = {}, []
    for item in page.items:
        values = [value for value in sent.get(item["name"], ()) if value]
        known = {str(state): state for state in item["states"]}
        if len(values) == 1 and values[0] in known:
            answers[item["name"]] = known[values[0]]
        elif values:
            unread.append(item["name"])
    return Ticked(answers, tuple(unread))


def next_page(pages: Sequence[Page], answered: Mapping[str, Any]) -> int:
    """The number of the page to go on with: the first one without any answer; the last one when all have some."""
    for number, page in enumerate(pages, 1):
        if not any(item["name"] in answered for item in page.items):
            return number
    return len(pages)


def _parts(items: Sequence[Document]) -> list[tuple[Document, ...]]:
    """Parts of even sizes, so that no page is left with a single item."""
    many = -(-len(items) // MOST_ON_A_PAGE)
    size, more = divmod(len(items), many)
    ends = [place * size + min(place, more) for place in range(many + 1)]
    return [tuple(items[start:end]) for start, end in pairwise(ends)]
