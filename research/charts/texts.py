"""Names and numbers as texts: wrapped to the width of a chart, and written as the language does."""

import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any

from research.languages import Language
from research.reports import Report

MOST_LINES = 2
_HELD = re.compile(r" (?=[%?!:;»])|(?<=«) ")
_SHORT = 44
Interval = Mapping[str, Any]
"""An estimate of the report: a figure under `value` or `effect`, with `low` and `high`; any may be None."""


def lines(text: str, width: int, most: int | None = None) -> list[str]:
    """The text in lines of at most `width` letters; what does not fit into `most` lines ends in dots.

    No line begins with a percent sign or with a mark that French sets apart by a space.
    """
    held = _HELD.sub("\u00a0", text)
    return textwrap.wrap(held, width, max_lines=most, placeholder="…", break_on_hyphens=False) or [""]


def label(report: Report, name: str, lang: Language) -> str:
    """What the report calls an item or construct, its name where it has no label."""
    return str(report["labels"].get(name, {}).get(lang, name))


def quoted(text: str, lang: Language) -> str:
    """A name inside a sentence, in the language's quotation marks, cut where it is long."""
    text = lines(text, _SHORT, 1)[0]
    return f"« {text} »" if lang == "fr" else f"“{text}”"


def renamed(texts: Mapping[str, str]) -> str:
    """A Vega expression that writes each key of a scale as its text."""
    return f"({json.dumps(dict(texts), ensure_ascii=False)})[datum.value]"


def number(value: float, lang: Language, form: str = ".2f") -> str:
    """A number in Python's format `form` with the language's decimal sign, thousands and percent sign."""
    text = format(value, form)
    if not text.strip("+-0.,%"):  # What rounds to nothing has no sign.
        text = text.strip("+-")
    text = text.replace("-", "\u2212")
    if lang == "fr":
        return text.replace(",", "\u202f").replace(".", ",").replace("%", "\u202f%")
    return text


def figure(estimate: Interval) -> Any:
    """The middle of an estimate, whichever name it has in the report."""
    return estimate["value"] if "value" in estimate else estimate["effect"]


def told(estimate: Interval, lang: Language, form: str = ".2f") -> str:
    """The figure with its interval, as in "0.31 (0.22 to 0.40)"; empty where there is none."""
    if figure(estimate) is None:
        return ""
    value = number(figure(estimate), lang, form)
    if estimate["low"] is None or estimate["high"] is None:
        return value
    between = {"en": "to", "fr": "à"}[lang]
    return f"{value} ({number(estimate['low'], lang, form)} {between} {number(estimate['high'], lang, form)})"
