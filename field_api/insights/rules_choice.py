"""Which gesture is the next thing worth doing for a customer, what it is worth, and who is held out: pure decisions."""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# A suggestion older than this rests on answers that have aged too.
OPEN_FOR = timedelta(days=60)
HIDDEN_FOR = timedelta(days=14)
# What somebody bought in this time before is what may be lost.
TURNOVER_OF = timedelta(days=365)

# How a gesture of a kind is done where its rep does not tell: as a call, which earns nobody points.
USUAL_CHANNEL = {"visit": "visit"}


@dataclass(frozen=True)
class Pull:
    """How much a driver moves what is foretold of a customer; below zero it pulls them down."""

    driver: str
    pull: float


@dataclass(frozen=True)
class Possible:
    """A live gesture, as far as it decides whom it is for."""

    id: str
    driver: str
    minutes: int
    quiet_days: int
    hold_out_percent: int


@dataclass(frozen=True)
class Person:
    """What is known of a customer who has answered, when a gesture is chosen.

    `turnover_minor` is what they bought in the last year in `currency`, less refunds. `spent` are the gestures that are
    not suggested to them again.
    """

    id: str
    at_risk: float
    pulls: tuple[Pull, ...]
    turnover_minor: int = 0
    currency: str | None = None
    last_contact_at: datetime | None = None
    refuses_profiling: bool = False
    spent: Collection[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Choice:
    """The gesture chosen for a customer, with the driver that is its reason."""

    gesture: Possible
    driver: str
    worth_minor: int


def worth(at_risk: float, turnover_minor: int, share: float) -> int:
    """What is at stake behind one driver, in minor units: an order of what comes first, and no forecast.

    The chance that the customer does not stay, times what they bought in a year, times the share that this driver has
    in all that pulls them down.
    """
    return round(at_risk * turnover_minor * share)


def choose(
    person: Person, carried: Collection[str], possible: Mapping[str, Sequence[Possible]], at: datetime
) -> Choice | None:
    """The gesture of the greatest worth; None where nothing is at stake, allowed or left to do.

    `carried` are the drivers that the insight may speak of; `possible` gives the live gestures of each. Of two drivers
    that pull alike the first by name counts, of two gestures the one that takes less time, then the older one.
    """
    if person.refuses_profiling or person.currency is None:
        return None
    down = [one for one in person.pulls if one.pull < 0]
    total = sum(-one.pull for one in down)
    for one in sorted(down, key=lambda one: (one.pull, one.driver)):
        amount = worth(person.at_risk, person.turnover_minor, -one.pull / total)
        fitting = [that for that in possible.get(one.driver, ()) if _is_for(that, person, at)]
        if one.driver in carried and fitting and amount > 0:
            return Choice(min(fitting, key=lambda that: (that.minutes, that.id)), one.driver, amount)
    return None


def is_quiet(last_contact_at: datetime | None, quiet_days: int, at: datetime) -> bool:
    """Whether nothing has passed with a customer for so many days."""
    return last_contact_at is None or last_contact_at <= at - timedelta(days=quiet_days)


def is_held_out(secret: bytes, gesture_id: str, customer_id: str, percent: int) -> bool:
    """Whether a customer is held out of a gesture: by a keyed hash, the same whenever asked, which nobody foresees."""
    drawn = hmac.digest(secret, f"gesture:{gesture_id}:{customer_id}".encode(), "sha256")
    return int.from_bytes(drawn[:8]) % 100 < percent


def _is_for(gesture: Possible, person: Person, at: datetime) -> bool:
    return gesture.id not in person.spent and is_quiet(person.last_contact_at, gesture.quiet_days, at)
