"""Customers whose reasons are known, because they were made: what they answer follows from traits nobody asks about.

Recognition moves loyalty. Service goes with loyalty, because recognition moves both, and moves nothing.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

CONSTRUCTS = ("recognition", "service", "loyalty")
PLANTED, NULL, TARGET = CONSTRUCTS
ITEMS = 3
STEPS = (-1.2, -0.4, 0.4, 1.2)  # Between the five states, in standard deviations.
_NOISE = 0.6
_FRENCH = {"recognition": "Reconnaissance", "service": "Service", "loyalty": "Fidélité"}


def traits(customers: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Where each customer stands on each construct, in standard deviations."""
    rng = np.random.default_rng(seed)
    own = rng.normal(size=(3, customers))
    recognition = own[0]
    service = 0.8 * recognition + 0.6 * own[1]
    loyalty = 0.8 * recognition + 0.6 * own[2]
    return dict(zip(CONSTRUCTS, (recognition, service, loyalty), strict=True))


def answers(stand: dict[str, NDArray[np.float64]], seed: int) -> list[dict[str, int]]:
    """What each customer ticks, from 1 to 5; every fifteenth question is left out."""
    rng = np.random.default_rng(seed)
    columns = {
        f"{name}{number}": 1 + np.digitize((own + _NOISE * rng.normal(size=len(own))) / np.hypot(1, _NOISE), STEPS)
        for name, own in stand.items()
        for number in range(1, ITEMS + 1)
    }
    given = rng.random((len(stand[TARGET]), len(columns))) > 1 / 15
    rows = zip(*columns.values(), strict=True)
    return [
        {name: int(state) for name, state, told in zip(columns, row, kept, strict=True) if told}
        for row, kept in zip(rows, given, strict=True)
    ]


def survey() -> dict[str, Any]:
    """The survey as an admin drafts it: causes before what they bring about."""
    items = [
        {
            "name": f"{name}{number}",
            "construct": name,
            "tier": tier,
            "states": [1, 2, 3, 4, 5],
            "direction": "up",
            "label": {"en": f"{name.capitalize()}, question {number}", "fr": f"{_FRENCH[name]}, question {number}"},
        }
        for tier, name in enumerate(CONSTRUCTS)
        for number in range(1, ITEMS + 1)
    ]
    named = [{"name": name, "label": {"en": name.capitalize(), "fr": _FRENCH[name]}} for name in CONSTRUCTS]
    return {
        "title": {"en": "Why do you stay?", "fr": "Pourquoi restez-vous ?"},
        "codebook": {"survey": {"title": "Why do you stay?"}, "item": items, "construct": named},
        "starts_at": "2026-01-01T00:00:00Z",
        "quiet_days": 30,
    }


def gesture(driver: str) -> dict[str, Any]:
    return {
        "driver": driver,
        "kind": "call",
        "state": "live",
        "title": {"en": f"Call about {driver}", "fr": f"Appeler : {driver}"},
        "how": {"en": "Ask how it went, and listen.", "fr": "Demandez comment cela s’est passé, et écoutez."},
        "hold_out_percent": 0,
    }
