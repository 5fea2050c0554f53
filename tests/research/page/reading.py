"""A page as a reader meets it: its elements in order, its figures, and the text that is neither label nor chart."""

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from research.languages import Language
from research.page import render_page
from tests.research.page.reports import report_of

NOT_OURS = frozenset(
    {"bdi", "code", "svg", "style", "title"}
)  # Labels, what machines write, charts, rules, a label again.


@dataclass
class Figure:
    """One figure on the page: the report's own number as text, and how it is shown."""

    value: str
    shown: str = ""


@dataclass
class Element:
    name: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """Everything a test asks of a page."""

    html: str
    elements: list[Element] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    prose: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in {"meta", "br"}:
            self._open.append(element)
        if tag == "data":
            self.figures.append(Figure(element.attributes["value"] or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        closed = self._open.pop()
        assert closed.name == tag, f"<{closed.name}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        within = {element.name for element in self._open}
        for element in self._open:
            element.text += data
        if "data" in within:
            self.figures[-1].shown += data
        elif not within & NOT_OURS:
            self.prose += f"{data}\n"

    def named(self, *names: str) -> list[Element]:
        return [element for element in self.elements if element.name in names]


@cache
def page_of(kind: str, lang: Language) -> Page:
    return Page(render_page(report_of(kind), lang))
