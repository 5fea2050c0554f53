"""calendar-query, calendar-multiget and free-busy-query: filters, time ranges, and the shapes of data (RFC 4791)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from field_api.agenda.components import read_object
from field_api.agenda.content_lines import read_lines
from field_api.dav.instances import Budget, expanded
from field_api.dav.overlaps import Clock
from field_api.dav.quick_instances import quickly_expanded
from field_api.dav.spans import Span
from tests.field_api.agenda.corpus import ODD
from tests.field_api.dav.phone import (
    C,
    D,
    Phone,
    calendar,
    event,
    filtered,
    override,
    refusal,
    with_override,
    wrapped,
)

MARCH = '<C:time-range start="20260301T000000Z" end="20260401T000000Z"/>'


def events(inner: str = "", **attributes: str) -> str:
    told = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<C:comp-filter name="VEVENT"{told}>{inner}</C:comp-filter>'


def prop(name: str, inner: str = "") -> str:
    return f'<C:prop-filter name="{name}">{inner}</C:prop-filter>'


def text(wanted: str, **attributes: str) -> str:
    told = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"<C:text-match{told}>{wanted}</C:text-match>"


@pytest.fixture
def full(phone: Phone) -> Phone:
    """A phone with one event for each kind of question."""
    phone.kept("plain.ics", event("plain", "SUMMARY:Büro Martin", "CATEGORIES:RED,DEEP\\, BLUE"))
    phone.kept("april.ics", event("april", start="20260410T090000Z", end="20260410T100000Z"))
    weekly = (
        "RRULE:FREQ=WEEKLY;COUNT=20",
        "EXDATE:20260317T080000Z",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.org",
    )
    phone.kept("weekly.ics", event("weekly", *weekly, start="20260203T080000Z", end="20260203T083000Z"))
    ring = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P1D\r\nDESCRIPTION:x\r\nEND:VALARM"
    phone.kept("ringing.ics", event("ringing", ring, start="20260401T000000Z", end="20260401T010000Z"))
    return phone


FILTERS = (
        ("", "april plain ringing weekly"),
        (events(), "april plain ringing weekly"),
        (events(MARCH), "plain weekly"),
        (events('<C:time-range start="20260402T000000Z"/>'), "april weekly"),
        (events('<C:time-range end="20260204T000000Z"/>'), "weekly"),
        (events('<C:time-range start="20260317T000000Z" end="20260318T000000Z"/>'), ""),
        (events('<C:time-range start="20260310T100000Z" end="20260310T110000Z"/>'), ""),
        (events('<C:time-range start="20260310T095959Z" end="20260310T110000Z"/>'), "plain"),
        (events("<C:is-not-defined/>"), ""),
        ('<C:comp-filter name="VTODO"/>', ""),
        ('<C:comp-filter name="VTODO"><C:is-not-defined/></C:comp-filter>', "april plain ringing weekly"),
        (events(prop("CATEGORIES")), "plain"),
        (events(prop("CATEGORIES", "<C:is-not-defined/>")), "april ringing weekly"),
        (events(prop("CATEGORIES", text("DEEP, BLUE", match_type="equals"))), "plain"),
        (events(prop("UID", text("pl", match_type="starts-with"))), "plain"),
        (events(prop("SUMMARY", text("MARTIN"))), "plain"),
        (events(prop("SUMMARY", text("MARTIN", collation="i;octet"))), ""),
        (events(prop("SUMMARY", text("BÜRO"))), ""),
        (events(prop("SUMMARY", text("BÜRO", collation="i;unicode-casemap"))), "plain"),
        (events(prop("SUMMARY", text("martin", negate_condition="yes"))), "april ringing weekly"),
        (events(prop("ATTENDEE", f'<C:param-filter name="PARTSTAT">{text("accepted")}</C:param-filter>')), "weekly"),
        (events(prop("ATTENDEE", '<C:param-filter name="ROLE"><C:is-not-defined/></C:param-filter>')), "weekly"),
        (events(prop("DTSTAMP", '<C:time-range start="20260101T000000Z" end="20260102T000000Z"/>')),
         "april plain ringing weekly"),
        (events('<C:comp-filter name="VALARM"/>'), "ringing"),
        (events(f'<C:comp-filter name="VALARM">{MARCH}</C:comp-filter>'), "ringing"),
        (events('<C:comp-filter name="VALARM"><C:time-range start="20260401T000000Z"/></C:comp-filter>'), ""),
        (events(MARCH + prop("UID", text("weekly"))), "weekly"),
        (events(prop("UID", text("weekly")) + prop("UID", text("plain")), test="anyof"), "plain weekly"),
)  # fmt: skip


def test_a_filter_finds_what_the_rfc_says(full: Phone) -> None:
    for conditions, found in FILTERS:
        told = full.query(full.agenda, conditions, "<D:getetag/>")
        assert sorted(told.standing) == [f"{name}.ics" for name in found.split()], conditions
        # With the data the same is found by another way.
        assert full.query(full.agenda, conditions).standing == told.standing, conditions


def test_tasks_are_found_by_the_table_of_the_rfc(phone: Phone) -> None:
    path = phone.make_calendar("tasks")
    stamp = "DTSTAMP:20260101T000000Z"
    tasks = {
        "started": ["DTSTART:20260310T090000Z", "DUE:20260312T090000Z"],
        "long": ["DTSTART:20260225T090000Z", "DURATION:P10D"],
        "due": ["DUE:20260301T000000Z"],
        "late": ["DUE:20260401T000000Z"],
        "done": ["COMPLETED:20260310T090000Z", "CREATED:20260101T000000Z"],
        "old": ["COMPLETED:20260110T090000Z", "CREATED:20260101T000000Z"],
        "some day": [],
        "daily": ["DTSTART:20260101T090000Z", "DUE:20260101T100000Z", "RRULE:FREQ=DAILY"],
        "over": ["DTSTART:20250101T090000Z", "DUE:20250101T100000Z"],
    }
    for name, lines in tasks.items():
        phone.kept(f"{name.replace(' ', '-')}.ics", calendar("VTODO", f"UID:{name}", stamp, *lines), path)
    found = phone.query(path, f'<C:comp-filter name="VTODO">{MARCH}</C:comp-filter>')
    assert sorted(found.standing) == [
        f"{name}.ics" for name in ("daily", "done", "late", "long", "some-day", "started")
    ]
    journal = calendar("VJOURNAL", "UID:j", stamp, "DTSTART;VALUE=DATE:20260331")
    phone.kept("day.ics", journal, path)
    phone.kept("never.ics", calendar("VJOURNAL", "UID:n", stamp), path)
    assert phone.query(path, f'<C:comp-filter name="VJOURNAL">{MARCH}</C:comp-filter>').standing == {"day.ics"}


def test_days_are_meant_in_the_zone_that_the_query_names(phone: Phone) -> None:
    day = event("day").replace("DTSTART:20260310T090000Z", "DTSTART;VALUE=DATE:20260310")
    phone.kept("day.ics", day.replace("DTEND:20260310T100000Z", "DTEND;VALUE=DATE:20260311"))
    evening = events('<C:time-range start="20260311T010000Z" end="20260311T020000Z"/>')
    lines = ("BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", "TZID:America/Sao_Paulo", "END:VTIMEZONE", "END:VCALENDAR", "")
    zone = f"<C:timezone>{'&#13;'.join(f'{line}' + chr(10) for line in lines)}</C:timezone>"
    inner = f"<D:prop><D:getetag/></D:prop>{filtered(evening)}"
    assert phone.report(phone.agenda, "C:calendar-query", inner).standing == set()
    assert phone.report(phone.agenda, "C:calendar-query", inner + zone).standing == {"day.ics"}


PARIS = ";TZID=Europe/Paris:"


def test_expanding_gives_each_occurrence_in_utc_without_zones_and_rules(phone: Phone) -> None:
    zoned = event("z", "RRULE:FREQ=WEEKLY;COUNT=4").replace(":20260310T090000Z", f"{PARIS}20260317T090000")
    zoned = zoned.replace(":20260310T100000Z", f"{PARIS}20260317T100000")
    times = (f"{PARIS}20260324T090000", f"{PARIS}20260325T150000", f"{PARIS}20260325T160000")
    phone.kept("z.ics", with_override(zoned, override("z", *times, "Moved")))
    span = 'start="20260320T000000Z" end="20260405T000000Z"'
    asked = f"<C:calendar-data><C:expand {span}/></C:calendar-data>"
    data = phone.query(phone.agenda, events(f"<C:time-range {span}/>"), asked).data("z.ics")
    times_told = sorted(line.strip() for line in data.split("\n") if line.startswith(("DTSTART", "RECURRENCE-ID")))
    assert times_told == [
        "DTSTART:20260325T140000Z", "DTSTART:20260331T070000Z",
        "RECURRENCE-ID:20260324T080000Z", "RECURRENCE-ID:20260331T070000Z",
    ]  # fmt: skip
    assert "RRULE" not in data
    assert "TZID" not in data
    limit = '<C:limit-recurrence-set start="20260501T000000Z" end="20260601T000000Z"/>'
    asked = f"<C:calendar-data>{limit}</C:calendar-data>"
    limited = phone.query(phone.agenda, events(f"<C:time-range {span}/>"), asked).data("z.ics")
    assert "RRULE" in limited
    assert "Moved" not in limited


def test_only_the_components_and_properties_that_were_asked_for(full: Phone) -> None:
    props = '<C:prop name="UID"/><C:prop name="SUMMARY" novalue="yes"/>'
    comp = f'<C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT">{props}</C:comp></C:comp>'
    data = full.query(full.agenda, events(MARCH), f"<C:calendar-data>{comp}</C:calendar-data>").data("plain.ics")
    assert data.replace("\r", "").split("\n") == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:plain", "SUMMARY:", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip


def test_multiget_answers_each_address_once(full: Phone) -> None:
    paths = [
        f"{full.agenda}plain.ics",
        f"{full.agenda}missing.ics",
        "/elsewhere/x.ics",
        f"http://localhost{full.agenda}april.ics",
    ]
    hrefs = "".join(f"<D:href>{path}</D:href>" for path in [*paths, paths[0]])
    told = full.report(full.agenda, "C:calendar-multiget", f"<D:prop><D:getetag/><C:calendar-data/></D:prop>{hrefs}")
    assert told.standing == {"plain.ics", "april.ics"}
    assert told.gone == {"missing.ics", "x.ics"}
    assert told.data("plain.ics") == full.call("GET", paths[0]).text


def test_free_busy_joins_what_is_busy_and_leaves_out_what_is_not(phone: Phone) -> None:
    phone.kept("a.ics", event("a"))
    phone.kept("b.ics", event("b", start="20260310T093000Z", end="20260310T113000Z"))
    phone.kept("c.ics", event("c", "TRANSP:TRANSPARENT", start="20260311T093000Z", end="20260311T113000Z"))
    phone.kept("d.ics", event("d", "STATUS:CANCELLED", start="20260312T093000Z", end="20260312T113000Z"))
    phone.kept(
        "e.ics",
        event("e", "STATUS:TENTATIVE", "RRULE:FREQ=DAILY;COUNT=2", start="20260331T230000Z", end="20260401T010000Z"),
    )
    answer = phone.call("REPORT", phone.agenda, wrapped("C:free-busy-query", MARCH))
    assert answer.status_code == 200
    lines = [line for line in answer.text.split("\r\n") if line.startswith("FREEBUSY")]
    assert lines == [
        "FREEBUSY:20260310T090000Z/20260310T113000Z",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260331T230000Z/20260401T000000Z",
    ]


NOON = events('<C:time-range start="noon"/>')
KLINGON = events(prop("SUMMARY", text("x", collation="i;klingon")))
OTHER_DATA = '<D:prop><C:calendar-data content-type="text/calendar" version="3.0"/></D:prop>'


NONSENSE = (
    ("", 400, f"{C}valid-filter"),
    (f"<C:filter>{events()}</C:filter>", 400, f"{C}valid-filter"),
    (filtered(MARCH), 400, f"{C}valid-filter"),
    (filtered('<C:comp-filter name="VALIEN"/>'), 403, f"{C}supported-filter"),
    (filtered(NOON), 400, f"{C}valid-filter"),
    (filtered(events("<C:time-range/>")), 400, f"{C}valid-filter"),
    (filtered(KLINGON), 403, f"{C}supported-collation"),
    (OTHER_DATA, 403, f"{C}supported-calendar-data"),
    (f"{filtered('')}<C:timezone>nonsense</C:timezone>", 403, f"{C}valid-calendar-data"),
)


def test_a_question_that_makes_no_sense_is_refused_by_name(phone: Phone) -> None:
    for inner, status, precondition in NONSENSE:
        answer = phone.call("REPORT", phone.agenda, wrapped("C:calendar-query", inner))
        assert refusal(answer) == (status, precondition), inner


def test_an_unknown_report_is_refused_by_name(phone: Phone) -> None:
    for path in (phone.agenda, "/dav/"):
        answer = phone.call("REPORT", path, wrapped("D:expand-property", ""))
        assert refusal(answer) == (403, f"{D}supported-report")


def test_the_quick_way_and_the_thorough_way_expand_alike() -> None:
    span = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
    start_s, end_s = (int(instant.timestamp()) for instant in (span.from_, span.until))
    ring = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nDURATION:PT1M\r\nREPEAT:2\r\nEND:VALARM"
    texts = [event("a", "RRULE:FREQ=MONTHLY", ring, "DESCRIPTION:DTSTART:\r\n DTEND: is text"), event("b")]
    quick = 0
    for text in (*(one.encode() for one in texts), *ODD.values()):
        clock = Clock(read_object(text), ZoneInfo("Europe/Paris"))
        met = list(clock.occurrences(start_s, end_s))[:500]
        told = quickly_expanded(text, clock.series.kind, clock.series.recurs, met, Budget())
        if told is not None and len(met) < 500:
            quick += 1
            assert lines_of(told) == lines_of(expanded(clock, span, Budget()).encode()), text
    assert quick >= 8


def lines_of(text: bytes) -> list[str]:
    return sorted(line.text for line in read_lines(text) if line.text.strip())
