"""Bodies made to exhaust a server are refused, at once and by name, and the calendar goes on answering."""

import time

from tests.field_api.dav.phone import NAMESPACES, C, D, Phone, event, override, refusal, with_override, wrapped

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><D:propfind xmlns:D="DAV:"><D:prop><D:displayname>&i;</D:displayname></D:prop></D:propfind>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<D:propfind xmlns:D="DAV:"><D:prop><D:displayname>&x;</D:displayname></D:prop></D:propfind>'
)
DEEP = f'<D:propfind xmlns:D="DAV:">{"<D:prop>" * 200}{"</D:prop>" * 200}</D:propfind>'


MALFORMED: tuple[str | bytes, ...] = (
    LAUGHS,
    OUTSIDE,
    LAUGHS.encode("utf-16"),
    DEEP,
    "<D:propfind",
    "<D:propfind/>",
    b"\xff\xfe\x00",
    b'<?xml version="1.0"?><D:propfind xmlns:D="DAV:">\xff</D:propfind>',
    "{}",
    '<D:propfind xmlns:D="DAV:"><D:prop>' + "<D:x/>" * 61_000 + "</D:prop></D:propfind>",
    f'<D:propfind xmlns:D="DAV:"><D:prop><D:{"x" * 300}/></D:prop></D:propfind>',
    '<D:other xmlns:D="DAV:"/>',
)


def test_xml_that_no_client_means_is_malformed(phone: Phone) -> None:
    for body in MALFORMED:
        began = time.thread_time()
        answer = phone.call("PROPFIND", phone.agenda, body, Depth="0")
        assert refusal(answer)[0] == 400, body[:200]
        assert time.thread_time() - began < 2, body[:200]
        assert b"root:" not in answer.data
    assert phone.propfind(phone.agenda, "D:getetag", depth="1").hrefs


def test_utf_16_is_read(phone: Phone) -> None:
    told = f"<D:propfind {NAMESPACES}><D:prop><D:displayname/></D:prop></D:propfind>"
    body = f'<?xml version="1.0" encoding="utf-16"?>{told}'.encode("utf-16")
    assert phone.call("PROPFIND", phone.agenda, body, Depth="0").status_code == 207


def test_a_body_past_the_limit_is_too_large(phone: Phone) -> None:
    body = f'<D:propfind xmlns:D="DAV:"><!--{"x" * 3_000_000}--></D:propfind>'
    assert phone.call("PROPFIND", phone.agenda, body).status_code == 413
    assert phone.call("PUT", f"{phone.agenda}a.ics", b"x" * 5_000_000, Content_Type="text/calendar").status_code == 403


def test_more_addresses_than_one_answer_holds_are_refused(phone: Phone) -> None:
    hrefs = "<D:href>/x</D:href>" * 12_001
    told = phone.call("REPORT", phone.agenda, wrapped("C:calendar-multiget", f"<D:prop/>{hrefs}"))
    assert refusal(told) == (403, f"{D}number-of-matches-within-limits")


def test_expanding_centuries_of_a_dense_series_is_refused_by_name(phone: Phone) -> None:
    phone.kept("dense.ics", event("dense", "RRULE:FREQ=HOURLY", start="20200101T000000Z", end="20200101T003000Z"))
    phone.kept("plain.ics", event("plain"))
    span = 'start="19000101T000000Z" end="22000101T000000Z"'
    inner = f'<C:comp-filter name="VEVENT"><C:time-range {span}/></C:comp-filter>'
    query = (
        f"<D:prop><C:calendar-data><C:expand {span}/></C:calendar-data></D:prop>"
        f'<C:filter><C:comp-filter name="VCALENDAR">{inner}</C:comp-filter></C:filter>'
    )
    began = time.thread_time()
    assert refusal(phone.call("REPORT", phone.agenda, wrapped("C:calendar-query", query))) == (403, f"{C}max-instances")
    busy = wrapped("C:free-busy-query", f"<C:time-range {span}/>")
    assert refusal(phone.call("REPORT", phone.agenda, busy)) == (403, f"{C}max-instances")
    assert time.thread_time() - began < 10
    assert phone.query(phone.agenda, inner).standing == {"dense.ics", "plain.ics"}


def test_a_rule_that_never_comes_true_costs_nothing(phone: Phone) -> None:
    began = time.thread_time()
    for rule in (
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYWEEKNO=-54",
    ):
        answer = phone.put(f"{phone.agenda}never.ics", event("never", f"RRULE:{rule}"))
        assert refusal(answer) == (403, f"{C}valid-calendar-data"), rule
    assert time.thread_time() - began < 5


def test_a_series_that_takes_too_long_to_be_judged_is_shown(phone: Phone) -> None:
    """Each of a thousand occurrences changes all that follow, and a filter asks when each of them is."""
    days = [f"{2026 + number // 336}{number // 28 % 12 + 1:02}{number % 28 + 1:02}" for number in range(1000)]
    own = "".join(
        override("long", f";RANGE=THISANDFUTURE:{day}T090000Z", ":20260310T090000Z", ":20260310T100000Z", "Moved")
        for day in days
    )
    phone.kept("long.ics", with_override(event("long", "RRULE:FREQ=DAILY", start="20260310T090000Z"), own))
    phone.kept("plain.ics", event("plain"))
    span = '<C:time-range start="21500301T000000Z" end="21500401T000000Z"/>'
    began = time.thread_time()
    told = phone.query(
        phone.agenda, f'<C:comp-filter name="VEVENT">{span}<C:prop-filter name="SUMMARY"/></C:comp-filter>'
    )
    assert told.standing == {"long.ics"}
    assert time.thread_time() - began < 10


def test_filters_beyond_all_measure_are_refused_by_name(phone: Phone) -> None:
    many = '<C:prop-filter name="UID"/>' * 200
    deep = '<C:comp-filter name="VEVENT">' * 10 + "</C:comp-filter>" * 10
    for inner in (many, deep):
        query = f'<D:prop/><C:filter><C:comp-filter name="VCALENDAR">{inner}</C:comp-filter></C:filter>'
        told = phone.call("REPORT", phone.agenda, wrapped("C:calendar-query", query))
        assert refusal(told) == (403, f"{C}supported-filter")
