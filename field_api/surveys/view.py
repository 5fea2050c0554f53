"""What the 360 view shows of surveys: when somebody was asked and has answered, and never what."""

from typing import Any

from sqlalchemy import func, select

from field_api import clock
from field_api.store.engine import AnySession
from field_api.surveys.models import invitations, surveys
from field_api.surveys.rules import free_from, runs
from field_api.web.identity import Principal

NAME = "surveys"
MOST = 20

_RUNNING = (
    select(surveys.c.id, surveys.c.title, surveys.c.quiet_days, surveys.c.state, surveys.c.starts_at, surveys.c.ends_at)
    .where(surveys.c.state == "live")
    .order_by(surveys.c.created_at.desc(), surveys.c.id)
    .limit(MOST)
)


def section(session: AnySession, _principal: Principal, customer_id: str) -> dict[str, Any]:
    """When the customer was last asked and last answered, and from when each survey that runs may ask them again."""
    latest = select(
        func.max(invitations.c.invited_at).label("last_asked_at"),
        func.max(invitations.c.answered_at).label("last_answered_at"),
    )
    row = session.execute(latest.where(invitations.c.customer_id == customer_id)).one()
    moment = clock.now()
    running = [one for one in session.execute(_RUNNING) if runs(one.state, one.starts_at, one.ends_at, moment)]
    free = {one.id: free_from(row.last_asked_at, one.quiet_days) for one in running}
    return row._asdict() | {
        "surveys": [{"survey_id": one.id, "title": one.title, "may_be_asked_from": free[one.id]} for one in running],
    }
