"""How calendar apps find their way from the server's name to the agenda, by the first requests that they send."""

from flask import Flask

from tests.field_api.dav.phone import CS, C, D, Phone, make_phone

IOS_FIRST = (
    '<?xml version="1.0" encoding="UTF-8"?><A:propfind xmlns:A="DAV:"><A:prop><A:current-user-principal/>'
    "<A:principal-URL/><A:resourcetype/></A:prop></A:propfind>"
)
IOS_PRINCIPAL = (
    '<?xml version="1.0" encoding="UTF-8"?><A:propfind xmlns:A="DAV:"><A:prop>'
    '<B:calendar-home-set xmlns:B="urn:ietf:params:xml:ns:caldav"/>'
    '<B:calendar-user-address-set xmlns:B="urn:ietf:params:xml:ns:caldav"/><A:current-user-principal/><A:displayname/>'
    '<C:dropbox-home-URL xmlns:C="http://calendarserver.org/ns/"/>'
    '<C:email-address-set xmlns:C="http://calendarserver.org/ns/"/>'
    '<B:max-attendees-per-instance xmlns:B="urn:ietf:params:xml:ns:caldav"/>'
    '<C:notification-URL xmlns:C="http://calendarserver.org/ns/"/><A:principal-collection-set/><A:principal-URL/>'
    '<A:resource-id/><B:schedule-inbox-URL xmlns:B="urn:ietf:params:xml:ns:caldav"/>'
    '<B:schedule-outbox-URL xmlns:B="urn:ietf:params:xml:ns:caldav"/><A:supported-report-set/></A:prop></A:propfind>'
)
DAVX5_HOME = (
    '<propfind xmlns="DAV:" xmlns:CAL="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/"><prop>'
    "<resourcetype/><displayname/><current-user-privilege-set/><owner/><CAL:calendar-description/><A:calendar-color/>"
    "<CAL:calendar-timezone/><CAL:supported-calendar-component-set/></prop></propfind>"
)


def test_the_well_known_address_leads_to_the_service_before_anybody_signs_in(app: Flask) -> None:
    client = app.test_client()
    for path, method in (
        ("/.well-known/caldav", "PROPFIND"),
        ("/.well-known/caldav", "GET"),
        ("/", "PROPFIND"),
        ("/principals/", "PROPFIND"),
    ):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/dav/"), (path, method)


def test_an_iphone_walks_from_the_root_to_the_principal_and_its_calendars(phone: Phone) -> None:
    first = phone.call("PROPFIND", "/dav/", IOS_FIRST, Depth="0", **{"User-Agent": "iOS/18.0 dataaccessd/1.0"})
    assert "calendar-access" in first.headers["DAV"]
    principal = phone.propfind("/dav/", "D:current-user-principal D:principal-URL").one()
    assert principal.refused == {f"{D}principal-URL": 404}
    path = principal.href(f"{D}current-user-principal")
    told = phone.call("PROPFIND", path, IOS_PRINCIPAL, Depth="0")
    assert told.status_code == 207
    assert f"mailto:{phone.user.email}" in told.text
    options = phone.client.options(path)
    assert "calendar-access" in options.headers["DAV"]
    home = phone.propfind(path, "C:calendar-home-set").one().href(f"{C}calendar-home-set")
    calendars = phone.propfind(home, "D:resourcetype CS:getctag C:supported-calendar-component-set", depth="1")
    agenda = calendars.by_href[phone.agenda]
    assert agenda.found[f"{D}resourcetype"].find(f"{C}calendar") is not None
    assert [one.get("name") for one in agenda.found[f"{C}supported-calendar-component-set"]] == ["VEVENT"]
    assert agenda.text(f"{CS}getctag")


def test_davx5_lists_the_calendars_of_the_home_set(phone: Phone) -> None:
    answer = phone.call("PROPFIND", phone.home, DAVX5_HOME, Depth="1")
    assert answer.status_code == 207
    agenda = phone.propfind(phone.home, "D:displayname D:current-user-privilege-set D:owner", depth="1").by_href[
        phone.agenda
    ]
    assert agenda.text(f"{D}displayname") == "Agenda Furet"
    assert agenda.href(f"{D}owner") == f"/dav/principals/{phone.user.id}/"
    privileges = {one[0].tag for one in agenda.found[f"{D}current-user-privilege-set"]}
    assert {f"{D}read", f"{D}write-content", f"{D}bind", f"{D}unbind"} <= privileges


def test_thunderbird_asks_the_address_itself_for_everything(phone: Phone) -> None:
    props = (
        "D:resourcetype D:owner D:displayname D:current-user-principal D:current-user-privilege-set A:calendar-color"
    )
    for path in ("/dav/", phone.home, phone.agenda):
        assert phone.propfind(path, props).one().found[f"{D}current-user-principal"] is not None


def test_addresses_work_with_and_without_their_last_slash(phone: Phone) -> None:
    for path in ("/dav/", f"/dav/principals/{phone.user.id}/", phone.home, phone.agenda):
        assert phone.propfind(path.rstrip("/"), "D:resourcetype").one().found


def test_options_tells_methods_and_compliance_without_signing_in(app: Flask, phone: Phone) -> None:
    answer = app.test_client().options(phone.agenda)
    assert answer.status_code == 200
    assert answer.headers["DAV"] == "1, 3, access-control, calendar-access, extended-mkcol"
    assert {"PROPFIND", "REPORT", "MKCALENDAR", "PROPPATCH", "DELETE"} <= set(answer.headers["Allow"].split(", "))


def test_an_unknown_method_is_answered_with_those_there_are(phone: Phone) -> None:
    answer = phone.call("LOCK", f"{phone.agenda}a.ics")
    assert answer.status_code == 405
    assert "PUT" in answer.headers["Allow"]


def test_everybody_finds_themselves_and_nobody_else(app: Flask, phone: Phone) -> None:
    make_phone(app, name="Camille Autre")
    condition = "<D:property-search><D:prop><D:displayname/></D:prop><D:match>camille</D:match></D:property-search>"
    found = phone.report("/dav/", "D:principal-property-search", f"{condition}<D:prop><D:displayname/></D:prop>")
    assert found.one().text(f"{D}displayname") == phone.user.name
    none = condition.replace("camille", "nobody")
    assert phone.report("/dav/", "D:principal-property-search", none).hrefs == set()


def test_a_browser_is_greeted(phone: Phone) -> None:
    assert "app password" in phone.call("GET", "/dav/").text
    assert "application" in phone.call("GET", phone.agenda).text


def test_an_allprop_tells_what_is_cheap_and_a_propname_tells_names(phone: Phone) -> None:
    every = phone.propfind(phone.agenda).one()
    assert {f"{D}resourcetype", f"{D}displayname"} <= set(every.found)
    assert f"{C}calendar-timezone" not in every.found
    body = '<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>'
    names = phone.call("PROPFIND", phone.agenda, body, Depth="0").text
    assert "<D:sync-token/>" in names
    included = '<D:propfind xmlns:D="DAV:"><D:allprop/><D:include><D:sync-token/></D:include></D:propfind>'
    assert "<D:sync-token>furet:" in phone.call("PROPFIND", phone.agenda, included, Depth="0").text
