"""The audit trail cannot be edited, and says what changed without keeping it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from field_api.store import audit
from field_api.store.audit import SYSTEM, Actor, AuditEntry
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing

pytestmark = pytest.mark.usefixtures("session")


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return db.session.query(AuditEntry).order_by(AuditEntry.id).all()


def test_an_act_leaves_who_what_and_when() -> None:
    who, what = new_id(), new_id()
    with writing(db.session):
        audit.record(db.session, Actor("user", who, "req-1"), "customer.create", what, None, {"name": "Zoé"})
    [entry] = entries()
    told = (entry.actor_kind, entry.actor_id, entry.action, entry.subject_kind, entry.subject_id, entry.request_id)
    assert told == ("user", who, "customer.create", "customer", what, "req-1")
    assert entry.at.tzinfo is not None


def test_equal_documents_have_equal_hashes_whatever_the_order_of_their_members() -> None:
    with writing(db.session):
        audit.record(db.session, SYSTEM, "customer.change", new_id(), {"a": 1, "b": 2}, {"b": 2, "a": 1})
        audit.record(db.session, SYSTEM, "customer.change", new_id(), {"a": 1}, {"a": 2})
    same, different = entries()
    assert same.before_hash == same.after_hash
    assert different.before_hash != different.after_hash


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET action = 'nothing'", "DELETE FROM audit_entries"])
def test_the_trail_is_append_only_even_for_ourselves(statement: str) -> None:
    with writing(db.session):
        audit.record(db.session, SYSTEM, "customer.create", new_id())
    with pytest.raises(DatabaseError, match="append-only"), writing(db.session):
        db.session.execute(text(statement))
    assert len(entries()) == 1


def test_a_change_that_failed_leaves_no_line() -> None:
    with pytest.raises(ZeroDivisionError), writing(db.session):
        audit.record(db.session, SYSTEM, "customer.create", new_id())
        _ = 1 / 0
    assert entries() == []
