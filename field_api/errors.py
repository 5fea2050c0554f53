"""The few kinds of error the business can raise; `web/problems.py` alone turns them into answers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what was sent.

    `where` is a JSON pointer (RFC 6901) into the body, or the name of a query parameter when `parameter` is true.
    """

    where: str
    detail: str
    parameter: bool = False


class FuretError(Exception):
    """Base of every error that is an answer and not a breakdown."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Invalid(FuretError):
    """What was sent is well-formed but breaks a rule; every fault found is listed."""

    def __init__(self, detail: str, *faults: Fault) -> None:
        super().__init__(detail)
        self.faults = faults


class Malformed(FuretError):
    """The body cannot be read at all: not JSON, or JSON that two readers could understand differently."""


class WrongMediaType(FuretError):
    """The body is of a kind, or in an encoding, that this operation does not read."""


class TooLarge(FuretError):
    """The body, as sent or once inflated, is over the limit."""


class NotFound(FuretError):
    """There is no such thing, or the caller may not know of it: the two look alike on purpose."""


class Unauthenticated(FuretError):
    """Nobody in particular is asking: no token, or one that is unknown, expired or revoked."""


class Forbidden(FuretError):
    """The caller is known, and this kind of operation is not theirs."""


class Clash(FuretError):
    """It contradicts something that already stands, such as an id or an e-mail in use."""


class Stale(FuretError):
    """The caller edited an older version than the one that stands."""

    def __init__(self, detail: str, held_version: str) -> None:
        super().__init__(detail)
        self.held_version = held_version


class VersionRequired(FuretError):
    """An update came without saying which version it was made from."""


class KeyRequired(FuretError):
    """A command that moves value came without its idempotency key."""


class KeyReused(FuretError):
    """An idempotency key came back with another request."""


class TooMany(FuretError):
    """Too many attempts; the caller may come back after `retry_after_s` seconds."""

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Outdated(FuretError):
    """The caller is built for a version of our documents that is no longer served; the app must be updated."""


class Full(FuretError):
    """All places for this kind of long request are taken; the caller may come back after `retry_after_s` seconds."""

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Refused(FuretError):
    """A command line or a start that cannot go on; the detail says what to do next."""
