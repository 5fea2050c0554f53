"""Telling waiting phones that there is something to pull: one watcher a process, and streams that cost no connection.

A stream is a hint; the pull is the truth. So nothing is kept for a stream, and one that falls behind only hears once
that there is something new.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator

from sqlalchemy import Engine

from field_api.errors import Full
from field_api.sync.feed import SCOPE
from field_api.sync.scope import in_sight
from field_api.sync.watcher import Changes, watch
from field_api.web.identity import Principal

log = logging.getLogger("furet.sync")

HEARTBEAT_S = 15.0
# How long a stream of a token that was revoked, or whose scope changed, may go on before it notices.
RECHECK_S = 30.0
RETRY_AFTER_S = 30

# Who the stream's token belongs to now, and so what they see; None: nobody any more.
Recheck = Callable[[], Principal | None]


class Listener:
    """One open stream: what it may hear of, and what it has not been told yet."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal
        self._news: set[str] = set()
        self._bell = threading.Condition()
        self._over = False

    def tell(self, changes: Changes) -> None:
        """Ring if one of the changes is in sight."""
        heard = {collection for collection, bucket in changes if in_sight(self.principal, bucket)}
        if heard:
            with self._bell:
                self._news |= heard
                self._bell.notify()

    def end(self) -> None:
        """Let the stream come to its end."""
        with self._bell:
            self._over = True
            self._bell.notify()

    def wait(self, seconds: float) -> set[str] | None:
        """The collections with news, possibly none after `seconds`; None when the stream is over."""
        with self._bell:
            if not self._news and not self._over:
                self._bell.wait(seconds)
            news, self._news = self._news, set()
            return None if self._over else news


class Switchboard:
    """The open streams of this process, at most `cap`; the watcher runs while there are any."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()
        self._watcher: threading.Thread | None = None
        self._over = False

    def open(self, engine: Engine, principal: Principal) -> Listener:
        """A new stream. Raises Full past the cap."""
        with self._lock:
            if len(self._listeners) >= self._cap:
                raise Full(f"This process holds {self._cap} streams already; pull now and then instead.", RETRY_AFTER_S)
            listener = Listener(principal)
            self._listeners.add(listener)
            if self._over:
                listener.end()
            elif self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, args=(engine,), daemon=True, name="sync-watcher")
                self._watcher.start()
        return listener

    @property
    def listening(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    def close(self, listener: Listener) -> None:
        """Give the stream's place back."""
        with self._lock:
            self._listeners.discard(listener)

    def end(self) -> None:
        """The process is about to end: let every stream do so, and those that still open do so at once."""
        self._over = True
        self._end_all()

    def _watch(self, engine: Engine) -> None:
        try:
            for changes in watch(engine):
                with self._lock:
                    listeners = tuple(self._listeners)
                    if not listeners:
                        self._watcher = None
                        return
                for listener in listeners:
                    listener.tell(changes)
        except Exception:
            # A phone whose stream ends comes back and so starts a new watcher; a deaf stream would look well.
            log.exception("The watcher failed; the open streams end.")
            self._end_all()

    def _end_all(self) -> None:
        with self._lock:
            self._watcher = None
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener.end()


def events(switchboard: Switchboard, listener: Listener, everything: list[str], recheck: Recheck) -> Iterator[bytes]:
    """The body of one stream: server-sent events named after collections, with RESYNC as data, and heartbeats."""
    try:
        yield b"retry: 3000\n\n" + _resync(everything)
        checked_at = time.monotonic()
        while (news := listener.wait(HEARTBEAT_S)) is not None:
            if SCOPE in news or time.monotonic() - checked_at >= RECHECK_S:
                before, checked_at = listener.principal, time.monotonic()
                fresh = recheck()
                if fresh is None:
                    return
                listener.principal = fresh
                news = set(everything) if _sees_otherwise(fresh, before) else news - {SCOPE}
            yield _resync(sorted(news)) or b": still here\n\n"
    finally:
        switchboard.close(listener)


def _resync(collections: list[str]) -> bytes:
    return b"".join(f"event: {name}\ndata: RESYNC\n\n".encode() for name in collections)


def _sees_otherwise(fresh: Principal, before: Principal) -> bool:
    return (fresh.territory_ids, fresh.led_ids) != (before.territory_ids, before.led_ids)
