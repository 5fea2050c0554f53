"""Column types that read the same on SQLite and PostgreSQL, and the personal-data tag that columns carry."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine
from uuid6 import uuid7

# Ids are text in Python. SQLite keeps the 36 characters, so that hot reads convert nothing; PostgreSQL keeps a uuid.
Id = Uuid(as_uuid=False).with_variant(String(36), "sqlite")

Json = JSON().with_variant(JSONB(), "postgresql")


def new_id() -> str:
    """A fresh UUIDv7 (RFC 9562), in its canonical 36 characters: ids made later sort later."""
    return str(uuid7())


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant with microseconds.

    SQLite keeps RFC 3339 text of one width, so that text order is time order and reading needs no arithmetic.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """A text column on SQLite, timestamptz elsewhere."""
        return dialect.type_descriptor(String(27) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive instant, which would silently mean another moment on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} is naive; instants are aware.")
        utc = value.astimezone(UTC)
        # Not strftime, which writes the year 999 with three digits and so breaks the order.
        return utc.isoformat(timespec="microseconds")[:26] + "Z" if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Aware and in UTC, whatever the session's time zone."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


PUBLIC, INTERNAL, ORDINARY, SENSITIVE, SECRET = range(5)


def personal(level: int, purpose: str) -> dict[str, Any]:
    """Tag a column with how critical it is and why it is kept; goes into the column's `info`.

    Levels: 0 public, 1 internal, 2 name, visits or points, 3 contact details, birth date, positions, notes or answers,
    4 secrets. Export, erasure, masking, logs and the research export derive from these tags.
    """
    return {"level": level, "purpose": purpose}
