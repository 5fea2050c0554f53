"""What follows from the log of consents: the latest word counts, and between two at one instant the refusal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

ANY_CHANNEL = "any"


@dataclass(frozen=True)
class Event:
    """One thing a customer said, as far as it decides what is allowed."""

    id: str
    purpose: str
    channel: str
    granted: bool
    occurred_at: datetime


def standing(events: Iterable[Event]) -> list[Event]:
    """The word that stands for each purpose and channel of which the customer has spoken, in alphabetical order.

    A word for any channel overrules what was said earlier of a single one, and is overruled by what is said later.
    """
    latest: dict[tuple[str, str], Event] = {}
    for event in sorted(events, key=_weight):
        if event.channel == ANY_CHANNEL:
            latest = {key: word for key, word in latest.items() if key[0] != event.purpose}
        latest[event.purpose, event.channel] = event
    return [latest[key] for key in sorted(latest)]


def allows(events: Sequence[Event], purpose: str, channel: str) -> bool:
    """Whether the customer may be reached for that purpose by that channel; silence is not consent."""
    said = [event for event in events if event.purpose == purpose and event.channel in {channel, ANY_CHANNEL}]
    return bool(said) and max(said, key=_weight).granted


def _weight(event: Event) -> tuple[datetime, bool, str]:
    # The later the weightier; at one instant a refusal outweighs, and the id makes the rest repeatable.
    return event.occurred_at, not event.granted, event.id
