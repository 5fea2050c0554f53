"""Who a token belongs to and what they see now: asked by every request, so one plain statement, for a manager three.

Nothing is cached: a revoked token, a lock, another role or the end of an assignment counts from the next request on.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask import g
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from field_api import clock
from field_api.access.credentials import fingerprint, typed
from field_api.access.models import Device, ServiceAccount, Token
from field_api.access.scopes import scope_set
from field_api.reps.models import Assignment, Territory, User, below, in_force
from field_api.store.among import among
from field_api.store.audit import Actor
from field_api.store.base import db
from field_api.store.columns import Instant
from field_api.store.hot_statements import HotStatement
from field_api.web.identity import Principal, Role

_NOW = bindparam("now", type_=Instant)


class _Caller(NamedTuple):
    """One row for each territory assigned now, or one without; no row: nobody."""

    token_id: str
    user_id: str | None
    device_id: str | None
    scopes: str | None
    role: Role
    territory_id: str | None
    service_id: str
    shop_id: str
    service_scopes: str


_CALLER = (
    select(
        Token.id,
        Token.user_id,
        Token.device_id,
        Token.scopes,
        User.role,
        Assignment.territory_id,
        ServiceAccount.id,
        ServiceAccount.shop_id,
        ServiceAccount.scopes,
    )
    .select_from(Token)
    .outerjoin(User, User.id == Token.user_id)
    .outerjoin(Device, Device.id == Token.device_id)
    .outerjoin(ServiceAccount, ServiceAccount.id == Token.service_account_id)
    .outerjoin(Assignment, and_(Assignment.user_id == User.id, in_force(_NOW)))
    .where(
        Token.hash == bindparam("hash"),
        Token.revoked_at.is_(None),
        or_(Token.expires_at.is_(None), Token.expires_at > _NOW),
        User.locked_at.is_(None),
        Device.cut_off_at.is_(None),
        ServiceAccount.locked_at.is_(None),
    )
)
_BEARER = HotStatement(_CALLER.where(Token.kind != "calendar"), _Caller)
_APP_PASSWORD = HotStatement(_CALLER.where(Token.kind == "calendar", User.email == bindparam("email")), _Caller)

_assigned = aliased(Territory)
_SUBTREES = (
    select(Territory.id)
    .select_from(Assignment)
    .join(_assigned, _assigned.id == Assignment.territory_id)
    .join(Territory, below(_assigned.path))
    .where(Assignment.user_id == bindparam("user_id"), in_force(_NOW))
)
_LED = (
    select(User.id)
    .distinct()
    .join(Assignment, Assignment.user_id == User.id)
    .where(User.role == "rep", among(Assignment.__table__.c.territory_id), in_force(_NOW))
)


def look_up(token: str) -> Principal | None:
    """The principal of a bearer token, or None for one that is unknown, expired, revoked, cut off or locked."""
    return _found(_BEARER, {"hash": fingerprint(token)})


def look_up_app_password(email: str, secret: str) -> Principal | None:
    """The principal, with the scope `dav` alone, of an app password sent by HTTP Basic; None as for `look_up`."""
    if not email.isprintable():
        return None
    return _found(_APP_PASSWORD, {"hash": fingerprint(typed(secret)), "email": email.strip().lower()})


def _found(callers: HotStatement[_Caller], parameters: dict[str, bytes | str]) -> Principal | None:
    moment = clock.now()
    rows = callers.all(db.session.connection(), {**parameters, "now": moment})
    if not rows:
        return None
    first = rows[0]
    if first.user_id is None:
        return _till(first)
    return Principal(
        id=first.user_id,
        role=first.role,
        scopes=None if first.scopes is None else scope_set(first.scopes),
        territory_ids=(territory_ids := _territories(first.role, first.user_id, rows, moment)),
        led_ids=_led(first.role, territory_ids, moment),
        family_id=first.device_id,
        token_id=first.token_id,
        actor=Actor("user", first.user_id, g.get("request_id")),
    )


def _till(row: _Caller) -> Principal:
    return Principal(
        id=row.service_id,
        role="service",
        scopes=scope_set(row.service_scopes),
        shop_id=row.shop_id,
        token_id=row.token_id,
        actor=Actor("service", row.service_id, g.get("request_id")),
    )


def _territories(role: str, user_id: str, rows: Sequence[_Caller], moment: datetime) -> frozenset[str] | None:
    """What is in sight: an admin's everything, a manager's subtrees, a rep's own, a researcher's nothing."""
    if role == "admin":
        return None
    if role == "researcher":
        return frozenset()
    own = frozenset(row.territory_id for row in rows if row.territory_id is not None)
    if role != "manager" or not own:
        return own
    found = db.session.connection().execute(_SUBTREES, {"user_id": user_id, "now": moment})
    return frozenset(found.scalars())


def _led(role: str, territory_ids: frozenset[str] | None, moment: datetime) -> frozenset[str]:
    """The reps who look after the subtrees of a manager now."""
    if role != "manager" or not territory_ids:
        return frozenset()
    found = db.session.connection().execute(_LED, {"ids": list(territory_ids), "now": moment})
    return frozenset(found.scalars())
