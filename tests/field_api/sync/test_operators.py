"""What an operator does with the feed: the demo company is in it, checks see what is missing, a backup is declared."""

from pathlib import Path

from sqlalchemy import delete

from field_api.store.engine import writing
from field_api.sync import checks, feed
from field_api.sync.collections import registered
from field_api.sync.models import Entry
from tests.field_api.server import environ_for, furet_here
from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Phone


def _broken(company: Company) -> list[str]:
    found = [fault for check in checks.CHECKS for fault in check.find(company.session)]
    company.session.rollback()
    # The territories of tests are written behind the feed's back.
    return [fault for fault in found if "customers" in fault]


def test_documents_written_in_bulk_are_filled_in_and_missing_ones_are_told(company: Company, alices: Phone) -> None:
    first, second = company.create(company.north, "First"), company.create(company.north, "Second")
    alices.pull()
    company.change(first["id"], name="Changed")
    with writing(company.session):
        company.session.execute(delete(Entry).where(Entry.doc_id == second["id"]))
    (told,) = _broken(company)
    assert second["id"] in told
    with writing(company.session):
        feed.fill(company.session, registered()["customers"])
    assert _broken(company) == []
    assert {one["name"] for one in alices.pull_page().get_json()["documents"]} == {"Changed", "Second"}


def test_the_demo_company_is_in_the_feed_and_a_new_epoch_is_begun_by_a_command(tmp_path: Path) -> None:
    environ = environ_for(tmp_path)
    for command in (("db", "upgrade"), ("demo", "--customers", "50"), ("check",)):
        done = furet_here(*command, environ=environ)
        assert done.exit_code == 0, done.output
    assert "ok     sync: every document is in the feed where it lies" in done.output
    first, second = (furet_here("db", "renew-epoch", environ=environ).output for _ in range(2))
    assert "The epoch is" in first
    assert first != second
