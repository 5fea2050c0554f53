"""Fills the demo company for tests, as of a day that is always the same."""

import hashlib
from datetime import UTC, datetime

from sqlalchemy import select

from field_api.demo import company
from field_api.store.base import Base, db

DAY = datetime(2026, 3, 2, tzinfo=UTC)
SECRETS = {"passwords"}
NUMBERED_BY_THE_DATABASE = {"sync_lanes", "sync_entries"}


def fill(count: int, seed: int = 7) -> list[dict[str, str]]:
    told: list[tuple[int, int]] = []
    logins = company.fill(
        db.session,
        customers=count,
        seed=seed,
        new_password=lambda: "quiet-otter-27-lamps",
        progress=lambda done, total: told.append((done, total)),
        at=DAY,
    )
    assert told[-1] == (count, count)
    return logins


def fingerprint() -> dict[str, str]:
    """A hash of all rows of each table, secrets left out."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in SECRETS | NUMBERED_BY_THE_DATABASE:
            rows = sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found
