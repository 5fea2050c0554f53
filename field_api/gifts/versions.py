"""Every version that a gift ever had, kept whole: what it cost on a past day is what held then."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from field_api.gifts.models import gift_versions
from field_api.store.engine import AnySession

INSTANTS = ("starts_at", "ends_at", "created_at", "updated_at")


def version_row(gift: Mapping[str, Any]) -> dict[str, Any]:
    """The row of `gift_versions` for a gift as it is from its `updated_at` on."""
    texts = {name: gift[name].astimezone(UTC).isoformat() for name in INSTANTS if gift[name] is not None}
    document = dict(gift) | texts
    return {"gift_id": gift["id"], "number": gift["version"], "held_at": gift["updated_at"], "document": document}


def keep_version(session: AnySession, gift: Mapping[str, Any]) -> None:
    """Keep a gift as it is from its `updated_at` on."""
    session.connection().execute(insert(gift_versions), version_row(gift))


def document_at(session: AnySession, gift_id: str, at: datetime) -> dict[str, Any] | None:
    """The gift as it was at that moment; None before it was made."""
    kept = gift_versions.c
    held = select(kept.document).where(kept.gift_id == gift_id, kept.held_at <= at)
    found = session.execute(held.order_by(kept.number.desc()).limit(1)).scalar()
    return None if found is None else _read(found)


def _read(kept: Mapping[str, Any]) -> dict[str, Any]:
    instants = {name: datetime.fromisoformat(kept[name]) for name in INSTANTS if kept[name] is not None}
    return dict(kept) | instants
