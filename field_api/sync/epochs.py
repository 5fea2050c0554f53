"""The epoch of this database: a restored backup counts lower than phones remember, so its operator begins a new one."""

from secrets import token_bytes, token_hex
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from field_api import clock
from field_api.store.engine import AnySession, writing
from field_api.sync.models import Epoch


class PresentEpoch(NamedTuple):
    """The epoch's name, which stands in every checkpoint, and the key that marks them as ours."""

    epoch: str
    key: bytes


def present(session: AnySession) -> PresentEpoch | None:
    """The present epoch, or None in a database that no phone has followed yet."""
    row = session.connection().execute(select(Epoch.epoch, Epoch.key)).first()
    return None if row is None else PresentEpoch(row.epoch, bytes.fromhex(row.key))


def ensure(session: AnySession) -> PresentEpoch:
    """The present epoch; the first one begins here, in a write transaction of its own."""
    found = present(session)
    if found is not None:
        return found
    with writing(session):
        # Another process may have been first.
        return present(session) or renew(session)


def renew(session: AnySession) -> PresentEpoch:
    """Begin a new epoch, which makes every phone start again; run it after a backup was restored."""
    session.execute(delete(Epoch))
    epoch = PresentEpoch(token_hex(4), token_bytes(16))
    values = {"id": 1, "epoch": epoch.epoch, "key": epoch.key.hex(), "began_at": clock.now()}
    session.execute(insert(Epoch), values)
    return epoch
