"""A survey for tests: seven items in three constructs and one item that stands alone."""

from datetime import timedelta
from typing import Any

from field_api import clock
from field_api.store.engine import AnySession, writing
from field_api.surveys import editing
from field_api.surveys.schemas import NewSurveySchema
from field_api.web.identity import THE_SYSTEM
from field_api.web.openapi import load

WAVE = "2026-W47"
CONSTRUCTS = {"recognition": 3, "trust": 2, "loyalty": 2}
NAMES = tuple(f"{name}{number + 1}" for name, many in CONSTRUCTS.items() for number in range(many))


def item(name: str, construct: str | None, tier: int, **change: Any) -> dict[str, Any]:
    """The JSON of an item with five states."""
    label = {"en": f"They know {name}.", "fr": f"On connaît {name}."}
    told = {"name": name, "tier": tier, "states": [1, 2, 3, 4, 5], "direction": "up", "label": label}
    return told | ({"construct": construct} if construct else {}) | change


def codebook_like(**change: Any) -> dict[str, Any]:
    """The JSON of the codebook."""
    items = [
        item(f"{name}{number + 1}", name, tier)
        for tier, (name, many) in enumerate(CONSTRUCTS.items())
        for number in range(many)
    ]
    told = {
        "survey": {"title": "Why customers stay"},
        "item": [*items, item("again", None, 3, states=[0, 1], label={"en": "Again?", "fr": "Encore ?"})],
        "construct": [{"name": "recognition", "label": {"en": "Being recognised", "fr": "Être reconnu"}}],
    }
    return told | change


def survey_like(**change: Any) -> dict[str, Any]:
    """The JSON of a survey that runs since yesterday."""
    told = {
        "title": {"en": "Why do you stay?", "fr": "Pourquoi restez-vous ?"},
        "words": {
            "intro": {"en": "Two minutes.", "fr": "Deux minutes."},
            "thanks": {"en": "We read all.", "fr": "Nous lisons tout."},
            "comment": {"en": "Anything else?", "fr": "Autre chose ?"},
            "scales": [{"items": ["again"], "labels": [{"en": "No", "fr": "Non"}, {"en": "Yes", "fr": "Oui"}]}],
        },
        "codebook": codebook_like(),
        "starts_at": (clock.now() - timedelta(days=1)).isoformat(),
        "quiet_days": 30,
    }
    return told | change


def make_survey(session: AnySession, state: str = "live", **change: Any) -> str:
    """A survey in that state; commits."""
    with writing(session):
        own: str = editing.create_survey(session, THE_SYSTEM, load(NewSurveySchema, survey_like(**change)))["id"]
        for step in {"draft": (), "live": ("live",), "closed": ("live", "closed")}[state]:
            editing.step_survey(session, THE_SYSTEM, editing.hold_survey(session, own), step)
    return own
