"""Waiting for what happens by itself."""

import time
from collections.abc import Callable


def eventually(holds: Callable[[], bool], within_s: float = 60) -> bool:
    """Whether it comes to hold in time: a busy machine may take long."""
    until = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
