"""Charts as pictures: static SVG that a page can colour."""

import vl_convert

from research.charts.theme import Chart


def svg(chart: Chart) -> str:
    """The chart as SVG without script: it takes the width it is given, and the page's CSS may change its colours."""
    return str(vl_convert.vegalite_to_svg(chart.to_dict(), vl_version="5.20"))
