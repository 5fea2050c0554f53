"""The audit trail: who did what to what, and when; written with the change or not at all, never edited."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, cast

import orjson
from flask import current_app
from sqlalchemy import DDL, Index, String, Table, event, insert
from sqlalchemy.orm import Mapped, mapped_column

from field_api import clock
from field_api.store.base import Base
from field_api.store.columns import Id, Instant, new_id
from field_api.store.engine import AnySession


class AuditEntry(Base):
    """One act. The hashes say whether a row is still what the act left, without keeping what it held."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject_kind", "subject_id", "id"),
        Index("ix_audit_entries_actor", "actor_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(64), index=True)
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(Id)
    before_hash: Mapped[str | None] = mapped_column(String(32))
    after_hash: Mapped[str | None] = mapped_column(String(32))
    request_id: Mapped[str | None] = mapped_column(String(64))


@dataclass(frozen=True)
class Actor:
    """Who acts: a user, a service account, or the system itself (jobs, the command line; no id)."""

    kind: str
    id: str | None = None
    request_id: str | None = None


SYSTEM = Actor("system")

# Into the table itself, and built once: every change writes a line, and the ORM's way takes several times as long.
_INSERT = insert(cast(Table, AuditEntry.__table__))


def record(
    session: AnySession,
    actor: Actor,
    action: str,
    subject_id: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one line of the trail in the caller's transaction.

    `action` is "subject.verb", such as "customer.create"; `before` and `after` are the subject's documents, None where
    there is none. Only their keyed hashes are kept: the key stands outside the database, so that a phone number cannot
    be guessed back from a hash.
    """
    entry = {
        "id": new_id(),
        "at": clock.now(),
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "action": action,
        "subject_kind": action.partition(".")[0],
        "subject_id": subject_id,
        "before_hash": _hash(before),
        "after_hash": _hash(after),
        "request_id": actor.request_id,
    }
    session.connection().execute(_INSERT, entry)


def _hash(document: dict[str, Any] | None) -> str | None:
    if document is None:
        return None
    key: bytes = current_app.config["SETTINGS"].secret[:64]
    return blake2b(orjson.dumps(document, option=orjson.OPT_SORT_KEYS), digest_size=16, key=key).hexdigest()


# The trail defends itself against our own mistakes: neither an UPDATE nor a DELETE gets through.
for _verb in ("UPDATE", "DELETE"):
    event.listen(
        AuditEntry.__table__,
        "after_create",
        DDL(
            f"CREATE TRIGGER audit_entries_no_{_verb.lower()} BEFORE {_verb} ON audit_entries "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        ).execute_if(dialect="sqlite"),
    )
event.listen(
    AuditEntry.__table__,
    "after_create",
    DDL(
        "CREATE FUNCTION audit_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$; "
        "CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE ON audit_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_append_only()"
    ).execute_if(dialect="postgresql"),
)
