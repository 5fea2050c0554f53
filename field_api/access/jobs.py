"""Housekeeping of sign-ins: what has expired is forgotten."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists

from field_api import clock
from field_api.access import lockout
from field_api.access.models import Device, RefreshToken, Token
from field_api.store.engine import AnySession
from field_api.store.worker import Recurring

PURGE = Recurring("access.purge", every_s=24 * 3600)

# For a while an admin may still want to see what there was.
KEPT = timedelta(days=30)


def purge(session: AnySession, _payload: dict[str, Any]) -> None:
    """Forget access tokens of yesterday, chains past their end with their devices, and old failures."""
    moment = clock.now()
    session.execute(delete(Token).where(Token.kind == "access", Token.expires_at < moment - timedelta(days=1)))
    session.execute(delete(Token).where(Token.expires_at < moment - KEPT))
    session.execute(delete(Token).where(Token.revoked_at < moment - KEPT))
    session.execute(delete(RefreshToken).where(RefreshToken.expires_at < moment))
    linked = exists().where(RefreshToken.device_id == Device.id) | exists().where(Token.device_id == Device.id)
    session.execute(delete(Device).where(~linked))
    lockout.purge(session)
