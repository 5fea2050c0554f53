"""A simulated survey as the service would export it."""

from base64 import b32encode
from hashlib import sha256
from typing import Any

import numpy as np

from research.simulate import SimulatedSurvey
from tests.research.service.contract import Contract


def pseudonym(number: int) -> str:
    return b32encode(sha256(str(number).encode()).digest()[:16]).decode().rstrip("=")


def exported(survey: SimulatedSurvey) -> Contract:
    """The codebook as JSON, and a row for each respondent, in no order."""
    book = survey.codebook
    items = [
        {
            "name": item.name,
            "tier": item.tier,
            "states": list(item.states),
            "direction": item.direction,
            "label": {"en": f"About {item.name}", "fr": f"Sur {item.name}"},
        }
        | ({} if item.construct is None else {"construct": item.construct})
        for item in book.items
    ]
    rows = [row_of(survey, number) for number in np.random.default_rng(1).permutation(len(survey.codes)).tolist()]
    codebook = {"survey": {"title": "Why do you stay?", "missing": [""]}, "item": items, "construct": []}
    return Contract(codebook, rows, known={row["respondent"] for row in rows})


def row_of(survey: SimulatedSurvey, number: int, **other: Any) -> dict[str, Any]:
    given = zip(survey.codebook.items, survey.codes[number].tolist(), strict=True)
    turnover = survey.columns.get("turnover")
    return {
        "respondent": pseudonym(number),
        "wave": "2026-W47",
        "answered_on": "2026-11",
        "weight": 1.0,
        "channel": "email",
        "role": "client",
        "tier": "gold" if number % 3 else None,
        "segment": None,
        "territory": "Hauts-de-France",
        "years_known": number % 9,
        "turnover_minor": None if turnover is None else round(100 * float(turnover[number])),
        "currency": "EUR",
        "answers": {item.name: item.states[code] for item, code in given if code >= 0},
    } | other
