"""Who may order which gift when, and what is missing: pure decisions, each with its words in both languages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from field_api.errors import Clash, Fault

# draft -> offered <-> withdrawn; a gift that somebody has ordered is never a draft again.
LEADS_TO = {"draft": ("offered",), "offered": ("withdrawn",), "withdrawn": ("offered",)}


@dataclass(frozen=True)
class Reason:
    """Why a gift cannot be ordered, in words for whoever stands at the counter."""

    code: str
    en: str
    fr: str


def reasons(gift: Mapping[str, Any], programme_id: str, tier: str | None, at: datetime) -> Iterator[Reason]:
    """What keeps a member of this programme and tier from ordering a gift at that moment, points and stock aside."""
    if gift["programme_id"] != programme_id:
        yield Reason("programme", "It belongs to another programme.", "Il appartient à un autre programme.")
    if gift["state"] != "offered":
        yield Reason("state", "It is not offered now.", "Il n’est pas proposé en ce moment.")
    if gift["starts_at"] > at:
        yield Reason("early", "It is not offered yet.", "Il n’est pas encore proposé.")
    if gift["ends_at"] is not None and gift["ends_at"] <= at:
        yield Reason("late", "It is no longer offered.", "Il n’est plus proposé.")
    if gift["tiers"] and tier not in gift["tiers"]:
        yield Reason("tier", "It is kept for other tiers.", "Il est réservé à d’autres statuts.")


def check_orderable(gift: Mapping[str, Any], programme_id: str, tier: str | None, at: datetime) -> None:
    """Raises Clash with the first reason against an order."""
    for reason in reasons(gift, programme_id, tier, at):
        raise Clash(f"This gift cannot be ordered. {reason.en}")


def check_price(gift: Mapping[str, Any], told: int | None) -> None:
    """Raises Clash when the customer was told another price than the one that holds."""
    if told is not None and told != gift["points"]:
        raise Clash(f"The price has changed: it is {gift['points']} points now, not {told}; tell the customer.")


def next_state(state: str, wanted: str) -> str:
    """The state wanted. Raises Clash where the present one does not lead there."""
    if wanted not in LEADS_TO[state]:
        raise Clash(f"A gift that is {state} cannot become {wanted}; it can become {' or '.join(LEADS_TO[state])}.")
    return wanted


def faults_of(told: Mapping[str, Any]) -> Iterator[Fault]:
    """Where the description of a gift contradicts itself."""
    if told["ends_at"] is not None and told["ends_at"] <= told["starts_at"]:
        yield Fault("/ends_at", "It ends before it starts.")
