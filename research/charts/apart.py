"""Marks that would lie on each other moved apart, each as little as it takes, so that all of them can be read."""

from collections.abc import Sequence
from math import atan2, cos, hypot, sin

Place = tuple[float, float]

_ROUNDS = 300
_TURN = 0.3  # Radians by which a push is turned: marks that are jammed along an edge get past each other.
_GOLDEN = 2.399963  # Radians between the directions in which marks on the very same place go, as seeds of a sunflower.


def moved_apart(homes: Sequence[Place], gap: float, size: Place, edge: float) -> list[Place]:
    """Places at least `gap` from each other and `edge` within the frame, near where the marks belong.

    Parameters
    ----------
    homes : sequence of (x, y)
        In points, from the upper left of the frame.
    gap, edge : float
        In points. Where the frame is too small for all, marks end closer than `gap`.
    size : (width, height) of the frame

    Notes
    -----
    Pairs that are too close push each other half the rest apart, until none has to. A mark that is close to no other
    one stays where it belongs, and the same homes always end in the same places.
    """
    places = [_inside(home, size, edge) for home in homes]
    for _ in range(_ROUNDS):
        pushed = False
        for second in range(len(places)):
            for first in range(second):
                if hypot(places[second][0] - places[first][0], places[second][1] - places[first][1]) < gap - 0.01:
                    both = _pushed(places[first], places[second], gap, second)
                    places[first], places[second] = (_inside(place, size, edge) for place in both)
                    pushed = True
        if not pushed:
            break
    return places


def _pushed(first: Place, second: Place, gap: float, number: int) -> tuple[Place, Place]:
    across, down = second[0] - first[0], second[1] - first[1]
    distance = hypot(across, down)
    # Two on the very same place have no direction of their own.
    towards = _TURN + (atan2(down, across) if distance > 1e-9 else _GOLDEN * number)
    right, lower = cos(towards) * (gap - distance) / 2, sin(towards) * (gap - distance) / 2
    return (first[0] - right, first[1] - lower), (second[0] + right, second[1] + lower)


def _inside(place: Place, size: Place, edge: float) -> Place:
    x, y = (min(max(own, edge), whole - edge) for own, whole in zip(place, size, strict=True))
    return x, y
