"""What must hold of consents."""

from collections.abc import Sequence

from sqlalchemy import select

from field_api.consents.models import events
from field_api.store.checks import Check
from field_api.store.engine import AnySession
from field_api.web.instants import MOST_AHEAD


def _from_the_future(session: AnySession) -> Sequence[str]:
    said = select(events.c.id, events.c.occurred_at, events.c.recorded_at)
    rows = session.execute(said.where(events.c.occurred_at > events.c.recorded_at))
    return [
        f"Consent {row.id} is of {row.occurred_at}, and was recorded before that."
        for row in rows
        if row.occurred_at > row.recorded_at + MOST_AHEAD
    ]


CHECKS = (Check("no consent is noted before it was given", _from_the_future),)
