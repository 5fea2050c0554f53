"""Bringing the stored code lists to what this version declares; phones hear of it by the feed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api.code_lists.lists import CodeList
from field_api.code_lists.models import code_list_entries
from field_api.store import audit
from field_api.store.engine import AnySession, writing
from field_api.sync import feed
from field_api.sync.collections import COMPANY

Rows = dict[str, dict[str, Any]]


def standing(session: AnySession) -> Rows:
    """The entries that phones are told, by id: list by list, each in its order."""
    query = select(code_list_entries).order_by(code_list_entries.c.list, code_list_entries.c.position)
    return {row.id: dict(row._mapping) for row in session.execute(query)}


def unlike(found: Rows, lists: Sequence[CodeList]) -> Rows:
    """The entries that are to be written for `found` to be the lists; an empty row is to be removed."""
    wanted = {row["id"]: row for one in lists for row in one.rows()}
    return {own: wanted.get(own, {}) for own in sorted(wanted | found) if wanted.get(own) != found.get(own)}


def reconcile(session: AnySession, lists: Sequence[CodeList]) -> int:
    """Store the lists, in a write transaction of its own; tells how many entries changed. Run at every start."""
    if not unlike(standing(session), lists):
        return 0
    with writing(session):
        before = standing(session)
        changes = unlike(before, lists)
        for own, row in changes.items():
            _write(session, own, row)
            verb = ("create" if own not in before else "change") if row else "remove"
            audit.record(session, audit.SYSTEM, f"code.{verb}", own, before.get(own), row or None)
            feed.touch(session, "code_lists", own, COMPANY)
    return len(changes)


def _write(session: AnySession, own: str, row: dict[str, Any]) -> None:
    if not row:
        session.execute(delete(code_list_entries).where(code_list_entries.c.id == own))
        return
    # Two machines may start this version at the same moment.
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    session.execute(insert(code_list_entries).values(row).on_conflict_do_update(index_elements=["id"], set_=row))
