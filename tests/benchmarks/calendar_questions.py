"""What a phone asks of its calendar all day, as requests that any CalDAV server answers."""

import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.benchmarks.calendar_rivals import Served

AT_ONCE = 500
WAIT_S = 60
_TOKEN = re.compile(rb"<[^<>]*sync-token[^<>]*>([^<]+)</")
_HREF = re.compile(rb"<[^<>/]*href[^<>]*>([^<]+\.ics)</")
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'
_NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/"'
MONTH = 'start="20270301T000000Z" end="20270401T000000Z"'


@dataclass
class Phone:
    """One client with one kept connection; every method answers in milliseconds."""

    served: Served
    token: str = ""
    answered_bytes: int = 0
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        address = urlsplit(self.served.url)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=WAIT_S)

    def first_sync(self) -> float:
        """Every address and ETag, and then every object, some hundred at a time."""
        began = time.perf_counter()
        body = self._report("D:sync-collection", self._since("") + "<D:prop><D:getetag/></D:prop>")
        hrefs = _HREF.findall(body)
        for start in range(0, len(hrefs), AT_ONCE):
            named = b"".join(b"<D:href>" + href + b"</D:href>" for href in hrefs[start : start + AT_ONCE]).decode()
            self._report("C:calendar-multiget", f"<D:prop><D:getetag/><C:calendar-data/></D:prop>{named}")
        took_ms = (time.perf_counter() - began) * 1000
        self._remember(body)
        if not hrefs:
            raise RuntimeError(f"{self.served.name} told of no object.")
        return took_ms

    def delta(self) -> float:
        """What changed since the last time."""
        began = time.perf_counter()
        body = self._report("D:sync-collection", self._since(self.token) + "<D:prop><D:getetag/></D:prop>")
        took_ms = (time.perf_counter() - began) * 1000
        if len(_HREF.findall(body)) != 1:
            raise RuntimeError(f"{self.served.name} told of {len(_HREF.findall(body))} changes, not of one.")
        self._remember(body)
        return took_ms

    def poll(self) -> float:
        """Whether anything changed at all."""
        return self._timed("PROPFIND", "", _wrapped("D:propfind", "<D:prop><D:sync-token/><CS:getctag/></D:prop>"), "0")

    def month(self) -> float:
        """The occurrences of a month, one by one."""
        data = f"<D:prop><D:getetag/><C:calendar-data><C:expand {MONTH}/></C:calendar-data></D:prop>"
        events = f'<C:comp-filter name="VEVENT"><C:time-range {MONTH}/></C:comp-filter>'
        filtered = f'<C:filter><C:comp-filter name="VCALENDAR">{events}</C:comp-filter></C:filter>'
        return self._timed("REPORT", "", _wrapped("C:calendar-query", data + filtered), "1")

    def put(self, name: str, text: bytes) -> float:
        """One object written."""
        return self._timed("PUT", name, text, "0", {"Content-Type": "text/calendar; charset=utf-8"})

    def close(self) -> None:
        self._connection.close()

    def _remember(self, body: bytes) -> None:
        found = _TOKEN.search(body)
        if found is None:
            raise RuntimeError(f"{self.served.name} gave no sync token.")
        self.token = found[1].decode()

    @staticmethod
    def _since(token: str) -> str:
        return f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>"

    def _report(self, name: str, inner: str) -> bytes:
        return self._send("REPORT", "", _wrapped(name, inner), "1")

    def _timed(self, method: str, name: str, body: bytes, depth: str, more: Mapping[str, str] | None = None) -> float:
        began = time.perf_counter()
        self._send(method, name, body, depth, more)
        return (time.perf_counter() - began) * 1000

    def _send(self, method: str, name: str, body: bytes, depth: str, more: Mapping[str, str] | None = None) -> bytes:
        headers = {"Content-Type": "application/xml", "Depth": depth, **self.served.headers, **(more or {})}
        self._connection.request(method, self.served.path + name, body, headers)
        answer = self._connection.getresponse()
        told = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{self.served.name}: {method} answered {answer.status}: {told[:300]!r}")
        return told


def _wrapped(name: str, inner: str) -> bytes:
    return f"{_HEAD}<{name} {_NAMESPACES}>{inner}</{name}>".encode()
