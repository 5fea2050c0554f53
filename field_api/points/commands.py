"""What may be asked of the books, each under an id that is unique for ever."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, ClassVar

import orjson


@dataclass(frozen=True, kw_only=True)
class Command:
    """What all commands tell.

    `why` is what decided it: the rule, its version, what was said. `told` is what the author sent when the rest was
    decided from that: a replay is then recognised by `told`, even when the rules have changed since.
    """

    kind: ClassVar[str]

    operation_id: str
    occurred_at: datetime | None = None
    event: str | None = None
    purchase_id: str | None = None
    reason: str | None = None
    why: Mapping[str, Any] | None = None
    told: Mapping[str, Any] | None = None

    def fingerprint(self) -> str:
        """The same for the same content."""
        return fingerprint_of(self.kind, self if self.told is None else self.told)


def fingerprint_of(kind: str, told: Any) -> str:
    """The fingerprint of what an author told of an operation of this kind."""
    return blake2b(orjson.dumps([kind, told], option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Earn(Command):
    """Points for an account, spendable before `expires_at`; `pending` ones wait for a confirmation."""

    kind = "earn"

    account_id: str
    points: int
    expires_at: datetime | None = None
    pending: bool = False


@dataclass(frozen=True, kw_only=True)
class Spend(Command):
    """Take points of an account, or of a lease that was granted on it."""

    kind = "spend"

    account_id: str
    points: int
    lease_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reserve(Command):
    """Set points aside until they are confirmed or cancelled, or until the deadline."""

    kind = "reserve"

    account_id: str
    points: int
    deadline_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Lease(Command):
    """Set points aside for a device that may spend them without a network until the deadline."""

    kind = "lease"

    account_id: str
    points: int
    deadline_at: datetime
    device_id: str


@dataclass(frozen=True, kw_only=True)
class Confirm(Command):
    """Make a pending earning spendable, or a reservation spent."""

    kind = "confirm"

    ends_id: str


@dataclass(frozen=True, kw_only=True)
class Cancel(Command):
    """Drop a pending earning, or give a reservation back."""

    kind = "cancel"

    ends_id: str


@dataclass(frozen=True, kw_only=True)
class Return(Command):
    """End a lease: what is left of it goes back to the account."""

    kind = "return"

    lease_id: str


@dataclass(frozen=True, kw_only=True)
class Reverse(Command):
    """Take an earning or a spend back, whole as far as that was not done yet, or `points` of it."""

    kind = "reverse"

    reversed_id: str
    points: int | None = None


@dataclass(frozen=True, kw_only=True)
class Adjust(Command):
    """Give points, or take them where `points` is below zero, for a reason."""

    kind = "adjust"

    account_id: str
    points: int
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Transfer(Command):
    """Hand points to another account; they keep their expiry."""

    kind = "transfer"

    account_id: str
    to_account_id: str
    points: int


@dataclass(frozen=True, kw_only=True)
class Merge(Command):
    """Hand all of an account to another one, which stands for both from then on."""

    kind = "merge"

    account_id: str
    into_account_id: str
