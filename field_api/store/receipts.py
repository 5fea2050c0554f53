"""Idempotency receipts: what was answered to a request that carried a key, kept with the effect in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, SmallInteger, String, Table, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Mapped, mapped_column

from field_api import clock
from field_api.errors import KeyReused
from field_api.store.base import Base
from field_api.store.columns import SENSITIVE, Instant, Json, personal
from field_api.store.engine import AnySession

# Phones come back after weeks; past this age a retry is answered by what stands (ids and versions), not by a receipt.
KEPT = timedelta(days=90)


class IdempotencyReceipt(Base):
    """The reply to one keyed request of one caller."""

    __tablename__ = "idempotency_receipts"

    caller: Mapped[str] = mapped_column(String(48), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    status: Mapped[int | None] = mapped_column(SmallInteger, default=None)
    headers: Mapped[dict[str, str] | None] = mapped_column(Json, default=None)
    body: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, info=personal(SENSITIVE, "answer a retried request as the first time")
    )


receipts: Table = IdempotencyReceipt.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is

# Built once: every keyed write runs both.
_CLAIM = {
    "sqlite": insert_sqlite(receipts).on_conflict_do_nothing().returning(receipts.c.key),
    "postgresql": insert_postgresql(receipts).on_conflict_do_nothing().returning(receipts.c.key),
}
_KEEP = (
    update(receipts)
    .where(receipts.c.caller == bindparam("whose"), receipts.c.key == bindparam("which"))
    .values(status=bindparam("status"), headers=bindparam("headers"), body=bindparam("body"))
)


@dataclass(frozen=True)
class StoredReply:
    """A reply as it was given. `body` is None where it held a secret that is shown once only."""

    status: int
    headers: dict[str, str]
    body: bytes | None


def claim(session: AnySession, caller: str, key: str, fingerprint: str) -> StoredReply | None:
    """Take the key for this transaction, or give the reply that stands for it.

    On PostgreSQL a twin waits here until the first one has committed. Raises KeyReused when the key stands for another
    request.
    """
    connection = session.connection()
    values = {"caller": caller, "key": key, "fingerprint": fingerprint, "at": clock.now()}
    if connection.execute(_CLAIM[connection.dialect.name], values).first() is not None:
        return None
    mine = (IdempotencyReceipt.caller == caller, IdempotencyReceipt.key == key)
    receipt = session.execute(select(IdempotencyReceipt).where(*mine)).scalar_one()
    if receipt.fingerprint != fingerprint:
        raise KeyReused("This Idempotency-Key stands for another request; make a new key for a new request.")
    return StoredReply(receipt.status or 0, receipt.headers or {}, receipt.body)


def keep(session: AnySession, caller: str, key: str, reply: StoredReply) -> None:
    """Store the reply under the claimed key, in the transaction of its effect."""
    values = {"whose": caller, "which": key, "status": reply.status, "headers": reply.headers, "body": reply.body}
    session.connection().execute(_KEEP, values)


def purge(session: AnySession) -> None:
    """Forget the receipts that are past their age."""
    session.execute(delete(IdempotencyReceipt).where(IdempotencyReceipt.at < clock.now() - KEPT))
