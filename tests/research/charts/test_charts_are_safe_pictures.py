"""Pictures are static SVG that a page can hold and colour: no script, no reference, no ids, no fixed size."""

import re
from xml.etree import ElementTree

import pytest

from research.charts import svg
from research.charts.theme import VARIABLES
from tests.research.charts.reports import REPORTS, charts_of, pictures_of, what_ifs

NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@pytest.mark.parametrize("kind", REPORTS)
def test_every_chart_becomes_a_safe_picture(kind: str) -> None:
    for name, picture in pictures_of(kind, "fr").items():
        root = ElementTree.fromstring(picture)  # noqa: S314 - Our own text.
        assert set(re.findall(r"https?://[^\"' )<]+", picture)) <= NAMESPACES, name
        assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
            "svg",
            "g",
            "path",
            "rect",
            "line",
            "text",
            "tspan",
        }
        attributes = {key for element in root.iter() for key in element.attrib}
        assert not {key for key in attributes if key.startswith("on") or "href" in key or key == "id"}
        assert "viewBox" in root.attrib
        assert not {"width", "height"} & set(root.attrib)
        assert root.attrib["role"] == "img"
        assert len(root.attrib["aria-label"]) > 20
        assert "NaN" not in picture
        assert "undefined" not in picture


def test_every_colour_of_the_palette_may_be_changed_by_the_page() -> None:
    pictures = "".join([*pictures_of("full", "fr").values(), svg(what_ifs())])
    for colour, variable in VARIABLES.items():
        assert f'"{colour}"' not in pictures
        if f"{variable}," in pictures:
            assert f"var({variable}, {colour})" in pictures
    assert {"--chart-ink", "--chart-muted", "--chart-paper", "--chart-1", "--chart-2"} <= set(
        re.findall(r"var\((--[a-z0-9-]+)", pictures)
    )


def test_no_picture_is_wider_than_a_phone() -> None:
    for name, picture in pictures_of("full", "fr").items():
        width = float(ElementTree.fromstring(picture).attrib["viewBox"].split()[2])  # noqa: S314 - Our own text.
        assert 300 <= width <= 410, (name, width)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    english, french = (svg(charts_of("full", lang)["draw_drivers"]) for lang in ("en", "fr"))
    assert re.search(r">\d\.\d", english)
    assert not re.search(r">\d,\d", english)
    assert re.search(r">\d,\d", french)
    assert not re.search(r">\d\.\d", french)
