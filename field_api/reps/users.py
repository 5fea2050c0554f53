"""Use cases of the people who work here; their passwords are `access`'s business."""

from typing import Any

from sqlalchemy import ColumnElement, String, exists, or_, select, true, tuple_

from field_api import clock
from field_api.errors import Clash, NotFound
from field_api.reps.models import Assignment, User, in_force
from field_api.store import audit
from field_api.store.columns import Id, new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web.identity import Principal


def user_document(row: Any) -> dict[str, Any]:
    """A user as JSON; `row` is a User or its columns."""
    return {
        "id": row.id,
        "email": row.email,
        "name": row.name,
        "role": row.role,
        "locale": row.locale,
        "locked_at": row.locked_at,
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def in_sight(principal: Principal) -> ColumnElement[bool]:
    """Whom the caller may know of: an admin everybody, a manager the reps assigned now in the subtrees."""
    if principal.territory_ids is None:
        return true()
    assigned = exists().where(
        Assignment.user_id == User.id, in_force(clock.now()), Assignment.territory_id.in_(principal.territory_ids)
    )
    return (User.role == "rep") & assigned


def list_users(
    session: AnySession, principal: Principal, asked: dict[str, Any], after: tuple[Any, ...] | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the users in sight by name; `asked` may narrow it by `q` (in name or e-mail), `role` and `locked`."""
    rows = select(*User.__table__.c).where(in_sight(principal)).order_by(User.name, User.id).limit(asked["limit"] + 1)
    if asked.get("q"):
        rows = rows.where(
            or_(User.name.icontains(asked["q"], autoescape=True), User.email.icontains(asked["q"], autoescape=True))
        )
    if asked.get("role"):
        rows = rows.where(User.role == asked["role"])
    if asked.get("locked") is not None:
        rows = rows.where(User.locked_at.is_not(None) if asked["locked"] else User.locked_at.is_(None))
    if after is not None:
        rows = rows.where(tuple_(User.name, User.id) > tuple_(*after, types=(String(), Id)))
    found = session.execute(rows).all()
    page = found[: asked["limit"]]
    return [user_document(row) for row in page], (page[-1].name, page[-1].id) if len(found) > len(page) else None


def require_user(session: AnySession, principal: Principal, user_id: str, *, lock: bool = False) -> User:
    """The user, if the caller may know of them; raises NotFound."""
    one = select(User).where(User.id == user_id, in_sight(principal))
    user = session.scalars(one.with_for_update() if lock else one).one_or_none()
    if user is None:
        raise NotFound("There is no such user.")
    return user


def id_of_email(session: AnySession, email: str) -> str:
    """Whose address it is; raises NotFound."""
    user_id = session.execute(select(User.id).where(User.email == email.strip().lower())).scalar()
    if user_id is None:
        raise NotFound(f"Nobody here has the address {email}.")
    return user_id


def create_user(session: AnySession, principal: Principal, data: dict[str, Any]) -> User:
    """Somebody new, without a password yet. Raises Clash for an e-mail or id in use."""
    own_id, email = data.get("id") or new_id(), data["email"].lower()
    if session.get(User, own_id) is not None:
        raise Clash(f"The id {own_id} stands for another user.")
    _check_email(session, email, own_id)
    user = User(id=own_id, email=email, name=data["name"], role=data["role"], locale=data.get("locale") or "fr")
    session.add(user)
    session.flush()
    audit.record(session, principal.actor, "user.create", own_id, after=user_document(user))
    return user


def hold_user(session: AnySession, user_id: str) -> User:
    """The user, held for a change by an admin, after all admins were held in one order; raises NotFound.

    So that two admins who demote each other at the same moment come one after the other.
    """
    session.execute(select(User.id).where(User.role == "admin").order_by(User.id).with_for_update()).all()
    user = session.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None:
        raise NotFound("There is no such user.")
    return user


def change_user(session: AnySession, principal: Principal, user: User, data: dict[str, Any]) -> User:
    """Another e-mail, name, role or locale of a user held by `hold_user`.

    Raises Clash for an e-mail in use, or for another role of the last admin.
    """
    before, email = user_document(user), data["email"].lower()
    _check_email(session, email, user.id)
    if user.role == "admin" and data["role"] != "admin":
        _check_not_last_admin(session, user)
    user.email, user.name, user.role, user.locale = email, data["name"], data["role"], data["locale"]
    return _changed(session, principal, user, "user.change", before)


def lock_user(session: AnySession, principal: Principal, user_id: str) -> User:
    """Keep a user out from the next request on. Raises Clash for the last admin. Twice is the same as once."""
    user = hold_user(session, user_id)
    if user.locked_at is not None:
        return user
    _check_not_last_admin(session, user)
    before = user_document(user)
    user.locked_at = clock.now()
    return _changed(session, principal, user, "user.lock", before)


def unlock_user(session: AnySession, principal: Principal, user_id: str) -> User:
    """Let a user in again. Twice is the same as once."""
    user = hold_user(session, user_id)
    if user.locked_at is None:
        return user
    before = user_document(user)
    user.locked_at = None
    return _changed(session, principal, user, "user.unlock", before)


def _check_not_last_admin(session: AnySession, user: User) -> None:
    others = select(User.id).where(User.role == "admin", User.locked_at.is_(None), User.id != user.id).limit(1)
    if user.role == "admin" and user.locked_at is None and session.execute(others).first() is None:
        raise Clash("This is the last admin who can sign in; make another one first.")


def _check_email(session: AnySession, email: str, own_id: str) -> None:
    if session.execute(select(User.id).where(User.email == email, User.id != own_id)).first() is not None:
        raise Clash(f"The e-mail {email} is another user's.")


def _changed(session: AnySession, principal: Principal, user: User, action: str, before: dict[str, Any]) -> User:
    user.touch()
    session.flush()
    audit.record(session, principal.actor, action, user.id, before, user_document(user))
    feed.scope_changed(session, user.id)
    return user
