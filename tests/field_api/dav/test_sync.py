"""sync-collection (RFC 6578): what changed since a token, in pages, and tokens that are not ours."""

import pytest
from flask import Flask

from field_api.store.base import db
from field_api.store.engine import writing
from field_api.sync import epochs
from tests.field_api.dav.phone import CS, D, Phone, event, make_phone, refusal, wrapped


def asked(token: str) -> str:
    return wrapped("D:sync-collection", f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop/>")


def test_changes_and_removals_are_told_once(phone: Phone) -> None:
    empty = phone.sync(phone.agenda)
    phone.kept("a.ics", event("a"))
    phone.kept("b.ics", event("b"))
    first = phone.sync(phone.agenda, empty.token)
    assert (first.standing, first.gone) == ({"a.ics", "b.ics"}, set())
    etag = phone.kept("a.ics", event("a", "SUMMARY:Later"))
    phone.call("DELETE", f"{phone.agenda}b.ics")
    second = phone.sync(phone.agenda, first.token)
    assert (second.standing, second.gone) == ({"a.ics"}, {"b.ics"})
    assert second.by_href[f"{phone.agenda}a.ics"].text(f"{D}getetag") == etag
    third = phone.sync(phone.agenda, second.token)
    assert (third.hrefs, third.token) == (set(), second.token)


def test_the_tag_of_a_calendar_changes_with_each_change_and_with_nothing_else(phone: Phone) -> None:
    def tag() -> str:
        return phone.propfind(phone.agenda, "CS:getctag").one().text(f"{CS}getctag")

    tags = [tag(), tag()]
    phone.kept("a.ics", event("a"))
    tags += [tag(), tag()]
    phone.kept("a.ics", event("a"))
    tags.append(tag())
    phone.call("DELETE", f"{phone.agenda}a.ics")
    tags.append(tag())
    assert [tags.index(one) for one in tags] == [0, 0, 2, 2, 2, 5]


def test_an_address_that_is_taken_again_stands(phone: Phone) -> None:
    token = phone.sync(phone.agenda).token
    phone.kept("a.ics", event("a"))
    known = phone.sync(phone.agenda, token).token
    phone.call("DELETE", f"{phone.agenda}a.ics")
    phone.kept("a.ics", event("another"))
    told = phone.sync(phone.agenda, known)
    assert (told.standing, told.gone) == ({"a.ics"}, set())


def test_an_address_where_several_objects_came_and_went_is_told_of_once(phone: Phone) -> None:
    phone.kept("kept.ics", event("kept"))
    token = phone.sync(phone.agenda).token
    for uid in ("first", "second", "third"):
        phone.kept("again.ics", event(uid))
        assert phone.call("DELETE", f"{phone.agenda}again.ics").status_code == 204
    # Reading the answer refuses a resource that is told of twice.
    assert phone.sync(phone.agenda, token).gone == {"again.ics"}


@pytest.mark.parametrize("most", [1, 2, 3, 7, 100])
def test_nextcloud_server_50086_a_limited_sync_drops_nothing(phone: Phone, most: int) -> None:
    """nextcloud/server #50086: with a limit, changes beyond the first page never came."""
    for number in range(9):
        phone.kept(f"{number}.ics", event(str(number)))
    for number in (1, 4):
        phone.call("DELETE", f"{phone.agenda}{number}.ics")
    held, token, pages = set[str](), None, 0
    while True:
        page = phone.sync(phone.agenda, token, most)
        rows = page.standing | page.gone
        assert len(rows) <= most
        held = (held | page.standing) - page.gone
        pages, token = pages + 1, page.token
        full = page.by_href.get(phone.agenda)
        if full is None:
            break
        assert (full.status, full.error) == (507, f"{D}number-of-matches-within-limits")
        assert pages < 30
    assert held == {f"{number}.ics" for number in range(9) if number not in (1, 4)}
    assert phone.sync(phone.agenda, token).hrefs == set()


@pytest.mark.parametrize(
    "token", ["nonsense", "furet:00000000:000000000000:1", "http://example.org/ns/sync/1", "furet:::", "1" * 4000]
)
def test_a_token_that_is_not_ours_is_refused_by_name(phone: Phone, token: str) -> None:
    assert refusal(phone.call("REPORT", phone.agenda, asked(token))) == (403, f"{D}valid-sync-token")


def test_a_token_of_another_calendar_or_from_the_future_is_refused(app: Flask, phone: Phone) -> None:
    other = make_phone(app)
    other.kept("a.ics", event("a"))
    foreign = other.sync(other.agenda).token
    assert refusal(phone.call("REPORT", phone.agenda, asked(foreign or ""))) == (403, f"{D}valid-sync-token")
    phone.kept("a.ics", event("a"))
    future = (phone.sync(phone.agenda).token or "") + "0"
    assert refusal(phone.call("REPORT", phone.agenda, asked(future))) == (403, f"{D}valid-sync-token")


def test_after_a_backup_was_restored_every_phone_begins_again(app: Flask, phone: Phone) -> None:
    phone.kept("a.ics", event("a"))
    before = phone.sync(phone.agenda).token
    with app.app_context(), writing(db.session):
        epochs.renew(db.session)
    assert refusal(phone.call("REPORT", phone.agenda, asked(before or ""))) == (403, f"{D}valid-sync-token")
    again = phone.sync(phone.agenda)
    assert again.standing == {"a.ics"}
    assert again.token != before


def test_a_level_that_is_none_is_refused(phone: Phone) -> None:
    inner = "<D:sync-token/><D:sync-level>many</D:sync-level><D:prop/>"
    assert phone.call("REPORT", phone.agenda, wrapped("D:sync-collection", inner)).status_code == 400
    for limit in ("0", "-1", "x", "9" * 30):
        told = f"<D:sync-token/><D:sync-level>1</D:sync-level><D:limit><D:nresults>{limit}</D:nresults></D:limit>"
        assert phone.call("REPORT", phone.agenda, wrapped("D:sync-collection", told)).status_code == 400


def test_data_may_be_asked_for_along_with_the_changes(phone: Phone) -> None:
    phone.kept("a.ics", event("a"))
    inner = "<D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/><C:calendar-data/></D:prop>"
    assert phone.report(phone.agenda, "D:sync-collection", inner, "0").data("a.ics") == event("a")
