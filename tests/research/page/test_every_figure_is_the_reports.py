"""Whatever number a page shows stands in report.json, and both languages show the same ones."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from research.languages import LANGUAGES, Language
from tests.research.page.reading import Figure, page_of
from tests.research.page.reports import KINDS, report_of

# In definitions: intervals, scales and thresholds.
CONSTANTS = frozenset({"0", ".02", "0,02", "0.7", "0,7", "5", "6", "9", "10", "40", "90", "95", "100"})
CODES = r"SHA-256|doi:\S+"


def numbers(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from numbers(entry)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield repr(value)


def read_back(figure: Figure) -> tuple[float, float]:
    """The shown number, and how far rounding may have moved it."""
    text = re.sub("[\u202f,%]", "", figure.shown.replace(",", ".") if "," in figure.shown else figure.shown)
    scale = 0.01 if "%" in figure.shown else 1.0
    decimals = len(text.partition(".")[2])
    return float(text.replace("\u2212", "-")) * scale, 0.5001 * scale * 10.0**-decimals


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_is_a_number_of_the_report_rounded(kind: str) -> None:
    known, page = set(numbers(report_of(kind))), page_of(kind, "fr")
    assert len(page.figures) > 60
    for figure in page.figures:
        assert figure.value in known, figure
        shown, rounding = read_back(figure)
        assert abs(shown - float(figure.value)) <= rounding, figure


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_show_the_same_figures(kind: str) -> None:
    english, french = page_of(kind, "en"), page_of(kind, "fr")
    assert [figure.value for figure in english.figures] == [figure.value for figure in french.figures]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_other_number_stands_in_the_words(kind: str, lang: Language) -> None:
    loose = re.findall(r"\.?\d+(?:[.,]\d+)*", re.sub(CODES, "", page_of(kind, lang).prose))
    assert set(loose) <= CONSTANTS


def test_figures_are_written_as_the_language_writes_them() -> None:
    english = " ".join(figure.shown for figure in page_of("whole", "en").figures)
    french = " ".join(figure.shown for figure in page_of("whole", "fr").figures)
    assert re.search(r"\d,\d{3}\b", english)
    assert re.search("\\d\u202f\\d{3}\\b", french)
    assert re.search("\\d\u202f%", french)
    assert not re.search(r"\d\.\d", french)
