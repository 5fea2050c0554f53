"""What a notebook shows besides charts: tables and sentences made of the figures, and sliders."""

from research.lab.claims import tabulate_claims, tell_claims
from research.lab.drivers import tell_drivers
from research.lab.moves import called, tabulate_moves, tell_moves
from research.lab.panel import moves_panel
from research.lab.shown import Shown, show
from research.lab.trust import tabulate_indices, tell_trust

__all__ = [
    "Shown",
    "called",
    "moves_panel",
    "show",
    "tabulate_claims",
    "tabulate_indices",
    "tabulate_moves",
    "tell_claims",
    "tell_drivers",
    "tell_moves",
    "tell_trust",
]
