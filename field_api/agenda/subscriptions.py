"""Secret addresses under which somebody's agenda is read by any calendar app: made, revoked, and answered."""

from collections.abc import Iterator
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select

from field_api import clock
from field_api.agenda import calendars, changes, objects
from field_api.agenda.components import Component, read_object
from field_api.agenda.composing import PRODUCT
from field_api.agenda.models import CalendarSubscription
from field_api.errors import Forbidden, NotFound
from field_api.reps.models import User
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

MOST_STANDING = 20
# What others told about themselves is nobody's business who holds the address.
_ABOUT_OTHERS = frozenset({"ATTENDEE", "ORGANIZER", "CONTACT", "REQUEST-STATUS"})


def make(session: AnySession, principal: Principal, name: str) -> dict[str, Any]:
    """A new secret address of the caller's agenda; its path is told once. Raises Forbidden past 20 that stand."""
    standing = select(CalendarSubscription.id).where(
        CalendarSubscription.owner_id == principal.id, CalendarSubscription.revoked_at.is_(None)
    )
    if len(session.execute(standing).all()) >= MOST_STANDING:
        raise Forbidden(f"You have {MOST_STANDING} secret addresses; revoke one first.")
    secret = token_urlsafe(32)
    row = CalendarSubscription(
        id=new_id(), owner_id=principal.id, hash=_fingerprint(secret), name=name, created_at=clock.now()
    )
    session.add(row)
    session.flush()
    audit.record(session, principal.actor, "subscription.create", row.id, after=document(row))
    return document(row) | {"path": f"/calendars/{secret}.ics"}


def listed(session: AnySession, principal: Principal) -> list[dict[str, Any]]:
    """The caller's secret addresses, newest first."""
    query = select(CalendarSubscription).where(CalendarSubscription.owner_id == principal.id)
    return [document(row) for row in session.scalars(query.order_by(CalendarSubscription.id.desc()).limit(100))]


def revoke(session: AnySession, principal: Principal, subscription_id: str) -> None:
    """Let a secret address answer nobody any more. Twice is the same as once. Raises NotFound."""
    row = session.get(CalendarSubscription, subscription_id, with_for_update=True)
    if row is None or row.owner_id != principal.id:
        raise NotFound("There is no such secret address.")
    if row.revoked_at is None:
        before = document(row)
        row.revoked_at = clock.now()
        audit.record(session, principal.actor, "subscription.revoke", row.id, before, document(row))


def answer(session: AnySession, secret: str) -> tuple[str, Iterator[bytes]]:
    """The ETag and the text of the agenda behind a secret. Raises NotFound for one that is unknown or revoked."""
    query = (
        select(CalendarSubscription.owner_id)
        .join(User, User.id == CalendarSubscription.owner_id)
        .where(
            CalendarSubscription.hash == _fingerprint(secret),
            CalendarSubscription.revoked_at.is_(None),
            User.locked_at.is_(None),
        )
    )
    owner_id = session.execute(query).scalar()
    if owner_id is None:
        raise NotFound("There is no calendar at this address.")
    calendar = calendars.agenda_of(session, owner_id)
    etag = f'"{sha256(changes.token_of(session, calendar).encode()).hexdigest()[:24]}"'
    texts = (text for _, _, text in objects.read_objects(session, calendar))
    return etag, _whole(texts)


def _whole(texts: Iterator[bytes]) -> Iterator[bytes]:
    """One calendar of many objects: each zone once, each event as it stands, without what tells of others."""
    yield f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n".encode()
    zones: set[str | None] = set()
    for text in texts:
        found = read_object(text)
        fresh = [one for one in found.zones if one.value("TZID") not in zones]
        zones |= {one.value("TZID") for one in fresh}
        for component in (*fresh, *filter(None, (found.master,)), *found.overrides):
            yield b"".join(_lines(found.lines, component))
    yield b"END:VCALENDAR\r\n"


def _lines(lines: Any, component: Component) -> Iterator[bytes]:
    for line in lines[component.begin : component.end + 1]:
        if line.name not in _ABOUT_OTHERS and line.text:
            yield line.raw if line.raw.endswith((b"\n", b"\r")) else line.raw + b"\r\n"


def document(row: CalendarSubscription) -> dict[str, Any]:
    """A secret address without its secret."""
    return {"id": row.id, "name": row.name, "created_at": row.created_at, "revoked_at": row.revoked_at}


def _fingerprint(secret: str) -> bytes:
    # 256 random bits cannot be guessed back from a plain hash.
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
