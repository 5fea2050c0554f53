"""Invariants of what lets people in, for `furet check`."""

from sqlalchemy import func, select

from field_api.access.models import Device, RefreshToken, ServiceAccount, Token
from field_api.access.scopes import ALL_SCOPES
from field_api.store.checks import Check
from field_api.store.engine import AnySession


def _chains(session: AnySession) -> list[str]:
    unused = (
        select(RefreshToken.device_id)
        .where(RefreshToken.used_at.is_(None))
        .group_by(RefreshToken.device_id)
        .having(func.count() > 1)
    )
    return [f"device {own_id} has two live refresh tokens" for own_id in session.scalars(unused)]


def _owners(session: AnySession) -> list[str]:
    strays = select(Token.id).join(Device, Device.id == Token.device_id).where(Device.user_id != Token.user_id)
    return [f"token {own_id} is another user's than its device" for own_id in session.scalars(strays)]


def _scopes(session: AnySession) -> list[str]:
    granted = [
        *session.execute(select(Token.id, Token.scopes).where(Token.scopes.is_not(None))),
        *session.execute(select(ServiceAccount.id, ServiceAccount.scopes)),
    ]
    return [
        f"{own_id} holds an unknown scope: {text}" for own_id, text in granted if set(text.split()) - set(ALL_SCOPES)
    ]


CHECKS = (
    Check("a device has one live refresh token at most", _chains),
    Check("a token is of the same user as its device", _owners),
    Check("every scope granted is a known one", _scopes),
)
