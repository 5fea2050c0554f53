"""Jobs: work promised inside a business transaction and done after it, at least once, by whichever worker is free."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, SmallInteger, String, Text, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Mapped, mapped_column

from field_api import clock
from field_api.store.base import Base
from field_api.store.columns import SENSITIVE, Id, Instant, Json, new_id, personal
from field_api.store.engine import AnySession

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 12


class Job(Base):
    """One promise. A job is open until `done_at` or `failed_at` is set; a lease that has run out is nobody's."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "ix_jobs_open",
            "run_at",
            sqlite_where=text("done_at IS NULL AND failed_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(Json, info=personal(SENSITIVE, "do the work that was promised"))
    dedup_key: Mapped[str | None] = mapped_column(String(255), unique=True)
    run_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Instant, default=None)
    done_at: Mapped[datetime | None] = mapped_column(Instant, default=None, index=True)
    failed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    last_error: Mapped[str | None] = mapped_column(Text, default=None)


@dataclass(frozen=True)
class LeasedJob:
    """A job in a worker's hands, for the `attempt`-th time."""

    id: str
    kind: str
    payload: dict[str, Any]
    attempt: int


# A handler does its work in the session given; the job is marked done in the same transaction.
Handler = Callable[[AnySession, dict[str, Any]], None]


def enqueue(
    session: AnySession,
    kind: str,
    payload: dict[str, Any],
    *,
    dedup_key: str | None = None,
    run_at: datetime | None = None,
) -> None:
    """Promise a job in the caller's transaction; a second promise with the same `dedup_key` is the first one."""
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    values = {"id": new_id(), "kind": kind, "payload": payload, "dedup_key": dedup_key, "run_at": run_at or clock.now()}
    session.execute(insert(Job).values(values | {"attempts": 0}).on_conflict_do_nothing())


def is_due(session: AnySession, kinds: tuple[str, ...]) -> bool:
    """Whether there is work; a read alone, so that an idle worker never takes the write lock."""
    return session.execute(select(Job.id).where(*_due(kinds)).limit(1)).first() is not None


def lease(session: AnySession, kinds: tuple[str, ...]) -> LeasedJob | None:
    """Take the job that has waited longest, or None; the caller commits, which makes the lease seen by others."""
    oldest = select(Job).where(*_due(kinds)).order_by(Job.run_at).limit(1).with_for_update(skip_locked=True)
    job = session.scalars(oldest).first()
    if job is None:
        return None
    job.attempts += 1
    job.leased_until = clock.now() + LEASE
    return LeasedJob(job.id, job.kind, job.payload, job.attempts)


def complete(session: AnySession, job: LeasedJob) -> None:
    """Mark the job done; the payload, which may hold personal data, is emptied."""
    _settle(session, job.id, done_at=clock.now(), payload={}, leased_until=None)


def postpone(session: AnySession, job: LeasedJob, error: str) -> None:
    """Try again later, each time twice as late; after the last attempt the job is failed and stays for an admin."""
    if job.attempt >= MOST_ATTEMPTS:
        _settle(session, job.id, failed_at=clock.now(), last_error=error, leased_until=None)
        return
    wait = timedelta(seconds=min(5 * 2**job.attempt, 6 * 3600))
    _settle(session, job.id, run_at=clock.now() + wait, last_error=error, leased_until=None)


def _due(kinds: tuple[str, ...]) -> tuple[ColumnElement[bool], ...]:
    moment = clock.now()
    free = or_(Job.leased_until.is_(None), Job.leased_until < moment)
    return Job.done_at.is_(None), Job.failed_at.is_(None), Job.run_at <= moment, free, Job.kind.in_(kinds)


def _settle(session: AnySession, job_id: str, **values: Any) -> None:
    session.execute(update(Job).where(Job.id == job_id).values(**values).execution_options(synchronize_session=False))
