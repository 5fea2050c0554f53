"""Whom a survey may ask, and why not: decided on what is known of one customer."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from field_api.consents.rules import Event, allows
from field_api.reps.models import LOCALES
from field_api.surveys.rules import free_from

Reason = Literal["retired", "no_consent", "no_verified_address", "asked_lately", "invited_already"]


@dataclass(frozen=True)
class Askable:
    """A customer as far as it decides whether they are asked; `said` is what they said of being reached."""

    customer_id: str
    is_retired: bool
    said: Sequence[Event]
    email: str | None
    last_asked_at: datetime | None
    is_invited: bool


def reason_against(one: Askable, quiet_days: int, at: datetime) -> Reason | None:
    """The first reason not to write to a customer; None for who is asked."""
    if one.is_retired:
        return "retired"
    if not allows(one.said, "surveys", "email"):
        return "no_consent"
    if one.email is None:
        return "no_verified_address"
    if one.is_invited:
        return "invited_already"
    free = free_from(one.last_asked_at, quiet_days)
    return "asked_lately" if free is not None and at < free else None


def refuses(said: Sequence[Event], channel: str) -> bool:
    """Whether a customer has said that they want no surveys by this channel, or by any; silence is no refusal."""
    spoken = any(word.purpose == "surveys" and word.channel in {channel, "any"} for word in said)
    return spoken and not allows(said, "surveys", channel)


def in_drawn_order(customer_ids: Iterable[str], seed: int) -> list[str]:
    """The customers in an order that the seed decides and nothing else: the same seed draws the same people."""
    key = seed.to_bytes(8)
    return sorted(customer_ids, key=lambda own: hmac.digest(key, own.encode(), "sha256"))


def language_of(told: Sequence[tuple[datetime, str]], otherwise: str) -> str:
    """The language in which a customer last agreed to something, as far as we speak it."""
    spoken = [(at, language[:2]) for at, language in told if language[:2] in LOCALES]
    return max(spoken)[1] if spoken else otherwise
