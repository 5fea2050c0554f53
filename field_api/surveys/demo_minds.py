"""What the respondents of the demo company think: traits that nobody sees, and answers drawn from them.

Being recognised and trusting are what makes people stay here; service and products matter little beside them. So who
fits a network on these answers can find out what they were drawn by.
"""

from math import log10
from random import Random
from typing import Any

Traits = dict[str, float]

# How far each trait is moved by being a regular or having fallen silent, and by each tenfold of what was spent.
BY_SEGMENT = {"regular": 0.45, "occasional": 0.0, "silent": -0.55}
BY_SPENDING = 0.25
USUAL_SPENDING_MINOR = 20_000
# What staying follows from; the rest is chance.
STAYING = {"recognition": 0.52, "trust": 0.42, "product": 0.12, "service": 0.08}
TRUSTING = {"recognition": 0.25, "service": 0.2}
CHANCE = 0.55
# How loosely an answer follows its trait, and how many are left out.
LOOSELY = 0.65
LEFT_OUT = 0.02
# Where one state ends and the next begins: most people are rather content.
BOUNDS = (-1.6, -0.8, -0.1, 0.8)


def traits(rng: Random, segment: str | None, spent_minor: int) -> Traits:
    """What somebody thinks of the company, each trait around zero."""
    spending = log10(max(1_000, spent_minor) / USUAL_SPENDING_MINOR)
    mood = BY_SEGMENT.get(segment or "", 0.0) + BY_SPENDING * spending
    found = {name: mood * share + rng.gauss(0, 0.85) for name, share in (("recognition", 1.0), ("service", 0.3))}
    found["product"] = mood * 0.4 + rng.gauss(0, 0.9)
    found["trust"] = mood * 0.6 + sum(found[name] * share for name, share in TRUSTING.items()) + rng.gauss(0, 0.75)
    found["loyalty"] = sum(found[name] * share for name, share in STAYING.items()) + rng.gauss(0, CHANCE)
    return found


def answers(rng: Random, mind: Traits, codebook: dict[str, Any]) -> dict[str, int]:
    """What somebody with these traits ticks; in an item that points down, a high trait ticks a low state."""
    found = {}
    for item in codebook["item"]:
        felt = mind[item["construct"]] + rng.gauss(0, LOOSELY)
        left_out = rng.random() < LEFT_OUT
        place = sum((felt if item["direction"] == "up" else -felt) > bound for bound in BOUNDS)
        if not left_out:
            found[item["name"]] = item["states"][place]
    return found
