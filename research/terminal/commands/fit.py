"""`fit`: from answers to the folder with the report, its page and the networks."""

import argparse
import json
import sys
from contextlib import AbstractContextManager, nullcontext

from research.fit import FitSettings, fit_survey
from research.networks.bif import write_bif
from research.output import canonical_json, whole_folder
from research.page import render_page
from research.reports import report
from research.score_files import NETWORK_FILES
from research.terminal.answers import survey_answers
from research.terminal.cluster import dask_client
from research.terminal.printed import fit_text
from research.terminal.progress import ProgressShown


def run(options: argparse.Namespace) -> None:
    answers = survey_answers(options)
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


def _cluster(options: argparse.Namespace) -> AbstractContextManager[object]:
    """The Dask client the work is sent to, closed at the end; nothing where threads do the work."""
    if options.backend != "dask":
        return nullcontext()
    return dask_client(options.scheduler, options.workers)
