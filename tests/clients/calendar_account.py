"""A rep's calendar account on the site, seen from outside: its address, its app password, and what lies there."""

from dataclasses import dataclass

import httpx

from field_api.access.tokens import create_token
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.clients.site import Site


@dataclass(frozen=True)
class Account:
    """A new rep with an app password."""

    url: str
    user_id: str
    email: str
    password: str

    @property
    def agenda(self) -> str:
        return f"{self.url}/dav/calendars/{self.user_id}/agenda/"

    def call(self, method: str, name: str = "", body: bytes | None = None, **headers: str) -> httpx.Response:
        told = {key.replace("_", "-"): value for key, value in headers.items()}
        where = name if name.startswith("http") else self.agenda + name
        return httpx.request(method, where, content=body, headers=told, auth=(self.email, self.password), timeout=60)

    def put(self, name: str, body: bytes, **headers: str) -> httpx.Response:
        return self.call("PUT", name, body, **{"Content_Type": "text/calendar; charset=utf-8"} | headers)

    def get(self, name: str) -> bytes | None:
        answer = self.call("GET", name)
        return answer.content if answer.status_code == 200 else None


def open_account(site: Site) -> Account:
    """A new rep's."""
    user = site.rep(site.territory())
    with site.app.app_context():
        with writing(db.session):
            _, secret = create_token(db.session, THE_SYSTEM, user.id, {"kind": "calendar", "name": "Phone"})
        return Account(site.url, user.id, user.email, secret)


def event(uid: str, summary: str, *lines: str, day: int = 10) -> bytes:
    """An event in March 2027."""
    times = (f"DTSTART;TZID=Europe/Paris:202703{day:02}T090000", f"DTEND;TZID=Europe/Paris:202703{day:02}T100000")
    own = (f"UID:{uid}", "DTSTAMP:20260101T000000Z", *times, f"SUMMARY:{summary}", *lines)
    told = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", *own, "END:VEVENT", "END:VCALENDAR")
    return "".join(f"{line}\r\n" for line in told).encode()
