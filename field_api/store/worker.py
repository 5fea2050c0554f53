"""The worker: takes one job after the other and survives whatever a job does."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from field_api import clock
from field_api.store import jobs, receipts
from field_api.store.base import db
from field_api.store.engine import AnySession, writing
from field_api.store.jobs import Handler, Job, LeasedJob

log = logging.getLogger("furet.worker")

IDLE_S = 1.0
DONE_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Recurring:
    """A job that comes round by itself: one run in each period, whatever the number of workers."""

    kind: str
    every_s: int


def work(handlers: Mapping[str, Handler], recurring: tuple[Recurring, ...], stop: threading.Event) -> None:
    """Run jobs until `stop` is set; wants an application context."""
    promised: dict[str, int] = {}
    while not stop.is_set():
        try:
            promise_recurring(recurring, promised)
            busy = run_one(handlers)
        except SQLAlchemyError:
            log.exception("The database did not answer; the worker tries again.")
            busy = False
        if not busy:
            stop.wait(IDLE_S)


def run_one(handlers: Mapping[str, Handler]) -> bool:
    """Do the one job that is due, if there is one; tells whether there was."""
    kinds = tuple(handlers)
    db.session.rollback()
    if not jobs.is_due(db.session, kinds):
        db.session.rollback()
        return False
    with writing(db.session):
        job = jobs.lease(db.session, kinds)
    if job is None:
        return False
    try:
        with writing(db.session):
            handlers[job.kind](db.session, job.payload)
            jobs.complete(db.session, job)
    except Exception as error:  # noqa: BLE001 - a job may fail in any way, and the next one must still run
        log.warning("Job %s (%s) failed, attempt %d: %s", job.id, job.kind, job.attempt, type(error).__name__)
        _postpone(job, error)
    return True


def _postpone(job: LeasedJob, error: Exception) -> None:
    with writing(db.session):
        # The kind of error alone: its text may quote the payload.
        jobs.postpone(db.session, job, type(error).__name__)


def promise_recurring(recurring: tuple[Recurring, ...], promised: dict[str, int]) -> None:
    """Promise each recurring job once a period.

    `promised` remembers, by kind, the period last promised by this worker, so that an idle one does not write.
    """
    due = [(one, _slot(one, clock.now())) for one in recurring]
    fresh = [(one, slot) for one, slot in due if promised.get(one.kind) != slot]
    if not fresh:
        return
    with writing(db.session):
        for one, slot in fresh:
            jobs.enqueue(db.session, one.kind, {}, dedup_key=f"{one.kind}:{slot}")
    promised.update({one.kind: slot for one, slot in fresh})


def _slot(one: Recurring, moment: datetime) -> int:
    return int(moment.timestamp()) // one.every_s


def housekeeping(session: AnySession, _payload: dict[str, Any]) -> None:
    """Forget old receipts and the jobs done more than a week ago."""
    receipts.purge(session)
    session.execute(delete(Job).where(Job.done_at < clock.now() - DONE_KEPT))


HOUSEKEEPING = Recurring("store.housekeeping", every_s=24 * 3600)
