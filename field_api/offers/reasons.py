"""Whether an offer's own fence holds at a position, as far as the position is known, and how one says so."""

from collections import defaultdict
from collections.abc import Sequence
from math import inf
from typing import Any

from field_api.offers.around import Asked, Step, Stored
from field_api.offers.shapes import Shape, shapes_of
from field_api.store.engine import AnySession

_EVERYWHERE = {"en": "It holds everywhere.", "fr": "Elle est valable partout."}


def reason_of_place(
    session: AnySession, asked: Asked, accuracy_m: float, steps: Sequence[Step]
) -> dict[str, dict[str, Any]]:
    """For each offer {inside, reason: {en, fr}}; `inside` None where the position is not known well enough to tell."""
    near = [step.offer_id for step in steps if step.distance_m < inf]
    shapes = _shapes(session, asked, near) if near else {}
    found = {}
    for distance, _, offer_id in steps:
        inside = True if distance == inf else _holds(asked, accuracy_m, shapes[offer_id])
        found[offer_id] = {"inside": inside, "reason": _said(distance, inside, accuracy_m)}
    return found


def _shapes(session: AnySession, asked: Asked, offer_ids: list[str]) -> dict[str, list[Shape]]:
    found = defaultdict(list)
    keys = [(own, number) for own, number, _ in Stored(session).standing(asked, offer_ids)]
    for (offer_id, _number), shape in shapes_of(session.connection(), keys).items():
        found[offer_id].append(shape)
    return found


def _holds(asked: Asked, accuracy_m: float, shapes: Sequence[Shape]) -> bool | None:
    """True where one fence holds wherever within the accuracy one may be, False where none can."""
    depths = [shape.depth_m(asked.centre) for shape in shapes]
    if any(depth >= accuracy_m for depth in depths):
        return True
    return None if any(depth >= -accuracy_m for depth in depths) else False


def _said(distance: float, inside: bool | None, accuracy_m: float) -> dict[str, str]:
    if distance == inf:
        return _EVERYWHERE
    metres, known = round(distance), round(accuracy_m)
    if inside is None:
        return {
            "en": f"Its nearest place is about {metres} m away; the position is known to {known} m only, too little "
            "to say whether it holds here.",
            "fr": f"Son lieu le plus proche est à {metres} m environ ; la position n’est connue qu’à {known} m près, "
            "trop peu pour dire si elle est valable ici.",
        }
    if inside:
        return {
            "en": f"It holds here: {f'one of its places is {metres} m away' if metres else 'the position is inside'}.",
            "fr": f"Elle est valable ici : {f'un de ses lieux est à {metres} m' if metres else 'la position y est'}.",
        }
    return {
        "en": f"Its nearest place is {metres} m away; it does not hold here.",
        "fr": f"Son lieu le plus proche est à {metres} m ; elle n’est pas valable ici.",
    }
