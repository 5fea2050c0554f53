"""What the worker does for the agenda: it forgets under which address an object was that no follower waits for."""

from typing import Any

from sqlalchemy import delete, exists

from field_api.agenda.models import removed
from field_api.store.engine import AnySession
from field_api.store.worker import Recurring
from field_api.sync.feed import entries

FORGET = Recurring("agenda.forget", every_s=24 * 3600)


def forget(session: AnySession, _payload: dict[str, Any]) -> None:
    """Forget the addresses of removed objects that the feed has forgotten, once all who follow had heard of them."""
    known = exists().where(entries.c.doc_id == removed.c.object_id)
    session.execute(delete(removed).where(~known).execution_options(synchronize_session=False))
