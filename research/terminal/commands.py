"""What each command does with its options."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext

from research.answers import Answers, ColumnRoles, read_answers, read_partial_answers
from research.codebook import read_codebook
from research.codebook.drafting import draft_codebook
from research.codebook.writing import codebook_text
from research.errors import OutputError, SettingsError
from research.fit import FitSettings, fit_survey
from research.networks.bif import write_bif
from research.output import canonical_json, whole_folder
from research.page import read_report, render_page
from research.quality import check_quality, quality_text
from research.reports import report
from research.scoring import NETWORK_FILES, score_file
from research.shipped import shipped_folder
from research.simulate import SurveyPlan, simulate_survey, write_survey
from research.snapshots import read_snapshot
from research.terminal.cluster import dask_client
from research.terminal.options import ROLES
from research.terminal.printed import fit_text
from research.terminal.progress import ProgressShown

_DRAFT_NOTE = """\
# A draft. Correct before use: `tier` (0 for first causes, higher for later effects), `direction` ("down" where a
# high state is bad), the order of text states, constructs, labels, and the codes for missing and not applicable.

"""


def fit(options: argparse.Namespace) -> None:
    answers = _answers(options)
    settings = FitSettings(
        replicates=options.replicates,
        seed=options.seed,
        max_parents=options.max_parents,
        likelihoods=None if options.likelihoods is None else tuple(options.likelihoods),
        imputations=options.imputations,
        folds=options.folds,
        workers=options.workers,
        backend=options.backend,
        target=options.target,
    )
    with whole_folder(options.out) as folder, _cluster(options), ProgressShown() as progress:
        found = fit_survey(answers, settings, progress)
        content = report(found)
        text = canonical_json(content)
        (folder / "report.json").write_text(text, encoding="utf-8")
        write_bif(found.network, folder / NETWORK_FILES["item"])
        if found.construct_network is not None:
            write_bif(found.construct_network, folder / NETWORK_FILES["construct"])
        # The page of the report as it will be read back, so that `page` writes the very same.
        (folder / "report.html").write_text(render_page(json.loads(text), options.lang, progress), encoding="utf-8")
    sys.stdout.write(fit_text(content))
    print(f"report.html, report.json and the networks (.bif) are in {options.out}.")


def page(options: argparse.Namespace) -> None:
    content = read_report(options.fit)
    with whole_folder(options.fit) as folder, ProgressShown() as progress:
        (folder / "report.html").write_text(render_page(content, options.lang, progress), encoding="utf-8")
    print(f"report.html is in {options.fit}.")


def check(options: argparse.Namespace) -> None:
    quality = check_quality(_answers(options))
    if options.out is not None:
        with whole_folder(options.out) as folder:
            (folder / "quality.json").write_text(canonical_json({"quality": quality}), encoding="utf-8")
    sys.stdout.write(quality_text(quality))


def codebook(options: argparse.Namespace) -> None:
    text = _shipped_text(options) if options.shipped else _draft_text(options)
    if options.out is None:
        sys.stdout.write(text)
        return
    try:
        with options.out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise OutputError(f"{options.out} exists and may hold your corrections: name another file.") from error
    except OSError as error:
        raise OutputError(f"{options.out} cannot be written ({error.strerror}): name another file.") from error


def _shipped_text(options: argparse.Namespace) -> str:
    if options.title:
        raise SettingsError("A shipped codebook has its title: leave --title out, and change it in the file.")
    return codebook_text(read_codebook(shipped_folder(options.shipped) / "codebook.toml"))


def _draft_text(options: argparse.Namespace) -> str:
    return _DRAFT_NOTE + codebook_text(
        draft_codebook(read_snapshot(options.answers), options.title or options.answers.stem)
    )


def simulate(options: argparse.Namespace) -> None:
    if options.codebook and (options.kind or options.items):
        raise SettingsError("A codebook says what is answered: leave --kind and --items out.")
    plan = SurveyPlan(
        codebook=read_codebook(options.codebook) if options.codebook else None,
        kind=options.kind or "monotone",
        respondents=options.respondents,
        items=options.items or 24,
        missing_share=options.missing,
        mechanism=options.mechanism,
        weights=options.weights,
        segments=options.segments,
        turnover=options.turnover,
        careless_share=options.careless,
        seed=options.seed,
    )
    with whole_folder(options.out) as folder:
        write_survey(simulate_survey(plan), folder, options.format)
    print(f"{plan.respondents:,} simulated answers with codebook and truth are in {options.out}.")


def _answers(options: argparse.Namespace) -> Answers:
    roles = ColumnRoles(**{role: getattr(options, role) for role in ROLES})
    return read_answers(options.answers, read_codebook(options.codebook), roles)


def _cluster(options: argparse.Namespace) -> AbstractContextManager[object]:
    """The Dask client the work is sent to, closed at the end; nothing where threads do the work."""
    if options.backend != "dask":
        return nullcontext()
    return dask_client(options.scheduler, options.workers)


def score(options: argparse.Namespace) -> None:
    codebook = read_codebook(options.codebook)
    answers = read_partial_answers(options.answers, codebook, options.id)
    count = score_file(answers, options.fit, codebook, options.target, options.out, workers=options.workers)
    print(f"{count:,} customers with probabilities and reasons are in {options.out}.")


COMMANDS: Mapping[str, Callable[[argparse.Namespace], None]] = {
    "fit": fit,
    "page": page,
    "score": score,
    "check": check,
    "codebook": codebook,
    "simulate": simulate,
}
