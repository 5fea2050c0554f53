"""Invariants of people, territories and assignments, for `furet check`."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from field_api.reps.models import Assignment, Territory, User
from field_api.store.checks import Check
from field_api.store.engine import AnySession


def _periods(session: AnySession) -> list[str]:
    backwards = select(Assignment.id).where(Assignment.ends_at < Assignment.starts_at)
    return [f"assignment {own_id} ends before it starts" for own_id in session.scalars(backwards)]


def _overlaps(session: AnySession) -> list[str]:
    other = aliased(Assignment)
    pairs = (
        select(Assignment.id, other.id)
        .join(other, (other.user_id == Assignment.user_id) & (other.territory_id == Assignment.territory_id))
        .where(
            Assignment.id < other.id,
            (Assignment.ends_at.is_(None)) | (Assignment.ends_at > other.starts_at),
            (other.ends_at.is_(None)) | (other.ends_at > Assignment.starts_at),
        )
    )
    return [f"assignments {one} and {two} overlap" for one, two in session.execute(pairs)]


def _paths(session: AnySession) -> list[str]:
    parent = aliased(Territory)
    rows = select(Territory.id, Territory.path, parent.path).outerjoin(parent, parent.id == Territory.parent_id)
    return [
        f"territory {own_id} has the path {path}, its parent {above or 'none'}"
        for own_id, path, above in session.execute(rows)
        if path != f"{above or '/'}{own_id}/"
    ]


def _admins(session: AnySession) -> list[str]:
    if session.execute(select(User.id).limit(1)).first() is None:
        return []
    free = select(User.id).where(User.role == "admin", User.locked_at.is_(None)).limit(1)
    return [] if session.execute(free).first() else ["every admin is locked; add one with `furet user add`"]


def _emails(session: AnySession) -> list[str]:
    return [
        f"user {row.id} has capitals in the e-mail"
        for row in session.scalars(select(User))
        if row.email.lower() != row.email
    ]


CHECKS = (
    Check("no assignment ends before it starts", _periods),
    Check("no two assignments of one user to one territory overlap", _overlaps),
    Check("the path of each territory continues its parent's", _paths),
    Check("an admin can sign in", _admins),
    Check("e-mails of users are in lower case", _emails),
)
