"""A phone's calendar app, as far as tests need one: its requests, and the multistatus answers that it reads."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from field_api.access.tokens import create_token
from field_api.reps.models import User
from field_api.store.base import db
from field_api.store.engine import AnySession, writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.people import make_territory, make_user

D, C, CS = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
NAMESPACES = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/" '
    'xmlns:A="http://apple.com/ns/ical/"'
)


@dataclass
class Told:
    """What one response of a multistatus says: its own status, or the properties by their names."""

    status: int | None = None
    found: dict[str, ET.Element] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    error: str | None = None

    def text(self, name: str) -> str:
        return self.found[name].text or ""

    def href(self, name: str) -> str:
        return self.found[name].findtext(f"{D}href") or ""


@dataclass
class Answer:
    """A multistatus."""

    by_href: dict[str, Told]
    token: str | None

    def one(self) -> Told:
        (told,) = self.by_href.values()
        return told

    @property
    def hrefs(self) -> set[str]:
        return set(self.by_href)

    @property
    def standing(self) -> set[str]:
        """The names of the objects that are told of with properties."""
        return {name_of(href) for href, told in self.by_href.items() if told.status is None and not href.endswith("/")}

    @property
    def gone(self) -> set[str]:
        return {name_of(href) for href, told in self.by_href.items() if told.status == 404}

    def data(self, name: str) -> str:
        """The calendar data of the object of that name."""
        told = next(told for href, told in self.by_href.items() if name_of(href) == name)
        return told.text(f"{C}calendar-data")


def name_of(href: str) -> str:
    return href.rstrip("/").rpartition("/")[2]


@dataclass(frozen=True)
class Owner:
    """Whose phone it is."""

    id: str
    email: str
    name: str


@dataclass(frozen=True)
class Phone:
    """A user's calendar app on the test client."""

    client: FlaskClient
    user: Owner
    headers: dict[str, str]

    @property
    def home(self) -> str:
        return f"/dav/calendars/{self.user.id}/"

    @property
    def agenda(self) -> str:
        return f"{self.home}agenda/"

    def call(self, method: str, path: str, body: str | bytes | None = None, **headers: str) -> TestResponse:
        told = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, str):
            told.setdefault("Content-Type", "application/xml; charset=utf-8")
            body = body.encode()
        return self.client.open(path, method=method, data=body, headers=told)

    def propfind(self, path: str, props: str = "", depth: str = "0", **headers: str) -> Answer:
        """Named properties, such as "D:getetag CS:getctag", or all of them."""
        inner = f"<D:prop>{named(props)}</D:prop>" if props else "<D:allprop/>"
        return read(self.call("PROPFIND", path, wrapped("D:propfind", inner), Depth=depth, **headers))

    def report(self, path: str, name: str, inner: str, depth: str = "1") -> Answer:
        return read(self.call("REPORT", path, wrapped(name, inner), Depth=depth))

    def query(self, path: str, conditions: str, props: str = "<D:getetag/><C:calendar-data/>") -> Answer:
        """A calendar-query with the conditions inside the comp-filter of VCALENDAR."""
        return self.report(path, "C:calendar-query", f"<D:prop>{props}</D:prop>{filtered(conditions)}")

    def sync(self, path: str, token: str | None = None, most: int | None = None) -> Answer:
        limit = f"<D:limit><D:nresults>{most}</D:nresults></D:limit>" if most else ""
        told = f"<D:sync-token>{token or ''}</D:sync-token><D:sync-level>1</D:sync-level>"
        inner = f"{told}{limit}<D:prop><D:getetag/></D:prop>"
        return self.report(path, "D:sync-collection", inner)

    def put(self, path: str, text: str | bytes, **headers: str) -> TestResponse:
        told = text.encode() if isinstance(text, str) else text
        return self.call("PUT", path, told, **{"Content_Type": "text/calendar; charset=utf-8"} | headers)

    def kept(self, name: str, text: str | bytes, path: str | None = None) -> str:
        """Put an object that must be taken; its ETag."""
        answer = self.put(f"{path or self.agenda}{name}", text)
        assert answer.status_code in {201, 204}, (answer.status_code, answer.text)
        return answer.headers["ETag"]

    def make_calendar(self, slug: str, props: str = "") -> str:
        inner = f"<D:set><D:prop>{props}</D:prop></D:set>" if props else ""
        answer = self.call("MKCALENDAR", f"{self.home}{slug}/", wrapped("C:mkcalendar", inner) if inner else None)
        assert answer.status_code == 201, answer.text
        return f"{self.home}{slug}/"


def filtered(conditions: str) -> str:
    """The filter with these conditions on what lies in a calendar."""
    return f'<C:filter><C:comp-filter name="VCALENDAR">{conditions}</C:comp-filter></C:filter>'


def wrapped(name: str, inner: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><{name} {NAMESPACES}>{inner}</{name}>'


def named(props: str) -> str:
    return "".join(f"<{name}/>" for name in props.split())


def read(answer: TestResponse) -> Answer:
    assert answer.status_code == 207, (answer.status_code, answer.text)
    root = ET.fromstring(answer.data)  # noqa: S314 - our own answer
    told = {one.findtext(f"{D}href", ""): _told(one) for one in root.findall(f"{D}response")}
    assert len(told) == len(root.findall(f"{D}response")), "a resource is told of twice"
    return Answer(told, root.findtext(f"{D}sync-token"))


def _told(response: ET.Element) -> Told:
    status = response.findtext(f"{D}status")
    told = Told(None if status is None else int(status.split()[1]))
    error = response.find(f"{D}error")
    told.error = None if error is None else error[0].tag
    for propstat in response.findall(f"{D}propstat"):
        code = int(propstat.findtext(f"{D}status", "").split()[1])
        for prop in propstat.findall(f"{D}prop/*"):
            if code == 200:
                told.found[prop.tag] = prop
            else:
                told.refused[prop.tag] = code
    return told


def refusal(answer: TestResponse) -> tuple[int, str | None]:
    """The status of a refusal and the precondition that it names."""
    if not answer.data:
        return answer.status_code, None
    root = ET.fromstring(answer.data)  # noqa: S314 - our own answer
    assert root.tag == f"{D}error", answer.text
    told = [child.tag for child in root if "sabredav" not in child.tag]
    return answer.status_code, told[0] if told else None


def app_password(session: AnySession, user_id: str) -> str:
    with writing(session):
        _, secret = create_token(session, THE_SYSTEM, user_id, {"kind": "calendar", "name": "Phone"})
    return secret


def basic(email: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{email}:{password}".encode()).decode()}


def make_phone(app: Flask, role: str = "rep", **told: Any) -> Phone:
    """The phone of a new user."""
    with app.app_context():
        user = make_user(db.session, role, [make_territory(db.session)] if role == "rep" else [], **told)
        return phone_of(app, user)


def phone_of(app: Flask, user: User) -> Phone:
    """Another phone of a user; wants an application context."""
    owner = Owner(user.id, user.email, user.name)
    return Phone(app.test_client(), owner, basic(owner.email, app_password(db.session, owner.id)))


def event(uid: str, *lines: str, start: str = "20260310T090000Z", end: str = "20260310T100000Z") -> str:
    """A plain event with more lines."""
    told = [f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"DTSTART:{start}", f"DTEND:{end}", *lines]
    if not any(line.startswith("SUMMARY") for line in lines):
        told.append(f"SUMMARY:Visit {uid}")
    return calendar("VEVENT", *told)


def calendar(component: str, *lines: str) -> str:
    """An object of one component."""
    body = [f"BEGIN:{component}", *lines, f"END:{component}"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *body, "END:VCALENDAR", ""])


def override(uid: str, recurrence_id: str, start: str, end: str, summary: str) -> str:
    """An occurrence of a series told by itself; each time as a property's parameters and value."""
    times = (f"RECURRENCE-ID{recurrence_id}", f"DTSTART{start}", f"DTEND{end}")
    lines = ("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *times, f"SUMMARY:{summary}", "END:VEVENT", "")
    return "\r\n".join(lines)


def with_override(series: str, own: str) -> str:
    """The series with one more component."""
    return series.replace("END:VCALENDAR", f"{own}END:VCALENDAR")
