"""CalDAV over HTTP: where clients begin, who they are, and their calendars as a list; see `paths.py` for the map."""

from flask import Response

from field_api.dav import editing, paths, principals, requests
from field_api.dav.asked import PropertiesAsked
from field_api.dav.doors import GREETING, Doors
from field_api.dav.multistatus import multistatus
from field_api.dav.names import dav
from field_api.dav.properties import HOME, PRINCIPAL, ROOT
from field_api.dav.refusals import Refused
from field_api.dav.showing import calendar_response, show
from field_api.dav.subjects import Person, person_of, subjects_of
from field_api.store.base import db
from field_api.web.identity import current

doors = Doors("dav")


@doors.serve("/", "GET")
def greet() -> Response:
    """What a person sees who opens the address in a browser."""
    return Response(GREETING, mimetype="text/plain")


@doors.serve("/", "PROPFIND")
def find_root() -> Response:
    """Where clients begin: it tells them who they are."""
    asked, depth = requests.propfind(), requests.depth("infinity")
    person = _caller()
    parts = [show(paths.ROOT, ROOT, person, asked)]
    if depth != "0":
        parts += [show(path, ROOT, person, asked) for path in (paths.PRINCIPALS, paths.HOMES)]
    return multistatus(parts)


@doors.serve("/principals/", "PROPFIND")
def find_principals() -> Response:
    """All people whom the caller may see: themselves."""
    asked, depth = requests.propfind(), requests.depth("infinity")
    person = _caller()
    parts = [show(paths.PRINCIPALS, ROOT, person, asked)]
    return multistatus(parts if depth == "0" else [*parts, _principal(person, asked)])


@doors.serve("/calendars/", "PROPFIND")
def find_homes() -> Response:
    """Where all people's calendars lie, of which the caller sees their own."""
    asked, depth = requests.propfind(), requests.depth("infinity")
    person = _caller()
    parts = [show(paths.HOMES, ROOT, person, asked)]
    return multistatus(parts if depth == "0" else [*parts, show(paths.home(person.id), HOME, person, asked)])


@doors.serve("/principals/<id:user_id>/", "PROPFIND")
def find_principal(user_id: str) -> Response:
    """A person: where their calendars are."""
    asked = requests.propfind()
    return multistatus([_principal(person_of(db.session, current(), user_id), asked)])


@doors.serve("/calendars/<id:user_id>/", "PROPFIND")
def find_home(user_id: str) -> Response:
    """A person's calendars."""
    asked, depth = requests.propfind(), requests.depth("infinity")
    person = person_of(db.session, current(), user_id)
    parts = [show(paths.home(person.id), HOME, person, asked)]
    if depth != "0":
        parts += [calendar_response(one, asked) for one in subjects_of(db.session, current())]
    return multistatus(parts)


@doors.serve("/principals/<id:user_id>/", "PROPPATCH")
def describe_principal(user_id: str) -> Response:
    """Refused: people are described by their administrators."""
    person_of(db.session, current(), user_id)
    return editing.refuse_to_describe(paths.principal(user_id), requests.required_xml())


@doors.serve("/calendars/<id:user_id>/", "PROPPATCH")
def describe_home(user_id: str) -> Response:
    """Refused: the list of calendars has nothing to be set."""
    person_of(db.session, current(), user_id)
    return editing.refuse_to_describe(paths.home(user_id), requests.required_xml())


@doors.serve("/", "REPORT")
@doors.serve("/principals/", "REPORT")
def report_on_people() -> Response:
    """Look for people."""
    return _report(_caller())


@doors.serve("/principals/<id:user_id>/", "REPORT")
def report_on_principal(user_id: str) -> Response:
    """The same, asked of a person."""
    return _report(person_of(db.session, current(), user_id))


def _report(person: Person) -> Response:
    root = requests.required_xml()
    if root.tag == dav("principal-property-search"):
        return principals.search(person, root)
    if root.tag == dav("principal-search-property-set"):
        return principals.searchable()
    raise Refused(403, dav("supported-report"), "This report is not made here.")


def _caller() -> Person:
    return person_of(db.session, current(), current().id)


def _principal(person: Person, asked: PropertiesAsked) -> str:
    return show(paths.principal(person.id), PRINCIPAL, person, asked)
