"""What if drivers were set or seen."""

from collections.abc import Mapping

from research.charts.theme import Chart
from research.languages import Language
from research.what_if import WhatIf


def draw_what_if(results: Mapping[str, WhatIf], lang: Language) -> Chart | None:
    """The target today and then, one row for each named question; None without results."""
    return None
