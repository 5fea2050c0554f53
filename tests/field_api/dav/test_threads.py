"""Published defects of other calendars, each as a test named after its thread."""

from pathlib import Path
from xml.sax.saxutils import escape

from flask import Flask

from field_api.store.base import db
from field_api.store.jobs import Job
from tests.field_api.dav.phone import Phone, event, override, refusal, with_override


def series(summary: str, occurrence: str) -> str:
    """A weekly series of which the second occurrence was edited."""
    times = (":20260317T090000Z", ":20260317T110000Z", ":20260317T120000Z")
    return with_override(
        event("s", "RRULE:FREQ=WEEKLY;COUNT=10", f"SUMMARY:{summary}"), override("s", *times, occurrence)
    )


def test_davx5_897_an_edited_occurrence_outlives_a_412(phone: Phone) -> None:
    """bitfireAT/davx5-ose #897: after a 412 the edited occurrence was reverted to what the series says.

    So the refused PUT must leave what stands, and the object and ETag that the phone then reads must belong together,
    so that its second try, made from these, keeps both edits.
    """
    first = phone.kept("s.ics", series("Series", "Edited at the desk"))
    path = f"{phone.agenda}s.ics"
    second = phone.put(path, series("Series renamed", "Edited at the desk"), If_Match=first)
    stale = phone.put(path, series("Series", "Edited on the phone"), If_Match=first)
    assert stale.status_code == 412
    assert stale.headers["ETag"] == second.headers["ETag"]
    stands = phone.call("GET", path)
    assert stands.text == series("Series renamed", "Edited at the desk")
    assert stands.headers["ETag"] == stale.headers["ETag"]
    merged = series("Series renamed", "Edited on the phone")
    assert phone.put(path, merged, If_Match=stands.headers["ETag"]).status_code == 204
    span = '<C:time-range start="20260317T000000Z" end="20260318T000000Z"/>'
    expand = '<C:calendar-data><C:expand start="20260317T000000Z" end="20260318T000000Z"/></C:calendar-data>'
    told = phone.query(phone.agenda, f'<C:comp-filter name="VEVENT">{span}</C:comp-filter>', expand).data("s.ics")
    assert "Edited on the phone" in told
    assert "DTSTART:20260317T110000Z" in told
    assert told.count("BEGIN:VEVENT") == 1


def test_radicale_401_a_uid_is_never_a_path(phone: Phone, home: Path) -> None:
    """Kozea/Radicale #401: an item whose UID held a slash could be neither stored nor found."""
    before = sorted(home.rglob("*"))
    uids = ("a/b", "../../../etc/passwd", "..", ".", "a\\b", "C:\\x", "a%2Fb", "a b?c=d#e", "/", "x" * 255)
    for number, uid in enumerate(uids):
        phone.kept(f"{number}.ics", event(uid))
        assert phone.call("GET", f"{phone.agenda}{number}.ics").text == event(uid)
        told = escape(uid.replace("\\b", "b").replace("\\x", "x"))
        match = f'<C:text-match match-type="equals" collation="i;octet">{told}</C:text-match>'
        condition = f'<C:comp-filter name="VEVENT"><C:prop-filter name="UID">{match}</C:prop-filter></C:comp-filter>'
        assert phone.query(phone.agenda, condition).standing == {f"{number}.ics"}
        # Another object with the same UID is refused by the UID, whatever signs are in it.
        assert refusal(phone.put(f"{phone.agenda}other.ics", event(uid)))[0] == 409
    # Nothing but the database has grown.
    assert [path for path in sorted(home.rglob("*")) if path not in before and "passwd" in path.name] == []


def test_nextcloud_4867_a_put_writes_to_nobody(app: Flask, phone: Phone) -> None:
    """nextcloud/server #4867: attendees got invitation mails by a mere upload."""
    attendees = (
        f"ORGANIZER;CN=Rep:mailto:{phone.user.email}",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:customer@example.org",
        "ATTENDEE;SCHEDULE-AGENT=SERVER:mailto:other@example.org",
    )
    phone.kept("a.ics", event("a", *attendees))
    phone.kept("a.ics", event("a", *attendees, "SEQUENCE:1", "STATUS:CANCELLED"))
    assert phone.call("DELETE", f"{phone.agenda}a.ics").status_code == 204
    with app.app_context():
        assert db.session.query(Job).filter(Job.kind == "mail").count() == 0
        assert not list(app.config["SETTINGS"].outbox.glob("*.eml"))
