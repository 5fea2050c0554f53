"""A hook of schemathesis: every request is an intention of its own, so a key that was generated twice is made new."""

from typing import Any
from uuid import uuid4

import schemathesis

LONGEST, LONGEST_KEPT = 255, 218


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Append something new to a usable Idempotency-Key; an unusable one stays, since it is to be refused."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 0 < len(key) <= LONGEST and key.isascii() and key.isprintable():
        case.headers["Idempotency-Key"] = f"{key[:LONGEST_KEPT]}-{uuid4()}"
