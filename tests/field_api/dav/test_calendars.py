"""Calendars made, described and removed: what a phone sets is kept as it set it, within bounds."""

from tests.field_api.dav.phone import NAMESPACES, C, D, Phone, event, read, refusal, wrapped

A = "{http://apple.com/ns/ical/}"


def patch(phone: Phone, path: str, inner: str) -> dict[str, int]:
    """The status of each property of a PROPPATCH."""
    answer = phone.call("PROPPATCH", path, wrapped("D:propertyupdate", inner))
    told = read(answer).one()
    return dict.fromkeys(told.found, 200) | told.refused


def setting(props: str) -> str:
    return f"<D:set><D:prop>{props}</D:prop></D:set>"


def test_a_name_a_colour_and_unknown_things_are_kept_as_they_were_set(phone: Phone) -> None:
    colour = '<A:calendar-color symbolic-color="red">#FF2968FF</A:calendar-color>'
    told = f"<D:displayname>Rendez-vous &amp; co</D:displayname>{colour}"
    odd = '<Z:notes xmlns:Z="urn:z">a <Z:b c="d"/></Z:notes>'
    statuses = patch(phone, phone.agenda, setting(told + odd + "<A:calendar-order>3</A:calendar-order>"))
    assert set(statuses.values()) == {200}
    assert len(statuses) == 4
    found = phone.propfind(phone.agenda, "D:displayname A:calendar-color A:calendar-order").one()
    assert found.text(f"{D}displayname") == "Rendez-vous & co"
    assert found.found[f"{A}calendar-color"].get("symbolic-color") == "red"
    body = f'<D:propfind {NAMESPACES}><D:prop><Z:notes xmlns:Z="urn:z"/></D:prop></D:propfind>'
    assert odd in phone.call("PROPFIND", phone.agenda, body, Depth="0").text
    assert patch(phone, phone.agenda, "<D:remove><D:prop><D:displayname/></D:prop></D:remove>") == {
        f"{D}displayname": 200
    }
    assert phone.propfind(phone.agenda, "D:displayname").one().text(f"{D}displayname") == "Agenda Furet"


def test_all_of_a_patch_counts_or_nothing(phone: Phone) -> None:
    told = "<D:displayname>New</D:displayname><D:getetag>x</D:getetag>"
    assert patch(phone, phone.agenda, setting(told)) == {f"{D}getetag": 403, f"{D}displayname": 424}
    assert phone.propfind(phone.agenda, "D:displayname").one().text(f"{D}displayname") == "Agenda Furet"


def test_properties_are_bounded(phone: Phone) -> None:
    big = f"<A:calendar-color>{'x' * 40_000}</A:calendar-color>"
    assert patch(phone, phone.agenda, setting(big)) == {f"{A}calendar-color": 507}
    many = "".join(f'<Z:p{number} xmlns:Z="urn:z"/>' for number in range(70))
    assert 507 in patch(phone, phone.agenda, setting(many)).values()


def test_people_homes_and_objects_cannot_be_described(phone: Phone) -> None:
    phone.kept("a.ics", event("a"))
    told = setting("<D:displayname>New</D:displayname>")
    for path in (f"/dav/principals/{phone.user.id}/", phone.home, f"{phone.agenda}a.ics"):
        assert patch(phone, path, told) == {f"{D}displayname": 403}


def test_a_calendar_is_made_with_what_is_told_and_removed_with_what_is_in_it(phone: Phone) -> None:
    comps = '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>'
    path = phone.make_calendar("tasks", f"<D:displayname>Tâches</D:displayname>{comps}")
    told = phone.propfind(path, "D:displayname C:supported-calendar-component-set").one()
    assert told.text(f"{D}displayname") == "Tâches"
    assert [one.get("name") for one in told.found[f"{C}supported-calendar-component-set"]] == ["VTODO"]
    assert refusal(phone.put(f"{path}a.ics", event("a"))) == (403, f"{C}supported-calendar-component")
    assert path in phone.propfind(phone.home, "D:resourcetype", depth="1").hrefs
    assert phone.call("DELETE", path).status_code == 204
    assert phone.call("PROPFIND", path).status_code == 404
    assert path not in phone.propfind(phone.home, "D:resourcetype", depth="1").hrefs


def test_a_removed_calendar_takes_its_objects_along(phone: Phone) -> None:
    path = phone.make_calendar("private")
    phone.kept("a.ics", event("a"), path)
    token = phone.sync(path).token
    assert phone.call("DELETE", path).status_code == 204
    phone.make_calendar("private")
    assert phone.sync(path).standing == set()
    again = wrapped("D:sync-collection", f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop/>")
    assert refusal(phone.call("REPORT", path, again)) == (403, f"{D}valid-sync-token")


def test_the_agenda_stays_and_names_are_given_once(phone: Phone) -> None:
    assert phone.call("DELETE", phone.agenda).status_code == 403
    assert refusal(phone.call("MKCALENDAR", phone.agenda)) == (403, f"{D}resource-must-be-null")
    phone.make_calendar("a")
    assert refusal(phone.call("MKCALENDAR", f"{phone.home}a/")) == (403, f"{D}resource-must-be-null")
    assert phone.call("MKCALENDAR", f"{phone.home}{'x' * 201}/").status_code == 403


def test_an_extended_mkcol_makes_calendars_and_nothing_else(phone: Phone) -> None:
    kind = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
    made = phone.call(
        "MKCOL", f"{phone.home}m/", wrapped("D:mkcol", setting(f"{kind}<D:displayname>M</D:displayname>"))
    )
    assert made.status_code == 201
    assert phone.propfind(f"{phone.home}m/", "D:displayname").one().text(f"{D}displayname") == "M"
    plain = wrapped("D:mkcol", setting("<D:resourcetype><D:collection/></D:resourcetype>"))
    assert refusal(phone.call("MKCOL", f"{phone.home}n/", plain)) == (403, f"{D}valid-resourcetype")
    assert refusal(phone.call("MKCOL", f"{phone.home}n/")) == (403, f"{D}valid-resourcetype")


def test_a_protected_property_keeps_a_calendar_from_being_made(phone: Phone) -> None:
    inner = setting("<D:getetag>x</D:getetag>")
    answer = phone.call("MKCALENDAR", f"{phone.home}p/", wrapped("C:mkcalendar", inner))
    assert refusal(answer) == (403, f"{D}cannot-modify-protected-property")
    assert phone.call("PROPFIND", f"{phone.home}p/").status_code == 404


def test_a_time_zone_that_is_none_is_refused(phone: Phone) -> None:
    told = setting("<C:calendar-timezone>nonsense</C:calendar-timezone>")
    assert patch(phone, phone.agenda, told) == {f"{C}calendar-timezone": 403}
