"""Devices: the pair of tokens each one holds, how the pair is renewed, and how a device is cut off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, select

from field_api import clock
from field_api.access.credentials import ACCESS, REFRESH, fingerprint, new_token, successor
from field_api.access.models import Device, RefreshToken, Token
from field_api.errors import NotFound
from field_api.reps.models import User
from field_api.store import audit
from field_api.store.audit import Actor
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

ACCESS_LASTS = timedelta(minutes=30)
REFRESH_LASTS = timedelta(days=60)
# A phone that lost our answer asks again with the token it still has.
GRACE = timedelta(seconds=30)


@dataclass(frozen=True)
class Pair:
    """What a device holds: the token it sends with each request, and the one that renews the pair, once."""

    device_id: str
    access_token: str
    refresh_token: str
    expires_in_s: int = int(ACCESS_LASTS.total_seconds())


def open_device(session: AnySession, user_id: str, name: str, actor: Actor) -> Pair:
    """A new device of the user, signed in, with its first pair."""
    moment = clock.now()
    device = Device(id=new_id(), user_id=user_id, name=name, signed_in_at=moment, last_seen_at=moment)
    session.add(device)
    session.flush()
    refresh_token = new_token(REFRESH)
    _keep_link(session, device.id, refresh_token, moment)
    audit.record(session, actor, "device.sign_in", device.id, after={"user_id": user_id, "name": name})
    return Pair(device.id, _new_access_token(session, device, moment), refresh_token)


def renew(session: AnySession, refresh_token: str, secret: bytes, request_id: str | None = None) -> Pair | None:
    """The next pair of a device, or None when the token is refused.

    An old token coming back means that somebody else holds it, so the device is cut off (RFC 9700, section 4.14.2);
    the caller commits that too. Within the grace it is answered with the pair that the first answer held, its access
    token made anew, as long as the successor is unused.
    """
    found = _locked_link(session, refresh_token)
    moment = clock.now()
    if found is None or _is_shut(found, moment):
        return None
    link, device, user = found
    following = successor(refresh_token, secret)
    if link.used_at is None:
        link.used_at = moment
        _keep_link(session, device.id, following, moment)
    elif moment - link.used_at > GRACE or not _is_unused(session, following):
        cut_off(session, device, Actor("user", user.id, request_id), "device.reuse")
        return None
    device.last_seen_at = moment
    return Pair(device.id, _new_access_token(session, device, moment), following)


def require_device(session: AnySession, principal: Principal, device_id: str) -> Device:
    """A device, locked for a change: one's own, or for an admin anybody's. Raises NotFound."""
    device = session.get(Device, device_id, with_for_update=True)
    if device is None or not (principal.role == "admin" or device.user_id == principal.id):
        raise NotFound("There is no such device.")
    return device


def is_known_to(session: AnySession, principal: Principal, device_id: str) -> bool:
    """Whether there is such a device among one's own; for an admin, among everybody's."""
    owner = session.execute(select(Device.user_id).where(Device.id == device_id)).scalar()
    return owner is not None and (principal.role == "admin" or owner == principal.id)


def cut_off(session: AnySession, device: Device, actor: Actor, action: str = "device.cut_off") -> None:
    """End a device's sign-in: none of its tokens counts any more. Cutting off twice is the same as once."""
    if device.cut_off_at is None:
        device.cut_off_at = clock.now()
        audit.record(session, actor, action, device.id, before={"user_id": device.user_id, "name": device.name})


def cut_off_all(session: AnySession, user_id: str, actor: Actor, but: str | None = None) -> None:
    """Cut off every device of a user, except the one named by `but`."""
    theirs = select(Device).where(Device.user_id == user_id, Device.cut_off_at.is_(None)).order_by(Device.id)
    for device in session.scalars(theirs.with_for_update()):
        if device.id != but:
            cut_off(session, device, actor)


def _locked_link(session: AnySession, refresh_token: str) -> Row[RefreshToken, Device, User] | None:
    link = (
        select(RefreshToken, Device, User)
        .join(Device, Device.id == RefreshToken.device_id)
        .join(User, User.id == Device.user_id)
        .where(RefreshToken.hash == fingerprint(refresh_token))
        .with_for_update(of=(RefreshToken, Device))
    )
    return session.execute(link).one_or_none()


def _is_shut(found: Row[RefreshToken, Device, User], moment: datetime) -> bool:
    link, device, user = found
    return device.cut_off_at is not None or user.locked_at is not None or link.expires_at <= moment


def _is_unused(session: AnySession, refresh_token: str) -> bool:
    link = session.get(RefreshToken, fingerprint(refresh_token))
    return link is not None and link.used_at is None


def _keep_link(session: AnySession, device_id: str, refresh_token: str, moment: datetime) -> None:
    expires_at = moment + REFRESH_LASTS
    session.add(RefreshToken(hash=fingerprint(refresh_token), device_id=device_id, expires_at=expires_at))


def _new_access_token(session: AnySession, device: Device, moment: datetime) -> str:
    text = new_token(ACCESS)
    token = Token(
        id=new_id(),
        kind="access",
        hash=fingerprint(text),
        created_at=moment,
        user_id=device.user_id,
        device_id=device.id,
        expires_at=moment + ACCESS_LASTS,
    )
    session.add(token)
    return text
