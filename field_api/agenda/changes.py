"""What changed in a calendar since a token: told from the feed's own counter, as phones are told (RFC 6578)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, select

from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.models import objects, removed
from field_api.agenda.refusals import BadSyncToken
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.store.hot_statements import HotStatement
from field_api.sync import epochs, followers
from field_api.sync.checkpoints import Checkpoint, Position
from field_api.sync.feed import entries
from field_api.sync.models import Epoch, Lane
from field_api.web.identity import Principal

_TOKEN = re.compile(r"furet:([0-9a-f]{8}):([0-9a-f]{12}):(\d{1,18})")
_AT_ONCE = 1000


class Changes(NamedTuple):
    """A page of what changed: the token to come back with, (href, etag) of what stands, the hrefs of what is gone."""

    token: str
    changed: list[tuple[str, str]]
    gone: list[str]
    more: bool


class _Count(NamedTuple):
    """The epoch, and where a calendar's lane of the feed stands; one that nothing was written into has none yet."""

    epoch: str
    lane_id: int | None
    seq: int
    purged_seq: int


def token_of(session: AnySession, calendar: KnownCalendar) -> str:
    """The token of a calendar as it stands: it changes with each change of an object, and with nothing else."""
    count = _count(session, calendar)
    return _token(count, calendar, count.seq)


def changes_since(
    session: AnySession,
    principal: Principal,
    calendar: KnownCalendar,
    token: str | None,
    limit: int | None = None,
) -> Changes:
    """What was written and removed since a token (None: all that stands), at most `limit` of them.

    Raises BadSyncToken for one that is not ours, of another calendar or epoch, from the future, or older than what is
    still remembered of what is gone.
    """
    count = _count(session, calendar)
    since = 0 if token is None else _read(token, calendar, count)
    changed, gone, at = _told(session, count, since, limit)
    _note(session, principal, calendar, count, since, at)
    again = _standing(session, calendar, gone)
    # Several objects may have come and gone at one address, which is told of once.
    left = [href for href in dict.fromkeys(gone) if href not in again]
    return Changes(_token(count, calendar, at), changed, left, at < count.seq)


def _told(
    session: AnySession, count: _Count, since: int, limit: int | None
) -> tuple[list[tuple[str, str]], list[str], int]:
    """What entered the lane after a number: (href, etag) of what stands, the hrefs of what is gone, and up to where."""
    changed, gone, at = list[tuple[str, str]](), list[str](), since
    while limit is None or len(changed) + len(gone) < limit:
        most = _AT_ONCE if limit is None else min(limit - len(changed) - len(gone), _AT_ONCE)
        rows = _entered(session, count, at, most)
        ids = [doc_id for doc_id, _ in rows]
        stands = _stand(session, ids)
        changed += [stands[doc_id] for doc_id in ids if doc_id in stands]
        if since:
            # Who begins has nothing that could be gone.
            gone += _left(session, [doc_id for doc_id in ids if doc_id not in stands])
        at = rows[-1][1] if rows else at
        if len(rows) < most:
            return changed, gone, max(at, count.seq)
    return changed, gone, at


# Every poll of every phone asks it.
_COUNT = HotStatement(
    select(Epoch.epoch, Lane.id, func.coalesce(Lane.seq, 0), func.coalesce(Lane.purged_seq, 0)).outerjoin_from(
        Epoch, Lane, and_(Lane.collection == bindparam("of_collection"), Lane.bucket == bindparam("of_bucket"))
    ),
    _Count,
)


def _count(session: AnySession, calendar: KnownCalendar) -> _Count:
    collection, bucket = calendar.lane
    asked = {"of_collection": collection, "of_bucket": bucket}
    found = _COUNT.first(session.connection(), asked)
    if found is None:
        # Whoever is the first to follow anything in this database begins its epoch.
        epochs.ensure(session)
        (found,) = _COUNT.all(session.connection(), asked)
    return found


def _token(count: _Count, calendar: KnownCalendar, seq: int) -> str:
    return f"furet:{count.epoch}:{calendar.id[-12:]}:{seq}"


def _read(token: str, calendar: KnownCalendar, count: _Count) -> int:
    found = _TOKEN.fullmatch(token)
    if found is None or found[1] != count.epoch or found[2] != calendar.id[-12:]:
        raise BadSyncToken("This token was not written for this calendar; begin again without one.")
    since = int(found[3])
    if since > count.seq or since < count.purged_seq:
        raise BadSyncToken("This token is from another time; begin again without one.")
    return since


def _entered(session: AnySession, count: _Count, after: int, most: int) -> Sequence[tuple[str, int]]:
    if count.lane_id is None:
        return ()
    query = select(entries.c.doc_id, entries.c.seq).where(entries.c.lane_id == count.lane_id, entries.c.seq > after)
    return session.connection().execute(query.order_by(entries.c.seq).limit(most)).all()


_STAND = select(objects.c.id, objects.c.href, objects.c.etag).where(among(objects.c.id))
_LEFT = select(removed.c.href).where(among(removed.c.object_id))


def _stand(session: AnySession, ids: list[str]) -> dict[str, tuple[str, str]]:
    return {own: (href, etag) for own, href, etag in session.connection().execute(_STAND, {"ids": ids})}


def _left(session: AnySession, ids: list[str]) -> list[str]:
    return list(session.connection().execute(_LEFT, {"ids": ids}).scalars()) if ids else []


def _standing(session: AnySession, calendar: KnownCalendar, hrefs: list[str]) -> set[str]:
    """Which addresses of removed objects have another object now."""
    query = select(objects.c.href).where(objects.c.calendar_id == calendar.id, objects.c.href.in_(hrefs))
    return set(session.connection().execute(query).scalars()) if hrefs else set()


def _note(
    session: AnySession, principal: Principal, calendar: KnownCalendar, count: _Count, since: int, at: int
) -> None:
    """Keep what is gone from being forgotten before this client heard of it."""
    if calendar.is_agenda and count.lane_id is not None:
        held = Checkpoint(known=True, lanes={count.lane_id: Position(1, since)})
        answered = {count.lane_id: Position(1, at)}
        followers.note_if_free(session, principal, calendar.lane[0], held, answered)
