"""Writes what the customers of the demo company agreed to, and what some of them took back."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import insert

from field_api.consents.models import events
from field_api.customers.demo import id_at
from field_api.store.engine import AnySession

# Purpose, channel, the words shown, how it came, and how many in a hundred agree.
WORDINGS = (
    ("offers", "email", "J’accepte de recevoir les offres de Maison Furet par e-mail.", "web_form", 55),
    ("offers", "sms", "J’accepte de recevoir les offres de Maison Furet par SMS.", "shop", 22),
    ("surveys", "any", "J’accepte d’être interrogé sur ma satisfaction.", "paper", 30),
    ("profiling", "any", "J’accepte que mes achats servent à me proposer ce qui me convient.", "paper", 12),
)
TAKEN_BACK = "Je ne souhaite plus être sollicité."


def fill(session: AnySession, rng: Random, asked: Iterable[tuple[str, datetime]], at: datetime) -> None:
    """Write the answers of all, each (customer's id, when they were asked); one in twelve took theirs back by `at`."""
    rows = [row for customer_id, asked_at in asked for row in _answers(rng, customer_id, asked_at, at)]
    if rows:
        session.execute(insert(events), rows)


def _answers(rng: Random, customer_id: str, asked_at: datetime, at: datetime) -> Iterator[dict[str, Any]]:
    for purpose, channel, wording, source, agreeing in WORDINGS:
        if rng.random() * 100 < agreeing:
            yield _event(rng, customer_id, (purpose, channel, wording, source), asked_at, granted=True)
            if rng.random() < 1 / 12:
                later = asked_at + (at - asked_at) * rng.random()
                told = (purpose, channel, TAKEN_BACK, rng.choice(("email", "phone", "shop")))
                yield _event(rng, customer_id, told, later, granted=False)


def _event(
    rng: Random, customer_id: str, told: tuple[str, str, str, str], at: datetime, *, granted: bool
) -> dict[str, Any]:
    purpose, channel, wording, source = told
    return {
        "id": id_at(rng, at),
        "customer_id": customer_id,
        "purpose": purpose,
        "channel": channel,
        "granted": granted,
        "wording": wording,
        "language": "fr",
        "source": source,
        "occurred_at": at,
        "recorded_at": at,
        "recorded_by_kind": "system",
        "recorded_by_id": None,
    }
