"""`publish`: what a fit claims, as a draft that an admin of the service approves."""

import argparse
import hashlib
import json
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from research.errors import SettingsError
from research.fetching import ANSWERS, SOURCE, survey_number
from research.languages import LANGUAGES
from research.page.claims import about_claims
from research.page.markup import plain_lines
from research.page.reading import read_report
from research.page.voice import Voice
from research.publishing import Made, insight_document, judge, score_items
from research.reports import Report
from research.score_files import REPORT_FILE, read_scores
from research.submitting import Submitted, submit_insight
from research.terminal.progress import ProgressShown
from research.terminal.service import service_of

_LONGEST_TITLE = 200


def run(options: argparse.Namespace) -> None:
    report, made = read_report(options.fit), _made(options.fit / REPORT_FILE)
    survey_id = survey_number(options.survey)
    currency = None if options.source is None else _currency(options.source, report, survey_id)
    document = insight_document(report, made, survey_id, _title(options), currency)
    items = None if options.scores is None else score_items(read_scores(options.scores), report, made.report_sha256)
    sys.stdout.write(plain_lines(about_claims(Voice("en", report["labels"]), report, judge(report)).html()) + "\n\n")
    if options.source is None and report["stakes"] is not None:
        print(
            "What a step up is worth is not sent: name the folder of `fetch` with --source, which tells the currency."
        )
    if options.dry_run:
        print(f"Nothing was sent; it would be insight {document['id']}.")
        return
    with ProgressShown() as progress, service_of(options, progress) as service:
        found = submit_insight(service, document, items)
    print(_told(found, document["id"], with_scores=items is not None))


def _made(file: Path) -> Made:
    """A report knows nothing of time, so that its bytes are the same whenever it is made; its file does."""
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    written = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    return Made(sha256, written, f"furet-research {version('furet')}")


def _title(options: argparse.Namespace) -> dict[str, str]:
    title: dict[str, str] = {lang: str(getattr(options, f"title_{lang}")).strip() for lang in LANGUAGES}
    for lang, text in title.items():
        if not 0 < len(text) <= _LONGEST_TITLE or not text.isprintable():
            raise SettingsError(f"--title-{lang} must be a line of 1 to {_LONGEST_TITLE} characters.")
    return title


def _currency(folder: Path, report: Report, survey_id: str) -> str | None:
    """The currency of the turnover of these answers, once it is sure that the fit was made of them."""
    try:
        source: dict[str, Any] = json.loads((folder / SOURCE).read_text(encoding="utf-8"))
        fetched, own = source["survey"], source["sha256"][ANSWERS]
        currency = source["currency"]
    except OSError as error:
        raise SettingsError(
            f"{folder / SOURCE} cannot be read ({error.strerror}): name a folder of `fetch`."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{folder / SOURCE} is not what `fetch` writes: fetch again.") from error
    if fetched != survey_id:
        raise SettingsError(f"{folder} holds the answers to survey {fetched}, and not to {survey_id}: check --survey.")
    if own != report["survey"]["data_sha256"]:
        raise SettingsError(f"The fit was not made of the answers in {folder}: fit those, or name where its own are.")
    return None if currency is None else str(currency)


def _told(found: Submitted, own_id: str, *, with_scores: bool) -> str:
    if found.state_before not in (None, "draft"):
        return f"The service has this insight already, {found.state_before}: nothing was changed ({own_id})."
    scores = f" {found.stored:,} customers are scored." if with_scores else ""
    unknown = f" {found.unknown:,} more are not known to the service any longer." if found.unknown else ""
    return f"Handed in as {own_id}; an admin may publish it now.{scores}{unknown}"
