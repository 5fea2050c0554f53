"""A key stands for one effect and one answer."""

from datetime import timedelta

import pytest

from field_api import clock
from field_api.errors import KeyReused
from field_api.store import receipts
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.store.receipts import StoredReply

pytestmark = pytest.mark.usefixtures("session")

REPLY = StoredReply(201, {"ETag": '"1"'}, b'{"id":1}')


def test_the_second_request_with_a_key_gets_the_first_answer() -> None:
    caller = new_id()
    with writing(db.session):
        assert receipts.claim(db.session, caller, "k", "print") is None
        receipts.keep(db.session, caller, "k", REPLY)
    with writing(db.session):
        assert receipts.claim(db.session, caller, "k", "print") == REPLY


def test_a_key_is_its_callers_own() -> None:
    with writing(db.session):
        assert receipts.claim(db.session, new_id(), "k", "print") is None
        assert receipts.claim(db.session, new_id(), "k", "print") is None


def test_a_key_with_another_request_is_refused() -> None:
    caller = new_id()
    with writing(db.session):
        receipts.claim(db.session, caller, "k", "print")
    with pytest.raises(KeyReused), writing(db.session):
        receipts.claim(db.session, caller, "k", "other print")


def test_a_key_whose_request_failed_is_free_again() -> None:
    caller = new_id()
    with pytest.raises(ZeroDivisionError), writing(db.session):
        receipts.claim(db.session, caller, "k", "print")
        _ = 1 / 0
    with writing(db.session):
        assert receipts.claim(db.session, caller, "k", "print") is None


def test_old_receipts_are_forgotten() -> None:
    caller = new_id()
    with writing(db.session):
        receipts.claim(db.session, caller, "k", "print")
    with clock.ahead_by(receipts.KEPT + timedelta(days=1)), writing(db.session):
        receipts.purge(db.session)
        assert receipts.claim(db.session, caller, "k", "print") is None
