"""What may be written on the command line, and what is refused there."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from research.languages import LANGUAGES
from research.learning.scores import LIKELIHOODS
from research.shipped import SHIPPED
from research.simulate import KINDS

BAD_INPUT = 2
ROLES = {
    "weight": "column of survey weights (at least 0)",
    "segment": "column of the customer segment",
    "wave": "column of the survey wave",
    "id": "column of the respondent's id",
    "duration": "column of the seconds the respondent took",
    "turnover": "column of the customer's turnover",
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the page of usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{message[:1].upper()}{message[1:]}; see {self.prog} --help.\n")


def parser() -> argparse.ArgumentParser:
    """The parser of `python -m research`; the name of the command is in `command`."""
    parser = _Parser(prog="python -m research", description="What holds together in these answers.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    _add_fit(commands)
    _add_page(commands)
    _add_score(commands)
    _add_check(commands)
    _add_codebook(commands)
    _add_simulate(commands)
    _add_fetch(commands)
    _add_publish(commands)
    return parser


def _add_fit(commands: "argparse._SubParsersAction[_Parser]") -> None:
    fit = commands.add_parser(
        "fit", help="learn what holds together", description="What holds together, and how surely."
    )
    _add_survey(fit)
    fit.add_argument("--target", metavar="NAME", help="item or construct whose drivers are asked for")
    fit.add_argument("--replicates", type=_whole(1), default=200, help="bootstrap replicates (default 200)")
    fit.add_argument("--seed", type=_whole(0), default=1, help="same seed, same bytes (default 1)")
    fit.add_argument("--max-parents", type=_whole(1, 4), default=2, help="most causes of one item (default 2)")
    fit.add_argument(
        "--likelihoods", nargs="+", choices=LIKELIHOODS, help="which compete (default: all that take minutes)"
    )
    fit.add_argument("--imputations", type=_whole(1), default=10, help="completed data sets where answers miss")
    fit.add_argument("--folds", type=_whole(2, 20), default=5, help="parts for validation (default 5)")
    fit.add_argument("--workers", type=_whole(1), default=os.cpu_count() or 1, help="threads (default: all cores)")
    fit.add_argument("--backend", choices=("threading", "dask"), default="threading", help="who does the work")
    fit.add_argument("--scheduler", metavar="ADDRESS", help="of a running Dask cluster (default: one on this machine)")
    _add_language(fit)
    fit.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the report and the network")


def _add_page(commands: "argparse._SubParsersAction[_Parser]") -> None:
    page = commands.add_parser("page", help="report.html of a fit again, in another language")
    page.add_argument("fit", type=Path, metavar="DIR", help="folder a fit was written into")
    _add_language(page)


def _add_language(command: argparse.ArgumentParser) -> None:
    command.add_argument("--lang", choices=LANGUAGES, default="en", help="language of report.html (default en)")


def _add_score(commands: "argparse._SubParsersAction[_Parser]") -> None:
    score = commands.add_parser("score", help="the target of customers who answered only some questions")
    score.add_argument("answers", type=Path, metavar="ANSWERS", help="CSV or Parquet with any of the items")
    score.add_argument("--fit", type=Path, required=True, metavar="DIR", help="folder a fit was written into")
    score.add_argument("--codebook", type=Path, required=True, metavar="TOML")
    score.add_argument("--target", metavar="NAME", help="item or construct (default: the fit's target)")
    score.add_argument("--id", metavar="COL", help=ROLES["id"])
    score.add_argument("--workers", type=_whole(1), default=os.cpu_count() or 1, help="threads (default: all cores)")
    score.add_argument("--out", type=Path, required=True, metavar="FILE", help="a Parquet file")


def _add_check(commands: "argparse._SubParsersAction[_Parser]") -> None:
    check = commands.add_parser("check", help="data quality alone", description="Can these answers be trusted?")
    _add_survey(check)
    check.add_argument("--out", type=Path, metavar="DIR", help="also write quality.json into this folder")


def _add_codebook(commands: "argparse._SubParsersAction[_Parser]") -> None:
    draft = commands.add_parser("codebook", help="draft a codebook from a file, or show one that ships")
    source = draft.add_mutually_exclusive_group(required=True)
    source.add_argument("answers", type=Path, nargs="?", metavar="ANSWERS", help="CSV or Parquet, one row a respondent")
    source.add_argument("--shipped", choices=SHIPPED, help="a codebook that ships with the package")
    draft.add_argument("--title", help="title of the survey (default: the file's name)")
    draft.add_argument("--out", type=Path, metavar="FILE", help="a new file (default: standard output)")


def _add_simulate(commands: "argparse._SubParsersAction[_Parser]") -> None:
    simulate = commands.add_parser("simulate", help="a survey whose truth is known")
    simulate.add_argument("--codebook", type=Path, metavar="TOML", help="questions to answer (kind reflective)")
    simulate.add_argument("--kind", choices=KINDS, help="(default monotone)")
    simulate.add_argument("--respondents", type=_whole(1), default=1_000)
    simulate.add_argument("--items", type=_whole(6, 64), help="(default 24)")
    simulate.add_argument(
        "--missing", type=_share, default=0.0, metavar="SHARE", help="share of answers that go missing"
    )
    simulate.add_argument("--mechanism", choices=("random", "answers"), default="random", help="what gaps depend on")
    simulate.add_argument("--weights", action="store_true", help="add unequal weights")
    simulate.add_argument("--segments", type=_whole(1, 26), default=1, help="segments, each with a truth of its own")
    simulate.add_argument("--turnover", action="store_true", help="add a yearly turnover")
    simulate.add_argument(
        "--careless", type=_share, default=0.0, metavar="SHARE", help="share who hurry and straight-line"
    )
    simulate.add_argument("--seed", type=_whole(0), default=1)
    simulate.add_argument("--format", choices=("csv", "parquet"), default="csv")
    simulate.add_argument("--out", type=Path, required=True, metavar="DIR")


def _add_fetch(commands: "argparse._SubParsersAction[_Parser]") -> None:
    fetch = commands.add_parser("fetch", help="the answers to a survey of the service, under pseudonyms")
    _add_service(fetch)
    fetch.add_argument("--wave", metavar="WAVE", help="one wave alone, such as 2026-W47 (default: all)")
    fetch.add_argument("--again", action="store_true", help="replace the files of an earlier fetch")
    fetch.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for answers, codebook and source")


def _add_publish(commands: "argparse._SubParsersAction[_Parser]") -> None:
    publish = commands.add_parser("publish", help="what a fit claims, to the service for an admin to approve")
    publish.add_argument("fit", type=Path, metavar="DIR", help="folder a fit was written into")
    _add_service(publish)
    publish.add_argument("--title-en", required=True, metavar="TEXT", help="what it is called in English")
    publish.add_argument("--title-fr", required=True, metavar="TEXT", help="what it is called in French")
    publish.add_argument(
        "--source", type=Path, metavar="DIR", help="folder `fetch` wrote: proves the answers, tells their currency"
    )
    publish.add_argument("--scores", type=Path, metavar="FILE", help="what `score` wrote, for the next gestures")
    publish.add_argument("--dry-run", action="store_true", help="tell what would be sent, and send nothing")


def _add_service(command: argparse.ArgumentParser) -> None:
    command.add_argument("--api", required=True, metavar="URL", help="address of the service")
    # Never the token itself: what stands on a command line is seen by everybody on the machine.
    command.add_argument("--token-file", type=Path, metavar="FILE", help="file with the token (default: $FURET_TOKEN)")
    command.add_argument("--survey", required=True, metavar="ID", help="id of the survey")


def _add_survey(command: argparse.ArgumentParser) -> None:
    command.add_argument("answers", type=Path, metavar="ANSWERS", help="CSV or Parquet, one row a respondent")
    command.add_argument("--codebook", type=Path, required=True, metavar="TOML")
    for role, meaning in ROLES.items():
        command.add_argument(f"--{role}", metavar="COL", help=meaning)


def _whole(low: int, high: int | None = None) -> Callable[[str], int]:
    """A whole number from `low` (to `high`)."""
    span = f"from {low}" if high is None else f"from {low} to {high}"

    def whole(text: str) -> int:
        if not text.isdecimal() or int(text) < low or (high is not None and int(text) > high):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {span}")
        return int(text)

    return whole


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share from 0 to below 1")
    return share
