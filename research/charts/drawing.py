"""Charts as pictures: static SVG that takes the width it is given and the colours of the page around it."""

import re
from html import escape

import vl_convert

from research.charts.theme import VARIABLES, Chart

_VEGA_LITE = "5.20"
_SIZE = re.compile(r' width="[\d.]+" height="[\d.]+"')


def svg(chart: Chart) -> str:
    """The chart as SVG without script, ids or a fixed size; its description is the text alternative.

    Notes
    -----
    The colours of the palette become custom properties (`--chart-ink`, `--chart-muted`, `--chart-grid`,
    `--chart-paper`, `--chart-1` to `--chart-6`) that a page may set; where it does not they fall back to themselves.
    """
    spec = chart.to_dict(validate=False)
    spec["config"]["aria"] = False
    picture = str(vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE))
    told = f' role="img" aria-label="{escape(spec["description"])}"'
    picture = _SIZE.sub(told, picture, count=1)
    for colour, variable in VARIABLES.items():
        picture = picture.replace(f'"{colour}"', f'"var({variable}, {colour})"')
    return picture
