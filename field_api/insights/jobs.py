"""What is done of insights in the background: gestures suggested, and what is over ended, a little at a time."""

from typing import Any

from field_api.insights import ending, suggesting
from field_api.insights.steps import END, SUGGEST
from field_api.store.engine import AnySession, let_go
from field_api.store.worker import Recurring

# Every day: who was met lately, or has refused, may be suggested something later.
SUGGESTING = Recurring(SUGGEST, every_s=24 * 3600)
ENDING = Recurring(END, every_s=3600)
RECURRING = (SUGGESTING, ENDING)


def end(session: AnySession, _payload: dict[str, Any]) -> None:
    """End what is over."""
    while ending.end_some(session):
        # Some at a time, so that no rep waits for the whole lot.
        with let_go(session):
            pass


def suggest(session: AnySession, payload: dict[str, Any]) -> None:
    """Walk over the scores of each insight that speaks; a walk that was cut short goes on where it was."""
    # First: a customer has one suggestion at a time.
    end(session, payload)
    for insight_id in suggesting.published(session):
        suggesting.begin_round(session, insight_id)
        while suggesting.walk_on(session, insight_id):
            with let_go(session):
                pass
