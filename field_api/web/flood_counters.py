"""Counters of floods in one process's memory.

The storage that `limits` brings for this starts a thread some hundred times a second to forget old counts; here they
are forgotten when there are many.
"""

import threading
import time

from limits.storage import Storage

MOST_KEYS = 10_000


class ProcessStorage(Storage):
    """Fixed windows in a dictionary; each process counts for itself."""

    STORAGE_SCHEME = None

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_options: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._lock = threading.Lock()
        # key -> how many, and until when (seconds since the epoch)
        self._windows: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing here can be away."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, in the window that is open or in a new one of `expiry` seconds."""
        moment = time.time()
        with self._lock:
            count, until = self._windows.get(key, (0, 0.0))
            if until <= moment:
                count, until = 0, moment + expiry
                self._forget(moment)
            self._windows[key] = (count + amount, until)
            return count + amount

    def get(self, key: str) -> int:
        """How many in the window that is open."""
        count, until = self._windows.get(key, (0, 0.0))
        return count if until > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since the epoch; now if none is open."""
        return max(self._windows.get(key, (0, 0.0))[1], time.time())

    def check(self) -> bool:
        """Memory always answers."""
        return True

    def reset(self) -> int:
        """Forget everything; tells how many keys there were."""
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
            return count

    def clear(self, key: str) -> None:
        """Forget one key."""
        with self._lock:
            self._windows.pop(key, None)

    def _forget(self, moment: float) -> None:
        if len(self._windows) >= MOST_KEYS:
            self._windows = {key: window for key, window in self._windows.items() if window[1] > moment}
