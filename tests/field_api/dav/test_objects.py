"""Objects by GET, PUT, DELETE, COPY and MOVE: byte for byte, under the conditions that the client names."""

from pathlib import Path

from field_api.agenda.content_lines import read_lines
from tests.field_api.dav.phone import CS, C, D, Phone, calendar, event, refusal

ODD = sorted((Path(__file__).parent.parent / "agenda" / "odd").glob("*.ics"))


def test_an_object_comes_back_byte_for_byte(phone: Phone) -> None:
    text = (
        event("a", 'X-UNKNOWN;X-P="a;b":1', "DESCRIPTION:folded\r\n  here and \U0001f98a")
        .encode()
        .replace(b"\r\n", b"\n")
    )
    etag = phone.kept("a.ics", text)
    answer = phone.call("GET", f"{phone.agenda}a.ics")
    assert answer.data == text
    assert answer.headers["ETag"] == etag
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    head = phone.call("HEAD", f"{phone.agenda}a.ics")
    assert (head.headers["ETag"], head.data) == (etag, b"")
    assert phone.call("GET", f"{phone.agenda}a.ics", If_None_Match=etag).status_code == 304


YEARS = '<C:time-range start="20200101T000000Z" end="20400101T000000Z"/>'
MARCH = '<C:time-range start="20260301T000000Z" end="20260401T000000Z"/>'
EXPANDED = '<C:calendar-data><C:expand start="20260301T000000Z" end="20260401T000000Z"/></C:calendar-data>'
LIMITED = EXPANDED.replace("expand", "limit-recurrence-set")
SUBSET = '<C:calendar-data><C:comp name="VCALENDAR"><C:allprop/><C:allcomp/></C:comp></C:calendar-data>'


def said(text: bytes) -> list[str]:
    """The logical lines of an object, in any order."""
    return sorted(line.text for line in read_lines(text) if line.text.strip())


def test_odd_objects_come_back_byte_for_byte_and_every_report_still_lists_the_others(phone: Phone) -> None:
    assert len(ODD) >= 18
    phone.kept("plain.ics", event("plain of ours"))
    for file in ODD:
        phone.kept(file.name, file.read_bytes())
        assert phone.call("GET", f"{phone.agenda}{file.name}").data == file.read_bytes(), file.name
    every = {"plain.ics", *(file.name for file in ODD)}
    assert phone.propfind(phone.agenda, "D:getetag", depth="1").standing == every
    assert phone.sync(phone.agenda).standing == every
    hrefs = "".join(f"<D:href>{phone.agenda}{name}</D:href>" for name in sorted(every))
    for data in ("<C:calendar-data/>", EXPANDED, LIMITED, SUBSET):
        told = phone.report(phone.agenda, "C:calendar-multiget", f"<D:prop>{data}</D:prop>{hrefs}")
        assert told.standing == every, data
        assert phone.query(phone.agenda, "", data).standing == every, data
        for span in (YEARS, MARCH):
            found = phone.query(phone.agenda, f'<C:comp-filter name="VEVENT">{span}</C:comp-filter>', data)
            assert "plain.ics" in found.standing, (data, span)
            assert len(found.standing) > 10, (data, span)
    subset = phone.query(phone.agenda, "", SUBSET)
    for file in ODD:
        assert said(subset.data(file.name).encode()) == said(file.read_bytes()), file.name
    text = '<C:prop-filter name="UID"><C:text-match>plain of ours</C:text-match></C:prop-filter>'
    assert "plain.ics" in phone.query(phone.agenda, f'<C:comp-filter name="VEVENT">{text}</C:comp-filter>').standing
    alarm = f'<C:comp-filter name="VEVENT"><C:comp-filter name="VALARM">{YEARS}</C:comp-filter></C:comp-filter>'
    assert "alarms_of_every_action.ics" in phone.query(phone.agenda, alarm).standing


def test_a_put_says_created_then_changed_and_the_same_text_keeps_its_etag(phone: Phone) -> None:
    answers = [phone.put(f"{phone.agenda}a.ics", event("a")) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 204]
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
    changed = phone.put(f"{phone.agenda}a.ics", event("a", "SUMMARY:Later"))
    assert changed.status_code == 204
    assert changed.headers["ETag"] != answers[0].headers["ETag"]


def test_conditions_are_held(phone: Phone) -> None:
    path, first = f"{phone.agenda}a.ics", event("a")
    assert phone.put(path, first, If_Match="*").status_code == 412
    etag = phone.kept("a.ics", first)
    assert phone.put(path, event("a", "SUMMARY:1"), If_None_Match="*").status_code == 412
    assert phone.put(path, event("a", "SUMMARY:1"), If_None_Match=etag).status_code == 412
    assert phone.put(path, event("a", "SUMMARY:1"), If_Match='"other"').status_code == 412
    assert phone.put(path, event("a", "SUMMARY:1"), If_Match=f"W/{etag}").status_code == 412
    stale = phone.put(path, event("a", "SUMMARY:2"), If_Match=f'"other", {etag}')
    assert stale.status_code == 204
    assert phone.call("DELETE", path, If_Match=etag).status_code == 412
    assert phone.call("DELETE", path, If_Match=stale.headers["ETag"]).status_code == 204
    assert phone.call("DELETE", path).status_code == 404


def test_what_cannot_be_kept_is_refused_with_the_name_of_the_rule(phone: Phone) -> None:
    phone.kept("a.ics", event("a"))
    two = event("b").replace("END:VCALENDAR\r\n", "") + event("c").partition("PRODID:-//test//EN\r\n")[2]
    cases: list[tuple[str | bytes, int, str]] = [
        ("no calendar", 403, f"{C}valid-calendar-data"),
        (b"BEGIN:VCALENDAR\r\nSUMMARY:\xff\xfe\r\nEND:VCALENDAR\r\n", 403, f"{C}valid-calendar-data"),
        (event("b", "SUMMARY:nul \x00 here"), 403, f"{C}valid-calendar-data"),
        (two, 403, f"{C}valid-calendar-object-resource"),
        (event("b").replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST"), 403, f"{C}valid-calendar-object-resource"),
        (calendar("VTODO", "UID:b", "DTSTAMP:20260101T000000Z"), 403, f"{C}supported-calendar-component"),
        (event("a"), 409, f"{C}no-uid-conflict"),
        (event("b", f"DESCRIPTION:{'x' * 1_000_000}"), 403, f"{C}max-resource-size"),
        (event("b", f"DESCRIPTION:{'x' * 5_000_000}"), 403, f"{C}max-resource-size"),
        (event("b", "RRULE:FREQ=SECONDLY"), 403, f"{C}max-instances"),
        (event("b", "RRULE:FREQ=MINUTELY;COUNT=10"), 403, f"{C}max-instances"),
        (event("b", "RRULE:FREQ=DAILY;COUNT=4000000"), 403, f"{C}max-instances"),
        (event("b", "RRULE:FREQ=DAILY;UNTIL=99990101T000000Z"), 403, f"{C}max-instances"),
    ]
    for text, status, precondition in cases:
        answer = phone.put(f"{phone.agenda}b.ics", text)
        assert refusal(answer) == (status, precondition), text[:200]
    assert phone.put(f"{phone.agenda}b.ics", event("b"), Content_Type="text/vcard").status_code == 403
    assert phone.sync(phone.agenda).standing == {"a.ics"}


def test_a_uid_in_use_is_told_with_the_address_that_has_it(phone: Phone) -> None:
    phone.kept("first one.ics", event("a"))
    answer = phone.put(f"{phone.agenda}b.ics", event("a"))
    assert f"<D:href>{phone.agenda}first%20one.ics</D:href>" in answer.text


def test_names_are_any_text_without_a_slash(phone: Phone) -> None:
    for name in ("a b.ics", "%C3%A9t%C3%A9.ics", "a@b.ics", "no-suffix", "%25.ics", "a'(b)!.ics", "%F0%9F%A6%8A"):
        phone.kept(name, event(name))
        assert phone.call("GET", f"{phone.agenda}{name}").status_code == 200
    hrefs = phone.sync(phone.agenda).hrefs
    assert f"{phone.agenda}a%20b.ics" in hrefs
    assert f"{phone.agenda}a@b.ics" in hrefs
    for name in ("%FF.ics", "%00.ics", "a%0Ab.ics", "x" * 256):
        assert phone.put(f"{phone.agenda}{name}", event("new")).status_code in {400, 403, 404}, name


def test_other_calendars_take_tasks_and_journals(phone: Phone) -> None:
    path = phone.make_calendar("tasks")
    phone.kept("t.ics", calendar("VTODO", "UID:t", "DTSTAMP:20260101T000000Z", "SUMMARY:Call"), path)
    phone.kept("j.ics", calendar("VJOURNAL", "UID:j", "DTSTAMP:20260101T000000Z", "DTSTART:20260310T090000Z"), path)
    assert phone.sync(path).standing == {"t.ics", "j.ics"}
    assert phone.put(f"{phone.home}nowhere/a.ics", event("a")).status_code == 409
    assert phone.put(f"{path}deeper/a.ics", event("a")).status_code == 404


def test_objects_are_copied_and_moved_between_calendars(phone: Phone) -> None:
    path = phone.make_calendar("private")
    phone.kept("a.ics", event("a"))
    there = {"Destination": f"http://localhost{path}b.ics"}
    assert phone.call("COPY", f"{phone.agenda}a.ics", **there).status_code == 201
    assert phone.call("COPY", f"{phone.agenda}a.ics", Overwrite="F", **there).status_code == 412
    assert phone.call("MOVE", f"{phone.agenda}a.ics", **there).status_code == 204
    assert phone.sync(phone.agenda).standing == set()
    assert phone.sync(path).standing == {"b.ics"}
    assert phone.call("GET", f"{path}b.ics").text == event("a")
    assert phone.call("MOVE", f"{phone.agenda}a.ics", **there).status_code == 404
    here = f"{path}c.ics"
    for address, status in (
        (here, 403),
        ("https://example.org/b.ics", 502),
        (f"{phone.home}nowhere/b.ics", 409),
        (path, 403),
    ):
        assert phone.call("MOVE", f"{path}b.ics", Destination=address).status_code == status


def test_what_is_known_of_one_object(phone: Phone) -> None:
    etag = phone.kept("a.ics", event("a"))
    told = phone.propfind(f"{phone.agenda}a.ics").one()
    assert told.text(f"{D}getetag") == etag
    assert told.text(f"{D}getcontenttype") == "text/calendar; charset=utf-8; component=vevent"
    assert told.text(f"{D}getcontentlength") == str(len(event("a")))
    assert told.text(f"{D}getlastmodified").endswith("GMT")
    named = phone.propfind(f"{phone.agenda}a.ics", "D:resourcetype D:owner CS:nothing").one()
    assert set(named.found) == {f"{D}resourcetype", f"{D}owner"}
    assert named.refused == {f"{CS}nothing": 404}
    assert phone.call("PROPFIND", f"{phone.agenda}b.ics").status_code == 404
