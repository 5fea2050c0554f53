"""Templates of pages and mails, filled in with facts in the reader's language."""

from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from field_api.cards import words

FOLDER = Path(__file__).with_name("pages")
ASSETS = {"card.css": "text/css", "card.js": "text/javascript"}
WRITERS = ("number", "signed", "day", "moment", "month", "of_month", "move")

_environment = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Letter(NamedTuple):
    """A mail's subject and its text."""

    subject: str
    text: str


def page(template: str, language: str, **facts: Any) -> str:
    """The HTML of a template; `facts` are what it shows, and what is text in them stays text."""
    more = {"say": lambda fr, en: fr if language == "fr" else en, "asset": asset}
    return _environment.get_template(template).render(**_writers(language), **more, **facts)


def letter(name: str, language: str, **facts: Any) -> Letter:
    """The mail of a template, whose first line is the subject."""
    whole = _environment.get_template(f"mails/{name}.{language}.txt").render(**_writers(language), **facts)
    subject, _, text = whole.partition("\n")
    # A subject is one line, whatever a programme is called.
    return Letter(" ".join(subject.split()), text.strip() + "\n")


def lines(name: str, language: str, **facts: Any) -> list[str]:
    """The lines of a text."""
    return _environment.get_template(f"{name}.{language}.txt").render(**_writers(language), **facts).strip().split("\n")


def drawing(svg: str) -> Markup:
    """One of our own drawings, to stand in a page as it is."""
    return Markup(svg)  # noqa: S704 - drawn by us from digits, and no text of anybody's


def asset(name: str) -> str:
    """The address of a style sheet or script; it changes with the content, so that it can be kept for a year."""
    return f"/card-assets/{fingerprint(name)}/{name}"


@lru_cache(maxsize=len(ASSETS))
def fingerprint(name: str) -> str:
    """What tells one version of a file from another."""
    return blake2b(read(name), digest_size=6).hexdigest()


@lru_cache(maxsize=len(ASSETS) + 1)
def read(name: str) -> bytes:
    """The content of one of our files."""
    return (FOLDER / name).read_bytes()


def _writers(language: str) -> dict[str, Any]:
    return {name: partial(getattr(words, name), language=language) for name in WRITERS} | {"language": language}
