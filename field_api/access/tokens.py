"""Tokens that outlive a sign-in: personal ones for programs, app passwords for calendars, and those of tills."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from field_api import clock
from field_api.access.credentials import (
    APP_PASSWORD_SIGNS,
    PERSONAL,
    SERVICE,
    fingerprint,
    new_token,
    new_typed_secret,
)
from field_api.access.devices import cut_off
from field_api.access.models import Device, RefreshToken, ServiceAccount, Token
from field_api.access.scopes import CALENDAR_SCOPE
from field_api.errors import Clash, NotFound
from field_api.reps.models import User
from field_api.store import audit
from field_api.store.audit import Actor
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

LONGEST = timedelta(days=366)
USUAL = timedelta(days=90)


def create_token(session: AnySession, principal: Principal, user_id: str, data: dict[str, Any]) -> tuple[Token, str]:
    """A token of a user and its text, which is shown once.

    `data` holds `kind` ("personal" or "calendar"), `name`, for a personal one `scopes`, and `expires_at` (None: in 90
    days; an app password: never). Users make their own; the command line makes anybody's. Raises NotFound or Clash.
    """
    if session.get(User, user_id) is None:
        raise NotFound("There is no such user.")
    calendar = data["kind"] == "calendar"
    text = new_typed_secret(APP_PASSWORD_SIGNS) if calendar else new_token(PERSONAL)
    token = Token(
        id=new_id(),
        kind=data["kind"],
        hash=fingerprint(text),
        created_at=clock.now(),
        user_id=user_id,
        name=data["name"],
        scopes=CALENDAR_SCOPE if calendar else _scopes(data.get("scopes")),
        expires_at=_expiry(data.get("expires_at"), None if calendar else USUAL),
    )
    return _kept(session, principal.actor, token), text


def create_service_token(session: AnySession, principal: Principal, account: ServiceAccount) -> tuple[Token, str]:
    """One more token of a till and its text, which is shown once; it counts until it is revoked."""
    text = new_token(SERVICE)
    token = Token(
        id=new_id(),
        kind="service",
        hash=fingerprint(text),
        created_at=clock.now(),
        service_account_id=account.id,
        name=account.name,
    )
    return _kept(session, principal.actor, token), text


def revoke_token(session: AnySession, principal: Principal, token_id: str) -> None:
    """End a token: one's own, or for an admin anybody's. Raises NotFound for others'. Twice is the same as once."""
    token = session.get(Token, token_id, with_for_update=True)
    if token is None or token.kind == "access" or not (principal.role == "admin" or token.user_id == principal.id):
        raise NotFound("There is no such token.")
    _revoke(session, principal.actor, token)


def revoke_all(session: AnySession, actor: Actor, user_id: str) -> None:
    """End every personal token and app password of a user."""
    theirs = select(Token).where(Token.user_id == user_id, Token.kind != "access", Token.revoked_at.is_(None))
    for token in session.scalars(theirs.order_by(Token.id).with_for_update()):
        _revoke(session, actor, token)


def revoke_text(session: AnySession, text: str, request_id: str | None = None) -> None:
    """End whatever a token stands for, by its holder: a device for either of its tokens, else the token itself."""
    token = session.scalars(select(Token).where(Token.hash == fingerprint(text)).with_for_update()).one_or_none()
    link = session.get(RefreshToken, fingerprint(text))
    device_id = token.device_id if token else link.device_id if link else None
    if device_id is not None:
        device = session.get_one(Device, device_id, with_for_update=True)
        cut_off(session, device, Actor("user", device.user_id, request_id))
    elif token is not None:
        kind = "service" if token.user_id is None else "user"
        _revoke(session, Actor(kind, token.user_id or token.service_account_id, request_id), token)


def token_document(token: Any) -> dict[str, Any]:
    """What is told of a token (a Token or its columns): everything but its text."""
    return {
        "id": token.id,
        "kind": token.kind,
        "user_id": token.user_id,
        "service_account_id": token.service_account_id,
        "name": token.name,
        "scopes": None if token.scopes is None else token.scopes.split(),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
    }


def _scopes(given: list[str] | None) -> str:
    if not given:
        raise Clash("A personal token carries scopes; give at least one.")
    return " ".join(sorted(set(given)))


def _expiry(given: datetime | None, usual: timedelta | None) -> datetime | None:
    moment = clock.now()
    if given is None:
        return None if usual is None else moment + usual
    if not moment < given <= moment + LONGEST:
        raise Clash(
            f"expires_at {given.isoformat()} is past or too far; give an instant in the next {LONGEST.days} days."
        )
    return given


def _kept(session: AnySession, actor: Actor, token: Token) -> Token:
    session.add(token)
    session.flush()
    audit.record(session, actor, "token.create", token.id, after=token_document(token))
    return token


def _revoke(session: AnySession, actor: Actor, token: Token) -> None:
    if token.revoked_at is None:
        before = token_document(token)
        token.revoked_at = clock.now()
        audit.record(session, actor, "token.revoke", token.id, before, token_document(token))
