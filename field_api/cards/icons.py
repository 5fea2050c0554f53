"""The icon of a card, drawn by formulas at any size: a white card with a heart on the programme's colour."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from field_api.cards import png

# Platforms cut icons to circles and rounded squares; what matters lies within the middle four fifths.
MARGIN = 0.2
SAMPLES = 4

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]


@lru_cache(maxsize=32)
def icon(side_px: int, colour: str) -> bytes:
    """A square PNG of so many pixels; `colour` is #rrggbb."""
    steps = (np.arange(side_px * SAMPLES) + 0.5) / (side_px * SAMPLES)
    x, y = np.meshgrid(steps, steps)
    card = _smooth(_rounded_box(x - 0.5, y - 0.5, 0.5 - MARGIN, 0.2, 0.05), side_px)
    heart = _smooth(_heart((x - 0.5) / 0.125, (0.51 - y) / 0.125), side_px)
    ground = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)], dtype=float)
    white = np.full(3, 255.0)
    over = ground + (white - ground) * card[..., None]
    over += (ground - white) * (card * heart)[..., None]
    opaque = np.full((side_px, side_px, 1), 255.0)
    pixels = np.concatenate([over, opaque], axis=2).round().astype(np.uint8)
    return png.write(side_px, [row.tobytes() for row in pixels], png.RGBA)


def _rounded_box(x: Numbers, y: Numbers, half_width: float, half_height: float, radius: float) -> Truths:
    """Where a box with round corners is."""
    across, down = np.abs(x) - half_width + radius, np.abs(y) - half_height + radius
    outside = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    inside: Truths = outside + np.minimum(np.maximum(across, down), 0) <= radius
    return inside


def _heart(x: Numbers, y: Numbers) -> Truths:
    """Where the heart curve (x2 + y2 - 1)3 = x2 y3 is closed around the middle."""
    inside: Truths = (x * x + y * y - 1) ** 3 <= x * x * y**3
    return inside


def _smooth(inside: Truths, side_px: int) -> Numbers:
    """The share of each pixel that lies inside."""
    share: Numbers = inside.reshape(side_px, SAMPLES, side_px, SAMPLES).mean(axis=(1, 3))
    return share
