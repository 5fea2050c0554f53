"""What time does to surveys: mails are written when it is not quiet."""

from typing import Any

from field_api import clock
from field_api.reps.company import company, is_quiet
from field_api.store.engine import AnySession
from field_api.store.jobs import enqueue
from field_api.store.worker import Recurring
from field_api.surveys import mails

# Often, so that nobody waits long for an invitation after the quiet hours; a run that finds nothing is one read.
WRITE = Recurring("surveys.write", every_s=900)


def write(session: AnySession, _payload: dict[str, Any]) -> None:
    """Write invitations and reminders; in quiet hours, a later run does."""
    if is_quiet(company(session)[0], clock.now()):
        return
    mails.write_invitations(session)
    mails.write_reminders(session)


def promise_mails(session: AnySession) -> None:
    """Have what waits written at once, unless it is quiet."""
    enqueue(session, WRITE.kind, {})
