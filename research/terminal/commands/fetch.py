"""`fetch`: the answers to a survey of the service, as files to fit."""

import argparse
from collections.abc import Iterator

from research.fetching import ANSWERS, CODEBOOK, Fetched, fetch_survey
from research.terminal.progress import ProgressShown
from research.terminal.service import service_of


def run(options: argparse.Namespace) -> None:
    with ProgressShown() as progress, service_of(options, progress) as service:
        found = fetch_survey(service, options.survey, options.out, wave=options.wave, again=options.again)
    rows, respondents = found.source["rows"], found.source["respondents"]
    print(f"{rows:,} answers of {respondents:,} customers with their codebook are in {options.out}.")
    for remark in _remarks(found):
        print(f"  - {remark}")
    columns = found.source["columns"]
    roles = {"id": "respondent", "weight": "weight", "wave": "wave", "segment": "segment", "turnover": "turnover"}
    told = " ".join(f"--{role} {columns[name]}" for role, name in roles.items())
    print(f"Fit them: python -m research fit {options.out / ANSWERS} --codebook {options.out / CODEBOOK} {told} \\")
    print("  --target ... --out ...")


def _remarks(found: Fetched) -> Iterator[str]:
    """What whoever fits these answers had better know."""
    export = found.export
    if export.respondents < export.table.num_rows:
        yield (
            "Some customers answered in several waves. Their answers are not independent, and intervals come out too "
            "narrow: fetch and fit one wave with --wave."
        )
    if export.silent:
        yield f"{export.silent:,} customers answered no question; they are not in the file."
    if export.other_currencies:
        yield (
            f"{export.other_currencies:,} customers buy in another currency than {export.currency}: their turnover is "
            "left open."
        )
