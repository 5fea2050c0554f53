"""The service over HTTP: one token, patient retries, JSON in and out; sole owner of httpx. It knows no survey.

Every request of ours may be sent twice without harm (reads, replacements, and posts under an Idempotency-Key), so all
of them are tried again where the network or the service was not there for a moment.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit

import httpx

from research.errors import ServiceError, SettingsError
from research.progress import Progress, silent
from research.replies import Reply, asked_wait, plain_text, read_reply

MOST_TRIES = 6
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 120.0  # Whoever is asked to wait longer had better come back than sit there.
LARGEST_ANSWER = 64 * 2**20  # A page of 5,000 respondents and 100 answers has 12 MB.
_TIMEOUT = httpx.Timeout(60, connect=10)
_PASSING = frozenset({429, 502, 503, 504})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass
class Service:
    """A service at an address, spoken to with one token; a context that closes its connections.

    Attributes
    ----------
    api : str
        The address without `/v1`. Only https, or a service on this machine: a token never travels in the clear.
    token : str
    progress : Progress
        Is told of waits, so that nobody takes one for a hang.
    pause : callable
        Sleeps so many seconds.
    """

    api: str
    token: str = field(repr=False)
    progress: Progress = silent
    pause: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self.api = _address(self.api)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json",
            "User-Agent": "furet-research",
        }
        # Redirects are not followed: whoever answers at the other address is not who the token was meant for.
        self._http = httpx.Client(headers=headers, timeout=_TIMEOUT, follow_redirects=False)

    @property
    def host(self) -> str:
        """Where the service is, as sentences call it."""
        return urlsplit(self.api).netloc

    def __enter__(self) -> "Service":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def read(self, path: str, **query: str | int | None) -> Reply:
        """The document at a path below `/v1`. Raises ServiceError."""
        return self._ask("GET", path, {name: value for name, value in query.items() if value is not None}, None, {})

    def send(
        self, method: str, path: str, body: object = None, *, key: str | None = None, version: str | None = None
    ) -> Reply:
        """Send a document; `key` is its Idempotency-Key, `version` the ETag it changes. Raises ServiceError."""
        headers = {} if key is None else {"Idempotency-Key": key}
        headers |= {} if version is None else {"If-Match": version}
        content = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        return self._ask(method, path, {}, content, headers)

    def _ask(
        self, method: str, path: str, query: Mapping[str, str | int], content: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        headers = dict(headers) | ({} if content is None else {"Content-Type": "application/json"})
        request = self._http.build_request(
            method, f"{self.api}/v1{path}", params=query or None, content=content, headers=headers
        )
        for tried in range(1, MOST_TRIES + 1):
            found = self._try(request, last=tried == MOST_TRIES)
            if found is None or isinstance(found, float):
                wait = FIRST_WAIT_S * 2 ** (tried - 1) * random.uniform(0.5, 1.0) if found is None else found
                self.progress(f"Waiting for {self.host}", tried, MOST_TRIES)
                self.pause(wait)
            else:
                return found
        raise AssertionError("The last try answers or raises.")

    def _try(self, request: httpx.Request, *, last: bool) -> Reply | float | None:
        """The reply; or nothing yet, and the seconds the service asks to wait where it does."""
        try:
            status, headers, body = self._once(request)
        except httpx.RequestError as error:
            if last:
                raise ServiceError(self._silence(error)) from error
            return None
        called = f"{request.method} {request.url.path} at {self.host}"
        if status not in _PASSING or last:
            return read_reply(called, status, headers, body)
        asked = asked_wait(headers)
        if asked is not None and asked > LONGEST_WAIT_S:
            sentence = f"{called} is answered with {status} and may be sent again in {asked:,.0f} seconds: run the"
            raise ServiceError(f"{sentence} command again then; what was done stands.", status)
        return None if asked is None else max(asked, FIRST_WAIT_S)

    def _once(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        answer = self._http.send(request, stream=True)
        try:
            return answer.status_code, answer.headers, b"".join(_limited(answer.iter_bytes()))
        finally:
            answer.close()

    def _silence(self, error: Exception) -> str:
        told = plain_text(str(error)) or type(error).__name__
        return (
            f"The service at {self.api} does not answer ({told}), tried {MOST_TRIES} times: check --api and the "
            "network, and run the command again; what was done stands."
        )


def _address(api: str) -> str:
    try:
        parts = urlsplit(api.strip())
        httpx.URL(api.strip())
        known = parts.scheme in ("https", "http") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except (httpx.InvalidURL, ValueError):
        known = False
    if not known:
        raise SettingsError(f"--api {plain_text(api)!r} is no address: write one such as https://furet.example.org.")
    if parts.username is not None or parts.password is not None:
        raise SettingsError("--api holds a name or password, which others can read there: write the address alone.")
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        raise SettingsError(f"--api {api} would send the token in the clear: write https://{parts.netloc}.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/v1')}"


def _limited(parts: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for part in parts:
        size += len(part)
        if size > LARGEST_ANSWER:
            raise ServiceError(f"The service answers with more than {LARGEST_ANSWER:,} bytes: is --api its address?")
        yield part
