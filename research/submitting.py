"""Sends what may be published: the draft, the scores in chunks, and hands it in. Sent again, it changes nothing."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from research.client import Service
from research.errors import ServiceError, SettingsError
from research.publishing import in_chunks

_NOT_THERE = 404


@dataclass(frozen=True)
class Submitted:
    """What came of it.

    Attributes
    ----------
    state_before : str or None
        Of the insight when it was sent; None where it was new.
    state : str
    stored, unknown : int
        Scores that were kept, and those of whom the service knows no more.
    """

    state_before: str | None
    state: str
    stored: int = 0
    unknown: int = 0


def submit_insight(
    service: Service, document: dict[str, Any], items: Sequence[dict[str, Any]] | None = None
) -> Submitted:
    """Make the draft where there is none, send its scores, and hand it in; what was handed in before stays as it is.

    Raises
    ------
    ServiceError
    SettingsError
        Of all scored customers none has answered the survey.
    """
    own = f"/insights/{document['id']}"
    before = _state(service, own)
    if before is None:
        service.send("POST", "/insights", document, key=f"insight:{_digest(document)}")
    elif before != "draft":
        return Submitted(before, before)
    stored, unknown = _send_scores(service, own, items or ())
    handed_in = service.send("POST", f"{own}/submit", key=f"submit:{document['id']}")
    return Submitted(before, str(handed_in.document["state"]), stored, unknown)


def _send_scores(service: Service, own: str, items: Sequence[dict[str, Any]]) -> tuple[int, int]:
    stored = unknown = 0
    for chunk in in_chunks(items):
        counted = service.send("PUT", f"{own}/scores", {"items": list(chunk)}).document
        stored, unknown = stored + int(counted["stored"]), unknown + int(counted["unknown"])
        service.progress("Sending scores", stored + unknown, len(items))
    if items and not stored:
        raise SettingsError(
            "None of the scored customers has answered this survey; the draft was not handed in. Check --survey, and "
            "score with --id respondent."
        )
    return stored, unknown


def _state(service: Service, own: str) -> str | None:
    """How far the insight has come; None where the service has none of this id."""
    try:
        return str(service.read(own).document["state"])
    except ServiceError as error:
        if error.status == _NOT_THERE:
            return None
        raise


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
