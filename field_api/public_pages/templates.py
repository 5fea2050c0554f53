"""Templates of pages and mails, filled in with facts in the reader's language."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from field_api.public_pages import written
from field_api.public_pages.assets import SHARED, Assets
from field_api.public_pages.written import spaced

FOLDER = Path(__file__).with_name("pages")

# Writes a value in the language given by name.
Writer = Callable[..., str]
WRITERS: dict[str, Writer] = {
    one.__name__: one
    for one in (written.number, written.signed, written.day, written.moment, written.month, written.of_month)
}


class Letter(NamedTuple):
    """A mail's subject and its text."""

    subject: str
    text: str


class Templates:
    """The templates of one room, which may build on the shared ones; `writers` are its own ways of writing values."""

    def __init__(self, folder: Path, assets: Assets, writers: Mapping[str, Writer] | None = None) -> None:
        self._assets, self._writers = assets, {**WRITERS, **(writers or {})}
        self._environment = Environment(
            loader=FileSystemLoader([folder, FOLDER]),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, template: str, language: str, **facts: Any) -> str:
        """The HTML of a template; `facts` are what it shows, and what is text in them stays text."""
        told = partial(spaced, language=language)
        more = {"say": lambda fr, en: told(fr if language == "fr" else en), "asset": self._asset}
        # A wording in both languages, as features keep them.
        more["worded"] = lambda wording: told(wording[language])
        return self._filled(template, language, **more, **facts)

    def letter(self, name: str, language: str, **facts: Any) -> Letter:
        """The mail of a template, whose first line is the subject."""
        subject, _, text = self._filled(f"mails/{name}.{language}.txt", language, **facts).partition("\n")
        # A subject is one line, whatever a programme is called.
        return Letter(" ".join(subject.split()), text.strip() + "\n")

    def lines(self, name: str, language: str, **facts: Any) -> list[str]:
        """The lines of a text."""
        return self._filled(f"{name}.{language}.txt", language, **facts).strip().split("\n")

    def _filled(self, template: str, language: str, **facts: Any) -> str:
        writers = {name: partial(one, language=language) for name, one in self._writers.items()}
        return self._environment.get_template(template).render(language=language, **writers, **facts)

    def _asset(self, name: str) -> str:
        return (SHARED if name in SHARED else self._assets).address_of(name)


def drawing(svg: str) -> Markup:
    """One of our own drawings, to stand in a page as it is."""
    return Markup(svg)  # noqa: S704 - drawn by us from digits and addresses of ours, and no text of anybody's
