"""The epoch of this database: a restored backup counts lower than phones remember, so its operator begins a new one."""

from secrets import token_bytes, token_hex
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.store.engine import AnySession, writing
from field_api.sync.models import Epoch


class PresentEpoch(NamedTuple):
    """The epoch's name, which stands in every checkpoint, and the key that marks them as ours."""

    epoch: str
    key: bytes


# Built once: every pull of every phone asks it.
_PRESENT = select(Epoch.epoch, Epoch.key)


def present(session: AnySession) -> PresentEpoch | None:
    """The present epoch, or None in a database that no phone has followed yet."""
    row = session.connection().execute(_PRESENT).first()
    return None if row is None else PresentEpoch(row.epoch, bytes.fromhex(row.key))


def ensure(session: AnySession) -> PresentEpoch:
    """The present epoch; the first one begins here, in a write transaction of its own."""
    found = present(session)
    if found is not None:
        return found
    with writing(session):
        # Two phones may be the first at the same moment: the one row is that of whoever wrote it first.
        insert_new = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
        session.execute(insert_new(Epoch).values(_row(_new())).on_conflict_do_nothing())
        return present(session) or renew(session)


def renew(session: AnySession) -> PresentEpoch:
    """Begin a new epoch, which makes every phone start again; run it after a backup was restored."""
    session.execute(delete(Epoch))
    epoch = _new()
    session.execute(insert(Epoch), _row(epoch))
    return epoch


def _new() -> PresentEpoch:
    return PresentEpoch(token_hex(4), token_bytes(16))


def _row(epoch: PresentEpoch) -> dict[str, Any]:
    return {"id": 1, "epoch": epoch.epoch, "key": epoch.key.hex(), "began_at": clock.now()}
