"""Objects are kept as they came, under one lock and one counter."""

import pytest

from field_api.agenda import calendars, changes, found, objects
from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.refusals import BadSyncToken, UidInUse
from field_api.errors import Stale
from field_api.store.engine import AnySession, writing
from field_api.web.identity import Principal
from tests.field_api.agenda.texts import event
from tests.field_api.people import make_user


@pytest.fixture
def rep(session: AnySession) -> Principal:
    return Principal(id=make_user(session).id, role="rep")


@pytest.fixture
def agenda(session: AnySession, rep: Principal) -> KnownCalendar:
    return calendars.agenda_of(session, rep.id)


def put(session: AnySession, rep: Principal, agenda: KnownCalendar, href: str, text: bytes, **how: object) -> str:
    with writing(session):
        return objects.put_object(session, rep, agenda, href, text, **how).etag  # type: ignore[arg-type]


def test_a_text_comes_back_byte_for_byte(session: AnySession, rep: Principal, agenda: KnownCalendar) -> None:
    text = event("one", X_ODD="kept ; as it is", extra=b"X-FOLDED:a\r\n  b\n")
    etag = put(session, rep, agenda, "one.ics", text)
    assert list(objects.read_objects(session, agenda)) == [("one.ics", etag, text)]


def test_a_token_tells_what_came_and_what_went(session: AnySession, rep: Principal, agenda: KnownCalendar) -> None:
    first = changes.token_of(session, agenda)
    etag = put(session, rep, agenda, "one.ics", event("one"))
    put(session, rep, agenda, "two.ics", event("two"))
    second = changes.changes_since(session, rep, agenda, first)
    assert [href for href, _ in second.changed] == ["one.ics", "two.ics"]
    assert (second.gone, second.more, second.token) == ([], False, changes.token_of(session, agenda))
    with writing(session):
        objects.delete_object(session, rep, agenda, "one.ics", if_match=etag)
    third = changes.changes_since(session, rep, agenda, second.token)
    assert (third.changed, third.gone) == ([], ["one.ics"])
    assert changes.changes_since(session, rep, agenda, None).gone == []


def test_a_page_goes_on_where_it_ended(session: AnySession, rep: Principal, agenda: KnownCalendar) -> None:
    for number in range(5):
        put(session, rep, agenda, f"{number}.ics", event(str(number)))
    token, told, pages = None, list[str](), 0
    more = True
    while more:
        page = changes.changes_since(session, rep, agenda, token, 2)
        token, more, pages = page.token, page.more, pages + 1
        told += [href for href, _ in page.changed]
    assert (told, pages) == ([f"{number}.ics" for number in range(5)], 3)


@pytest.mark.parametrize("token", ["", "furet:0:0:0", "data:,x", "furet:00000000:000000000000:1"])
def test_a_foreign_token_is_refused(session: AnySession, rep: Principal, agenda: KnownCalendar, token: str) -> None:
    with pytest.raises(BadSyncToken):
        changes.changes_since(session, rep, agenda, token)


def test_what_was_changed_in_the_meantime_is_not_overwritten(
    session: AnySession, rep: Principal, agenda: KnownCalendar
) -> None:
    old = put(session, rep, agenda, "one.ics", event("one"))
    new = put(session, rep, agenda, "one.ics", event("one", SUMMARY="Moved"), if_match=old)
    for how in ({"if_match": old}, {"if_none_match": True}):
        with pytest.raises(Stale) as stale:
            put(session, rep, agenda, "one.ics", event("one", SUMMARY="Late"), **how)
        assert stale.value.held_version == new


def test_two_objects_never_share_a_uid(session: AnySession, rep: Principal, agenda: KnownCalendar) -> None:
    put(session, rep, agenda, "one.ics", event("one"))
    with pytest.raises(UidInUse) as refused:
        put(session, rep, agenda, "two.ics", event("one"))
    assert refused.value.href == "one.ics"


def test_a_series_is_found_in_its_weeks_alone(session: AnySession, rep: Principal, agenda: KnownCalendar) -> None:
    put(session, rep, agenda, "weekly.ics", event("weekly", RRULE="FREQ=WEEKLY"))
    day = 86_400
    start = 1_772_352_000  # 2026-03-01T08:00:00Z, a Sunday
    met = [
        len(list(found.objects_in(session, agenda, "VEVENT", start + at * day, start + (at + 1) * day)))
        for at in range(8)
    ]
    assert met == [1, 0, 0, 0, 0, 0, 0, 1]
    far = start + 20 * 52 * 7 * day
    assert len(next(found.objects_in(session, agenda, None, far, far + 7 * day)).occurrences) == 1
