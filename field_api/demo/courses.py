"""The courses that customers take: when they came, what they became, how often they buy, and whether they fade."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

HISTORY = timedelta(days=3 * 365)
PURCHASES_KEPT = timedelta(days=2 * 365)

# A client of whom nothing was heard for this long counts as a former one.
SILENCE = timedelta(days=270)


@dataclass(frozen=True, slots=True)
class Course:
    """One course up to the day of the demo.

    They bought from `buys_since` until `buys_until`, `purchases_a_year` at first, and ever less when `fading`;
    somebody who never bought has no `buys_since`. `contacts_a_year` counts what passed beside purchases.
    """

    roles: tuple[tuple[str, datetime], ...]
    contacts_a_year: float
    buys_since: datetime | None = None
    buys_until: datetime | None = None
    purchases_a_year: float = 0.0
    fading: bool = False


def draw(rng: Random, at: datetime) -> Course:
    """A course that ends on the day `at`."""
    [invent] = rng.choices(_KINDS, _SHARES)
    return invent(rng, at)


def _came(rng: Random, at: datetime, least_days_ago: int) -> datetime:
    """A moment of first touch in opening hours, at least so many days before `at`."""
    days = rng.uniform(least_days_ago, HISTORY.days)
    return at - timedelta(days=int(days)) + timedelta(minutes=rng.randrange(8 * 60, 18 * 60))


def _client(rng: Random, came: datetime, at: datetime) -> tuple[list[tuple[str, datetime]], datetime]:
    """The roles of somebody who became a client, and since when; half of them were prospects for a while before."""
    became = came + timedelta(days=rng.randrange(5, 60)) if rng.random() < 0.5 else came
    before = [("prospect" if rng.random() < 0.7 else "visitor", came)] if became > came else []
    return [*before, ("client", became)], became


def _loyal(rng: Random, at: datetime) -> Course:
    roles, since = _client(rng, _came(rng, at, 120), at)
    if rng.random() < 0.2:
        roles.append(("ambassador", since + (at - since) * rng.uniform(0.5, 0.9)))
    return Course(tuple(roles), 2.5, max(since, at - PURCHASES_KEPT), at, rng.uniform(4, 9))


def _occasional(rng: Random, at: datetime) -> Course:
    roles, since = _client(rng, _came(rng, at, 61), at)
    return Course(tuple(roles), 1.2, max(since, at - PURCHASES_KEPT), at, rng.uniform(0.8, 2.4))


def _lapsing(rng: Random, at: datetime) -> Course:
    roles, since = _client(rng, _came(rng, at, 400), at)
    last = since + (at - since) * rng.uniform(0.5, 0.9)
    if last + SILENCE < at:
        roles.append(("former_client", last + SILENCE))
    return Course(tuple(roles), 1.2, max(since, at - PURCHASES_KEPT), last, rng.uniform(3, 8), fading=True)


def _once(rng: Random, at: datetime) -> Course:
    roles, since = _client(rng, _came(rng, at, 61), at)
    if since + SILENCE < at:
        roles.append(("former_client", since + SILENCE))
    if since < at - PURCHASES_KEPT:
        return Course(tuple(roles), 0.3)
    return Course(tuple(roles), 0.3, since, since + timedelta(days=1), 1)


def _prospect(rng: Random, at: datetime) -> Course:
    return Course((("prospect", _came(rng, at, 2)),), 2.0)


def _visitor(rng: Random, at: datetime) -> Course:
    return Course((("visitor", _came(rng, at, 2)),), 0.5)


_KINDS: tuple[Callable[[Random, datetime], Course], ...] = (_loyal, _occasional, _lapsing, _once, _prospect, _visitor)
_SHARES = (18, 30, 15, 10, 18, 9)
