"""Use cases of assignments: who looks after which territory, from when to when."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from field_api import clock
from field_api.errors import Clash, NotFound
from field_api.reps.models import Assignment, User, in_force
from field_api.reps.rules import check_assignable, check_period
from field_api.reps.territories import require_territory
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web.identity import Principal


def assignment_document(row: Any) -> dict[str, Any]:
    """An assignment as JSON; `row` is an Assignment or its columns."""
    return {
        "id": row.id,
        "user_id": row.user_id,
        "territory_id": row.territory_id,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def list_assignments(
    session: AnySession, principal: Principal, asked: dict[str, Any], after: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page, oldest first: all for an admin, a manager's subtrees, a rep's own; `asked` narrows it."""
    rows = select(*Assignment.__table__.c).where(Assignment.id > (after or "00000000-0000-0000-0000-000000000000"))
    if principal.role == "rep":
        rows = rows.where(Assignment.user_id == principal.id)
    elif principal.territory_ids is not None:
        rows = rows.where(Assignment.territory_id.in_(principal.territory_ids))
    for name in ("user_id", "territory_id"):
        if asked.get(name):
            rows = rows.where(Assignment.__table__.c[name] == asked[name])
    if asked.get("at"):
        rows = rows.where(in_force(asked["at"]))
    found = session.execute(rows.order_by(Assignment.id).limit(asked["limit"] + 1)).all()
    page = found[: asked["limit"]]
    return [assignment_document(row) for row in page], (page[-1].id,) if len(found) > len(page) else None


def require_assignment(
    session: AnySession, principal: Principal, assignment_id: str, *, lock: bool = False
) -> Assignment:
    """An assignment in sight: a rep's own, one in a manager's subtrees, any for an admin. Raises NotFound."""
    found = session.get(Assignment, assignment_id, with_for_update=lock or None)
    if found is None or not _in_sight(principal, found):
        raise NotFound("There is no such assignment.")
    return found


def assign(session: AnySession, principal: Principal, data: dict[str, Any]) -> Assignment:
    """Let a rep or manager look after a territory, from `starts_at` (now) to just before `ends_at` (open).

    Raises NotFound for the user or the territory, Clash for another role, a period that ends before it starts, or one
    that overlaps the same assignment.
    """
    # The user is locked so that two equal assignments at once cannot both find the period free.
    user = session.get(User, data["user_id"], with_for_update=True)
    if user is None:
        raise NotFound("There is no such user.")
    check_assignable(user.role)
    territory = require_territory(session, principal, data["territory_id"])
    starts_at, ends_at = data.get("starts_at") or clock.now(), data.get("ends_at")
    check_period(starts_at, ends_at)
    own_id = data.get("id") or new_id()
    if session.get(Assignment, own_id) is not None:
        raise Clash(f"The id {own_id} stands for another assignment.")
    _check_free(session, user.id, territory.id, starts_at, ends_at)
    made = Assignment(id=own_id, user_id=user.id, territory_id=territory.id, starts_at=starts_at, ends_at=ends_at)
    session.add(made)
    session.flush()
    audit.record(session, principal.actor, "assignment.create", own_id, after=assignment_document(made))
    feed.scope_changed(session, made.user_id)
    return made


def end_assignment(
    session: AnySession, principal: Principal, assignment_id: str, ends_at: datetime | None
) -> Assignment:
    """End an assignment, now or at a given instant. Raises NotFound, or Clash when it has ended already."""
    assignment = require_assignment(session, principal, assignment_id, lock=True)
    moment = clock.now()
    if assignment.ends_at is not None and assignment.ends_at <= moment:
        raise Clash(f"It ended at {assignment.ends_at.isoformat()} already.")
    before = assignment_document(assignment)
    # One that was yet to begin and is called off ends as it begins: it is never in force.
    assignment.ends_at = ends_at or max(moment, assignment.starts_at)
    check_period(assignment.starts_at, assignment.ends_at)
    assignment.touch()
    audit.record(session, principal.actor, "assignment.end", assignment.id, before, assignment_document(assignment))
    feed.scope_changed(session, assignment.user_id)
    return assignment


def _in_sight(principal: Principal, assignment: Assignment) -> bool:
    if principal.role == "rep":
        return assignment.user_id == principal.id
    return principal.may_see(assignment.territory_id)


def _check_free(
    session: AnySession, user_id: str, territory_id: str, starts_at: datetime, ends_at: datetime | None
) -> None:
    overlapping = select(Assignment.id).where(
        Assignment.user_id == user_id,
        Assignment.territory_id == territory_id,
        or_(Assignment.ends_at.is_(None), Assignment.ends_at > starts_at),
    )
    if ends_at is not None:
        overlapping = overlapping.where(Assignment.starts_at < ends_at)
    found = session.execute(overlapping.limit(1)).scalar()
    if found is not None:
        raise Clash(f"The assignment {found} covers part of this period; end it first.")
