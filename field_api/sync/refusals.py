"""Edits of phones that were not stored, kept in full with the reason until the rep has seen them."""

from collections.abc import Collection
from hashlib import blake2b
from typing import Any

import orjson
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.errors import FuretError, NotFound
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync.collections import Document, of_rep
from field_api.sync.feed import touch
from field_api.sync.followers import device_of
from field_api.sync.models import Refusal
from field_api.web.identity import Principal
from field_api.web.problems import document_of

_SHOWN = tuple(
    getattr(Refusal, name) for name in ("id", "collection", "doc_id", "problem", "document", "awaits_id", "at")
)


def keep(
    session: AnySession,
    principal: Principal,
    collection: str,
    document: Document,
    reason: FuretError,
    awaits_id: str | None = None,
) -> None:
    """Keep a refused edit, or one that awaits another document; pushed again by the same device it is kept once."""
    told = orjson.dumps([collection, document], option=orjson.OPT_SORT_KEYS)
    values = {
        "id": new_id(),
        "device_id": device_of(principal),
        "user_id": principal.id,
        "collection": collection,
        "doc_id": document["id"],
        "fingerprint": blake2b(told, digest_size=16).hexdigest(),
        "problem": document_of(reason),
        "document": document,
        "awaits_id": awaits_id,
        "at": clock.now(),
    }
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    session.execute(insert(Refusal).values(values).on_conflict_do_nothing())


def of_device(
    session: AnySession, principal: Principal, device_id: str, after: str | None, most: int
) -> list[dict[str, Any]]:
    """A device's refused edits that nobody has seen yet, oldest first: the caller's own, and for an admin anybody's."""
    query = select(*_SHOWN).where(Refusal.device_id == device_id, *_whose(principal)).order_by(Refusal.id).limit(most)
    rows = session.execute(query if after is None else query.where(Refusal.id > after))
    return [dict(row._mapping) for row in rows]


def forget(session: AnySession, principal: Principal, device_id: str, refusal_id: str) -> None:
    """Forget a refused edit that its rep has seen; one that still waited leaves the phone. Raises NotFound."""
    mine = (Refusal.id == refusal_id, Refusal.device_id == device_id, *_whose(principal))
    told = (Refusal.user_id, Refusal.collection, Refusal.doc_id, Refusal.awaits_id)
    row = session.execute(delete(Refusal).where(*mine).returning(*told)).first()
    if row is None:
        raise NotFound(f"There is no refused edit {refusal_id} of that device.")
    if row.awaits_id is not None:
        touch(session, row.collection, row.doc_id, of_rep(row.user_id))


def take_back(session: AnySession, principal: Principal, collection: str, doc_id: str) -> None:
    """Keep no refusal of what the caller has sent again since, and what counts by now."""
    mine = (Refusal.user_id == principal.id, Refusal.collection == collection, Refusal.doc_id == doc_id)
    session.execute(delete(Refusal).where(*mine))


def take_waiting(session: AnySession, principal: Principal, arrived: Collection[str]) -> list[tuple[str, Document]]:
    """What the caller's devices had pushed before the documents that now arrived, with its collection; kept no more."""
    mine = (Refusal.user_id == principal.id, Refusal.awaits_id.in_(arrived))
    query = select(Refusal.id, Refusal.collection, Refusal.document).where(*mine).order_by(Refusal.id)
    rows = session.execute(query).all() if arrived else []
    if rows:
        session.execute(delete(Refusal).where(Refusal.id.in_([row.id for row in rows])))
    return [(row.collection, row.document) for row in rows]


def _whose(principal: Principal) -> tuple[ColumnElement[bool], ...]:
    return () if principal.role == "admin" else (Refusal.user_id == principal.id,)
