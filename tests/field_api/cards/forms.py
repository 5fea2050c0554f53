"""Enrolment forms for tests."""

from typing import Any


def form_like(territory_id: str, programme_id: str, **change: Any) -> dict[str, Any]:
    """The JSON of an enrolment form with two further consents to give."""
    both = {"en": "Join the club", "fr": "Rejoignez le club"}
    told = {
        "programme_id": programme_id,
        "territory_id": territory_id,
        "name": "Poster at the till",
        "title": both,
        "text": both,
        "consent": {"en": "Count my points.", "fr": "Comptez mes points."},
        "choices": [
            _choice("offers", "Offers by mail.", "Des offres par e-mail."),
            _choice("surveys", "Surveys.", "Des enquêtes."),
        ],
    }
    return told | change


def _choice(purpose: str, en: str, fr: str) -> dict[str, Any]:
    return {"purpose": purpose, "channel": "email", "wording": {"en": en, "fr": fr}}
