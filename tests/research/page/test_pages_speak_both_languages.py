"""Every text stands in both languages with the same places for figures, and French pages hold no English."""

import ast
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import research
import research.page
from research.page.notices import told
from research.page.notices.telling import TEXTS
from research.page.voice import Text, Voice
from tests.research.page.reading import page_of
from tests.research.page.reports import KINDS

ENGLISH = frozenset(
    {"the", "and", "of", "with", "without", "is", "are", "was", "were", "not", "what", "which", "that", "this", "would"}
    | {"driver", "drivers", "target", "answer", "answers", "customers", "respondents", "surveys", "if", "by", "from"}
    | {"more", "than", "one", "two", "network", "resamples", "group", "step", "steps", "worth", "share"}
)


def texts(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        yield from texts(list(value.values()))
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from texts(entry)


def all_texts() -> list[Text]:
    found = pkgutil.walk_packages(research.page.__path__, "research.page.")
    return [text for module in found for text in texts(list(vars(import_module(module.name)).values()))]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def codes_of_notices() -> set[str]:
    """The codes that any module of the package gives a notice."""
    found = set()
    for file in Path(research.__path__[0]).rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Notice":
                found |= {node.value for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant)}
    return found


def test_both_languages_have_the_same_places() -> None:
    assert len(all_texts()) > 200
    for text in all_texts():
        assert places(text.en) == places(text.fr), text
        assert text.fr.strip(), text


def test_every_notice_has_its_text() -> None:
    # The worst and the best end share one call; refusals and judgements take their codes from a table.
    assert codes_of_notices() - {"at_the_"} <= set(TEXTS)
    assert len(codes_of_notices()) > 25


@pytest.mark.parametrize("code", TEXTS)
def test_every_notice_can_be_said(code: str) -> None:
    known = {"value": 0.25, "low": 0.2, "high": 0.3}
    facts = dict.fromkeys(places(TEXTS[code].en), 0.25) | {"known": known, "known_name": "price", "worth": 99.5}
    for lang in ("en", "fr"):
        said = told(Voice(lang, {}), {"code": code, **facts})  # type: ignore[arg-type] # The two languages above.
        assert len(said) > 40
        assert "{" not in said


@pytest.mark.parametrize("kind", KINDS)
def test_french_pages_hold_no_english(kind: str) -> None:
    words = set(re.findall(r"[a-zà-ÿ]+", page_of(kind, "fr").prose.lower()))
    assert words & ENGLISH == set()
    assert {"levier", "réponses"} & words


@pytest.mark.parametrize("kind", KINDS)
def test_french_marks_keep_their_spaces(kind: str) -> None:
    assert not re.search(r" [;!?:»%]|« ", page_of(kind, "fr").prose)
