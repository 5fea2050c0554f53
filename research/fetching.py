"""From the service to a folder: the answers of a survey, its codebook, and where both came from."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pyarrow.parquet as pq

from research.client import Service
from research.codebook.writing import codebook_text
from research.errors import BrokenPromise, OutputError, ServiceError, SettingsError, TooFewAnswers
from research.exports import Export, as_export, columns_beside, read_wire_codebook
from research.kept_pages import KeptPages
from research.output import canonical_json, whole_folder
from research.replies import Reply

ROWS_A_PAGE = 5_000
ANSWERS, CODEBOOK, SOURCE = "answers.parquet", "codebook.toml", "source.json"
_NOT_THIS_WAY = frozenset({400, 404, 422})  # Whoever asks the same again is answered the same.


@dataclass(frozen=True)
class Fetched:
    """What a fetch brought; `source` is what stands in source.json."""

    export: Export
    source: Mapping[str, Any]


def fetch_survey(
    service: Service, survey_id: str, folder: Path, *, wave: str | None = None, again: bool = False
) -> Fetched:
    """Write `answers.parquet`, `codebook.toml` and `source.json` into `folder`, all or nothing.

    Parameters
    ----------
    service : Service
        With the token of a researcher.
    survey_id : str
    folder : Path
    wave : str, optional
        By default all waves.
    again : bool
        Whether the three files may replace those of an earlier fetch.

    Raises
    ------
    SettingsError, ServiceError, CodebookError
    OutputError
        The folder holds something already, or cannot be written.
    TooFewAnswers
        Nobody has answered yet.
    """
    survey_id = survey_number(survey_id)
    _refuse_overwriting(folder, again)
    reply = service.read(f"/surveys/{survey_id}/codebook")
    survey = service.read(f"/surveys/{survey_id}").document
    codebook = read_wire_codebook(reply.document, survey.get("title") if isinstance(survey, dict) else None)
    plan = {"api": service.api, "survey": survey_id, "wave": wave, "codebook_etag": reply.etag}
    pages = KeptPages(folder, plan)
    try:
        export = as_export(_rows(service, plan, pages), codebook)
    except ServiceError as error:
        if isinstance(error, BrokenPromise) or error.status in _NOT_THIS_WAY:
            pages.drop()
        raise
    if not export.table.num_rows:
        raise TooFewAnswers(f"Nobody has answered survey {survey_id}{f' in wave {wave}' if wave else ''} yet.")
    with whole_folder(folder) as stage:
        pq.write_table(export.table, stage / ANSWERS)
        (stage / CODEBOOK).write_text(codebook_text(codebook), encoding="utf-8")
        source = plan | {
            "columns": columns_beside(codebook),
            "currency": export.currency,
            "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "respondents": export.respondents,
            "rows": export.table.num_rows,
            "sha256": {name: _sha256(stage / name) for name in (ANSWERS, CODEBOOK)},
            "silent": export.silent,
            "software": f"furet-research {version('furet')}",
        }
        (stage / SOURCE).write_text(canonical_json(source), encoding="utf-8")
    pages.drop()
    return Fetched(export, source)


def survey_number(text: str) -> str:
    """The id of a survey in the one spelling it is compared by. Raises SettingsError."""
    try:
        return str(UUID(text))
    except ValueError as error:
        raise SettingsError(f"--survey {text!r} is no id of a survey: copy it from the list at /v1/surveys.") from error


def _refuse_overwriting(folder: Path, again: bool) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not again:
        raise OutputError(f"{folder} holds files already: name a new folder, or replace a fetch in it with --again.")


def _rows(service: Service, plan: Mapping[str, Any], pages: KeptPages) -> Iterator[object]:
    """All rows, page by page; pages that were kept are not asked for again."""
    cursor, seen, rows = None, set(), 0
    for number in count(1):
        page = pages.read(number)
        if page is None:
            reply = service.read(
                f"/surveys/{plan['survey']}/answers", limit=ROWS_A_PAGE, wave=plan["wave"], cursor=cursor
            )
            page = _page(reply)
            pages.keep(number, page)
        yield from page["items"]
        rows, cursor = rows + len(page["items"]), page["cursor"]
        service.progress("Fetching answers", rows, rows + ROWS_A_PAGE * (cursor is not None))
        if cursor is None:
            return
        if cursor in seen:
            raise BrokenPromise(
                "The pages of the answers go round in a circle: nothing was written; tell the operator."
            )
        seen.add(cursor)


def _page(reply: Reply) -> dict[str, Any]:
    document = reply.document
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise BrokenPromise("The service sends no page of answers where it promised one: is it another version?")
    told = document.get("next")
    return {"items": document["items"], "cursor": reply.cursor if told is None else _cursor_in(str(told))}


def _cursor_in(told: str) -> str:
    """The cursor that a page's `next` is or, as an address, names."""
    return next(iter(parse_qs(urlsplit(told).query).get("cursor", [])), told)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
