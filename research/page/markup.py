"""The few shapes the page is built of: paragraphs, lists, tables that scroll by themselves, figures, sections."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup

from research.charts import Chart, svg

NOTHING = Markup("")
_LINES = re.compile(r"</(?:p|h2|h3|li|tr|summary)>")
_CELLS = re.compile(r"</t[hd]>")
SHORT = 8  # Rows a reader takes in at a glance; longer tables begin folded up.


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes
    ----------
    anchor : str
        Its id, the same in every language.
    title : Markup
    lead : Markup
        One sentence in words anybody understands.
    body : tuple of Markup
    """

    anchor: str
    title: Markup
    lead: Markup
    body: tuple[Markup, ...]

    def html(self) -> Markup:
        return Markup('<section id="{}"><h2>{}</h2><p class="lead">{}</p>{}</section>\n').format(
            self.anchor, self.title, self.lead, NOTHING.join(self.body)
        )


def bare(text: Markup) -> str:
    """The text without its elements, for titles and attributes; spaces that do not break stay."""
    return unescape(re.sub(r"<[^>]*>", "", text))


def plain_lines(html: str) -> str:
    """The text of some markup: a line for each paragraph, entry and row, and room between the cells of a row."""
    spaced = _CELLS.sub(" | ", _LINES.sub("\n", html))
    lines = (Markup(line).striptags().removesuffix(" |") for line in spaced.splitlines())  # noqa: S704 # Only read.
    return "\n".join(line for line in lines if line)


def heading(text: Markup) -> Markup:
    return Markup("<h3>{}</h3>").format(text)


def paragraph(text: Markup) -> Markup:
    return Markup("<p>{}</p>").format(text)


def note(text: Markup) -> Markup:
    """Definitions and settings, for who wants to check."""
    return Markup('<p class="note">{}</p>').format(text)


def bullets(entries: Iterable[Markup], kind: str = "") -> Markup:
    """A list; nothing where there are no entries."""
    rows = NOTHING.join(Markup("<li>{}</li>").format(entry) for entry in entries)
    return Markup('<ul class="{}">{}</ul>').format(kind, rows) if rows else NOTHING


def table(caption: Markup, columns: Sequence[Markup], rows: Iterable[Sequence[Markup]]) -> Markup:
    """A table whose first column names its rows, folded up where it is long; wider than the page, it scrolls by itself.

    Notes
    -----
    What is folded up is still printed, and found by searching the page.
    """
    head = NOTHING.join(Markup('<th scope="col">{}</th>').format(column) for column in columns)
    lines = [
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            first, NOTHING.join(Markup("<td>{}</td>").format(cell) for cell in rest)
        )
        for first, *rest in rows
    ]
    return Markup(
        '<details{}><summary>{}</summary><div class="scroll" tabindex="0" role="region" aria-label="{}">'
        '<table aria-label="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>'
    ).format(
        Markup(" open") if len(lines) <= SHORT else NOTHING,
        caption,
        bare(caption),
        bare(caption),
        head,
        NOTHING.join(lines),
    )


def figure(chart: Chart | None, caption: Markup) -> Markup:
    """A chart with what to see in it; nothing where there is nothing to draw."""
    if chart is None:
        return NOTHING
    drawn = Markup(svg(chart))  # noqa: S704 # The chart's own markup, in which the renderer escapes every text.
    return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(drawn, caption)
