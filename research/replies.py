"""What an answer of the service says: its document, or why it refuses and what a person can do about it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from research.errors import ServiceError

_TOLD = 300  # Characters of another's text in a sentence of ours.
_FAULTS = 3
_NO_JSON = object()
_REMEDIES: Mapping[int, str] = {
    401: "The token is unknown, ended or revoked: make another (`furet token create`) and put it into the token file.",
    403: "It takes a researcher's token with surveys:read, answers:read, insights:read and insights:write.",
    404: "Check --api and --survey.",
    429: "Run the command again later; what was done stands.",
    500: "Nothing was changed by it; tell the operator of the service.",
    503: "Nothing was changed by it; run the command again later.",
}


@dataclass(frozen=True)
class Reply:
    """What the service answered.

    Attributes
    ----------
    document : JSON value; None where the body is empty
    etag : str or None
    cursor : str or None
        Where the next page of a list begins; None on the last.
    """

    document: Any
    etag: str | None = None
    cursor: str | None = None


def read_reply(called: str, status: int, headers: Mapping[str, str], body: bytes) -> Reply:
    """The reply to a request, which is `called` so in a sentence.

    Raises
    ------
    ServiceError
        It is no success, or no JSON.
    """
    try:
        document = json.loads(body, parse_constant=_refuse_constant) if body.strip() else None
    except (ValueError, RecursionError):
        document = _NO_JSON
    if 200 <= status < 300 and document is not _NO_JSON:
        return Reply(document, headers.get("ETag"), _next_cursor(headers.get("Link", "")))
    raise ServiceError(f"{called} is answered with {_refusal(status, headers, document)}", status)


def asked_wait(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that `Retry-After` asks to wait, in either of its forms (RFC 9110, 10.2.3); None where it is silent."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isdecimal() and asked.isascii():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    return max(0.0, (until.astimezone(UTC) - (now or datetime.now(UTC))).total_seconds())


def plain_text(text: str) -> str:
    """Another's text as it may stand in a sentence of ours: one line, short, without anything a terminal obeys."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _TOLD else line[: _TOLD - 1] + "…"


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON.")


def _refusal(status: int, headers: Mapping[str, str], document: object) -> str:
    if 300 <= status < 400:
        return f"a redirect to {plain_text(headers.get('Location', 'nowhere'))}: give that address as --api."
    if not isinstance(document, dict):
        kind = plain_text(headers.get("Content-Type", "")) or "nothing"
        return f"{status} and {kind} instead of JSON: check that --api is the address of the service."
    told = [document.get("title"), document.get("detail"), *_faults(document.get("errors"))]
    sentence = plain_text(". ".join(str(part).rstrip(".") for part in told if part))
    return f"{status}: {sentence}. {_REMEDIES.get(status, 'Nothing was changed by it.')}"


def _faults(errors: object) -> Iterator[str]:
    """The first faults of a problem document, each with its place."""
    for fault in errors[:_FAULTS] if isinstance(errors, list) else []:
        if isinstance(fault, dict):
            yield f"{fault.get('pointer') or fault.get('parameter') or ''} {fault.get('detail', '')}".strip()


def _next_cursor(link: str) -> str | None:
    """The cursor in a Link header's next address. The address itself is not followed: it might be another's."""
    for each in link.split(","):
        address, *parameters = (part.strip() for part in each.split(";"))
        if 'rel="next"' in parameters and address.startswith("<") and address.endswith(">"):
            return next(iter(parse_qs(urlsplit(address[1:-1]).query).get("cursor", [])), None)
    return None
