"""Use cases that touch both a user and what lets them in."""

from typing import Any

from flask import current_app

from field_api.access import devices, lockout, passwords, tokens
from field_api.access.credentials import GENERATED_PASSWORD_SIGNS, new_typed_secret
from field_api.access.sign_in import prove
from field_api.errors import Clash, Forbidden, Unauthenticated
from field_api.reps import users
from field_api.reps.models import User
from field_api.store import audit
from field_api.store.engine import AnySession, writing
from field_api.web.identity import Principal


def create_user(session: AnySession, principal: Principal, data: dict[str, Any]) -> tuple[User, str]:
    """Somebody new, with the `password` given or a generated one, which is returned to be told once.

    `data`: `email`, `name`, `role`, and perhaps `id`, `locale`, `password`. Raises Clash.
    """
    user = users.create_user(session, principal, data)
    return user, _set_password(session, user, data.get("password"))


def reset_password(session: AnySession, principal: Principal, user_id: str, password: str | None) -> tuple[User, str]:
    """A new password for somebody who lost theirs, or whose may be known to others.

    All that let them in before is ended: devices, personal tokens, app passwords.
    """
    user = users.require_user(session, principal, user_id, lock=True)
    told = _set_password(session, user, password)
    devices.cut_off_all(session, user.id, principal.actor)
    tokens.revoke_all(session, principal.actor, user.id)
    lockout.forgive(session, user.email, current_app.config["SETTINGS"].secret)
    audit.record(session, principal.actor, "user.reset_password", user.id)
    return user, told


def change_own_password(session: AnySession, principal: Principal, typed: str, new: str, secret: bytes) -> None:
    """Another password for the caller, who proves the present one; the caller's other devices are cut off.

    It commits by itself, as `sign_in` does and for the same reason. Raises Forbidden, TooMany or Clash.
    """
    user = session.get_one(User, principal.id)
    email = user.email
    if typed == new:
        raise Clash("The new password is the present one.")
    hashed = passwords.hash_password(new, (email, user.name))
    try:
        prove(session, email, typed, secret)
    except Unauthenticated:
        raise Forbidden("The present password is not right.") from None
    with writing(session):
        passwords.keep(session, principal.id, hashed)
        lockout.forgive(session, email, secret)
        devices.cut_off_all(session, principal.id, principal.actor, but=principal.family_id)
        audit.record(session, principal.actor, "user.change_password", principal.id)


def _set_password(session: AnySession, user: User, given: str | None) -> str:
    password = given or new_typed_secret(GENERATED_PASSWORD_SIGNS)
    passwords.keep(session, user.id, passwords.hash_password(password, (user.email, user.name)))
    return password
