"""Every version that an offer ever had, kept whole: what was offered on a past day is what held then."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select

from field_api.offers.models import offer_versions
from field_api.store.engine import AnySession

INSTANTS = ("starts_at", "ends_at", "created_at", "updated_at")


def version_row(offer: Mapping[str, Any], held_at: datetime) -> dict[str, Any]:
    """The row of `offer_versions` for an offer as it is from `held_at` on."""
    texts = {name: offer[name].astimezone(UTC).isoformat() for name in INSTANTS if offer[name] is not None}
    document = dict(offer) | texts
    return {"offer_id": offer["id"], "number": offer["version"], "held_at": held_at, "document": document}


def keep_version(session: AnySession, offer: Mapping[str, Any]) -> None:
    """Keep an offer as it is from its `updated_at` on."""
    session.execute(insert(offer_versions), version_row(offer, offer["updated_at"]))


def documents_at(session: AnySession, offer_ids: Collection[str], at: datetime) -> dict[str, dict[str, Any]]:
    """These offers as they were at `at`, by id; those not made by then are left out."""
    kept = offer_versions.c
    held = select(kept.offer_id, func.max(kept.number).label("number")).where(
        kept.offer_id.in_(offer_ids), kept.held_at <= at
    )
    last = held.group_by(kept.offer_id).subquery()
    query = select(kept.document).join(last, (last.c.offer_id == kept.offer_id) & (last.c.number == kept.number))
    return {one["id"]: one for one in map(read_document, session.execute(query).scalars())}


def versions_of(
    session: AnySession, offer_id: str, limit: int, before: int | None
) -> tuple[list[dict[str, Any]], tuple[int] | None]:
    """A page of the versions, the latest first, and the number of its last when more follow."""
    kept = offer_versions.c
    query = select(kept.number, kept.held_at, kept.document).where(kept.offer_id == offer_id)
    if before is not None:
        query = query.where(kept.number < before)
    rows = session.execute(query.order_by(kept.number.desc()).limit(limit + 1)).all()
    items = [{"number": row.number, "held_at": row.held_at, "offer": read_document(row.document)} for row in rows]
    return items[:limit], (items[limit - 1]["number"],) if len(items) > limit else None


def read_document(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A kept document with its instants as instants."""
    return dict(kept) | _instants(kept, INSTANTS)


def _instants(kept: Mapping[str, Any], names: Iterable[str]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(kept[name]) for name in names if kept[name] is not None}
