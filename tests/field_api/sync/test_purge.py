"""Tombstones are forgotten only when every living device has seen them."""

from datetime import timedelta

from sqlalchemy import func, select

from field_api import clock
from field_api.store.engine import writing
from field_api.sync import epochs, followers
from field_api.sync.models import Entry, Follower
from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Phone


def _purge(company: Company) -> int:
    """Purge, and count the entries left."""
    with writing(company.session):
        followers.purge(company.session, {})
    entries = company.session.execute(select(func.count()).select_from(Entry)).scalar_one()
    company.session.rollback()
    return int(entries)


def _with_a_tombstone(company: Company, *phones: Phone) -> str:
    gone = company.create(company.north, "Gone")
    company.create(company.north, "Kept")
    for phone in phones:
        phone.pull()
    company.post(f"/customers/{gone['id']}/retire")
    return str(gone["id"])


def test_a_tombstone_waits_for_the_slowest_device(company: Company, alices: Phone) -> None:
    slow = company.phone(company.alice)
    gone = _with_a_tombstone(company, alices, slow)
    before = _purge(company)
    with clock.ahead_by(timedelta(hours=2)):
        alices.pull()
    with clock.ahead_by(timedelta(hours=4)):
        # This pull shows that the tombstone is stored.
        alices.pull()
        assert _purge(company) == before
        slow.pull()
        assert gone not in slow.shown()
    with clock.ahead_by(timedelta(hours=6)):
        slow.pull()
        assert _purge(company) == before - 1
    assert (alices.is_whole(), slow.is_whole()) == (True, True)


def test_a_silent_device_holds_nothing_back_and_is_sent_everything_anew(company: Company, alices: Phone) -> None:
    silent = company.phone(company.alice)
    _with_a_tombstone(company, alices, silent)
    before = _purge(company)
    with clock.ahead_by(timedelta(days=91)):
        assert _purge(company) == before - 1
    documents = silent.pull_page(limit=100).get_json()["documents"]
    assert [one["name"] for one in documents] == ["Kept"]


def test_idle_pulls_do_not_write(company: Company, alices: Phone) -> None:
    company.create(company.north)
    alices.pull(), alices.pull()
    seen = select(Follower.seen_at, Follower.positions)
    before = company.session.execute(seen).all()
    company.session.rollback()
    alices.pull()
    assert company.session.execute(seen).all() == before


def test_a_new_epoch_sends_everything_anew_and_says_so(company: Company, alices: Phone) -> None:
    company.create(company.north, "Kept")
    alices.pull()
    before = alices.checkpoint
    with writing(company.session):
        epochs.renew(company.session)
    answer = alices.pull_page().get_json()
    assert [one["name"] for one in answer["documents"]] == ["Kept"]
    assert before
    assert answer["checkpoint"]["epoch"] != before["epoch"]


def test_a_checkpoint_ahead_of_the_database_counts_as_another_epoch(company: Company, alices: Phone) -> None:
    """A backup was restored and its operator forgot to say so."""
    customer = company.create(company.north, "Kept")
    company.change(customer["id"], name="Kept too")
    alices.pull()
    company.session.execute(Entry.__table__.update().values(seq=1, first_seq=1))
    company.session.connection().exec_driver_sql("UPDATE sync_lanes SET seq = 1")
    company.session.commit()
    assert [one["name"] for one in alices.pull_page().get_json()["documents"]] == ["Kept too"]
