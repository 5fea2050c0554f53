"""Who is asking, as they may know it of themselves."""

from typing import Any

from sqlalchemy import select

from field_api import clock
from field_api.access.models import ServiceAccount
from field_api.reps.models import Assignment, Territory, User, in_force
from field_api.store.engine import AnySession
from field_api.web.identity import Principal


def who_asks(session: AnySession, principal: Principal) -> dict[str, Any]:
    """The caller's profile, rights, and the territories assigned to them now."""
    known = {
        "id": principal.id,
        "role": principal.role,
        "email": None,
        "locale": None,
        "shop_id": principal.shop_id,
        "device_id": principal.family_id,
        "scopes": None if principal.scopes is None else sorted(principal.scopes),
        "territories": [],
    }
    if principal.role == "service":
        return known | {"name": session.get_one(ServiceAccount, principal.id).name}
    user = session.execute(select(User.name, User.email, User.locale).where(User.id == principal.id)).one()
    return known | {**user._mapping, "territories": _territories(session, principal.id)}


def _territories(session: AnySession, user_id: str) -> list[dict[str, Any]]:
    theirs = (
        select(Territory.id, Territory.name)
        .join(Assignment, Assignment.territory_id == Territory.id)
        .where(Assignment.user_id == user_id, in_force(clock.now()))
        .order_by(Territory.path)
    )
    return [dict(row._mapping) for row in session.execute(theirs)]
