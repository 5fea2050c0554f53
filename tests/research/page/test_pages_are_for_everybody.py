"""A page asks nothing of anybody, and can be read by ear, on a phone, in the dark and on paper."""

import re
from importlib.resources import files
from itertools import pairwise

import pytest

from research.languages import LANGUAGES, Language
from tests.research.page.reading import page_of
from tests.research.page.reports import KINDS

SECTIONS = [
    "headline", "drivers", "quadrants", "stakes", "curves", "groups", "network", "agreement", "hidden-causes",
    "quality", "validation", "provenance",
]  # fmt: skip
every_page = pytest.mark.parametrize(("kind", "lang"), [(kind, lang) for kind in KINDS for lang in LANGUAGES])


def test_a_whole_report_has_all_sections_each_opening_with_one_sentence() -> None:
    page = page_of("whole", "en")
    assert [element.attributes["id"] for element in page.named("section")] == SECTIONS
    leads = [element.text for element in page.named("p") if element.attributes.get("class") == "lead"]
    assert len(leads) == len(SECTIONS)
    assert all(lead.strip().endswith((".", "?")) for lead in leads)


@every_page
def test_nothing_is_loaded_and_nothing_runs(kind: str, lang: Language) -> None:
    page = page_of(kind, lang)
    assert not page.named("script", "link", "iframe", "img", "object", "embed", "base")
    for element in page.elements:
        assert not any(name == "src" or name.startswith("on") for name in element.attributes)
        assert (element.attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\((?!#)|@import", page.html)
    assert set(re.findall(r"https?://[^\"' <]+", page.html)) <= {
        "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink",
    }  # fmt: skip


@every_page
def test_it_reads_in_order_by_ear(kind: str, lang: Language) -> None:
    page = page_of(kind, lang)
    assert page.named("html")[0].attributes["lang"] == lang
    levels = [int(element.name[1]) for element in page.named("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(element.attributes.get("scope") in {"col", "row"} for element in page.named("th"))
    assert all(element.attributes.get("aria-label") for element in page.named("table"))
    for picture in page.named("svg"):
        assert picture.attributes["role"] == "img"
        assert len(picture.attributes["aria-label"] or "") > 40
    assert len(page.named("figure")) == len(page.named("figcaption")) == len(page.named("svg"))


@every_page
def test_links_lead_to_a_place_on_the_page(kind: str, lang: Language) -> None:
    page = page_of(kind, lang)
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    links = [element.attributes["href"] for element in page.named("a")]
    assert links[0] == "#headline"
    assert {str(link)[1:] for link in links} <= set(ids)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(theme: str) -> None:
    style = files("research.page").joinpath("page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = {name: code for block in blocks[: 2 if theme == "dark" else 1] for name, code in _colours(block)}
    for text, ground in [
        ("ink", "paper"), ("ink", "soft"), ("ink", "warn-soft"), ("muted", "paper"), ("muted", "warn-soft"),
        ("accent", "paper"), ("accent", "soft"),
    ]:  # fmt: skip
        assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


def _colours(block: str) -> list[tuple[str, str]]:
    return re.findall(r"--([\w-]+): (#\w{6});", block)


def _contrast(one: str, other: str) -> float:
    """Web Content Accessibility Guidelines 2.2, contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(code: str) -> float:
    parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
