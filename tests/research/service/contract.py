"""A real HTTP server that speaks the contract of surveys and insights, and fails in the ways that networks do."""

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from research.client import Service

TOKEN = "furp_0123456789abcdef"
SURVEY = "0190a000-0000-7000-8000-000000000001"
SURVEY_PATH = f"/v1/surveys/{SURVEY}"


@dataclass(frozen=True)
class Trouble:
    """What the next request meets instead of an answer; `cut` breaks the connection in the middle of the body."""

    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b'{"title": "Not now", "detail": "Come back."}'
    cut: bool = False


@dataclass
class Contract:
    """What the server holds: a survey with its rows, and the insights it was sent."""

    codebook: dict[str, Any]
    rows: list[dict[str, Any]]
    rows_a_page: int = 5_000
    known: set[str] = field(default_factory=set)
    insights: dict[str, dict[str, Any]] = field(default_factory=dict)
    scores: dict[str, dict[str, Any]] = field(default_factory=dict)
    troubles: deque[Trouble | None] = field(default_factory=deque)
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def service(self, pauses: list[float] | None = None) -> Service:
        """A client that does not really wait."""
        waited = [] if pauses is None else pauses
        return Service(self.url, TOKEN, pause=waited.append)


@contextmanager
def serving(contract: Contract) -> Iterator[Contract]:
    """The contract at an address of this machine."""
    handler = type("Handler", (_Handler,), {"contract": contract})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    contract.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield contract
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    contract: Contract
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _meet(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.contract.asked.append((self.command, self.path))
        trouble = self.contract.troubles.popleft() if self.contract.troubles else None
        if trouble is not None:
            self._answer(trouble.status, trouble.body, trouble.headers, cut=trouble.cut)
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._problem(401, "Sign in first", "The token is not known.")
        else:
            self._route(urlsplit(self.path).path, json.loads(body) if body else None)

    do_GET = do_POST = do_PUT = _meet  # noqa: N815 # Named by the library.

    def _route(self, path: str, told: Any) -> None:
        insight = self.contract.insights.get(path.split("/")[3] if path.count("/") > 2 else "")
        if (self.command, path) == ("GET", f"{SURVEY_PATH}/codebook"):
            self._json(200, self.contract.codebook, {"ETag": '"c0deb00c-3"'})
        elif (self.command, path) == ("GET", SURVEY_PATH):
            self._json(200, {"title": {"en": "Why do you stay?", "fr": "Pourquoi restez-vous ?"}, "state": "live"})
        elif (self.command, path) == ("GET", f"{SURVEY_PATH}/answers"):
            self._page()
        elif (self.command, path) == ("POST", "/v1/insights"):
            self.contract.insights[told["id"]] = told | {"state": "draft"}
            self._json(201, self.contract.insights[told["id"]])
        elif insight is None:
            self._problem(404, "There is no such thing here", f"There is nothing at {path}.")
        elif self.command == "GET":
            self._json(200, insight)
        elif path.endswith("/scores"):
            self._keep_scores(told["items"])
        else:
            insight["state"] = "submitted"
            self._json(200, insight)

    def _page(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        rows = [row for row in self.contract.rows if "wave" not in asked or row["wave"] == asked["wave"]]
        first = int(asked.get("cursor", 0))
        last = first + min(int(asked["limit"]), self.contract.rows_a_page)
        link = {"Link": f'<{SURVEY_PATH}/answers?cursor={last}&limit={asked["limit"]}>; rel="next"'}
        self._json(200, {"items": rows[first:last]}, link if last < len(rows) else {})

    def _keep_scores(self, items: Sequence[dict[str, Any]]) -> None:
        stored = {item["respondent"]: item for item in items if item["respondent"] in self.contract.known}
        self.contract.scores |= stored
        self._json(200, {"stored": len(stored), "unknown": len(items) - len(stored)})

    def _problem(self, status: int, title: str, detail: str) -> None:
        self._json(status, {"type": "/problems#x", "title": title, "status": status, "detail": detail})

    def _json(self, status: int, document: object, headers: Mapping[str, str] | None = None) -> None:
        self._answer(status, json.dumps(document).encode(), {"Content-Type": "application/json"} | dict(headers or {}))

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str], *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = cut
