"""From a report to what may be published of it: the drivers with their figures, which of them are claimed, and why not.

A driver is claimed where the answers carry that more of it means more of the target: neither its interval nor the
range over all networks that fit as well reaches zero. Where these differ, the range is what is claimed. The others are
sent along, so that nobody takes what is not known for what does not matter. Pure: no file, no clock, no network.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from research.currencies import minor_per_unit
from research.errors import SettingsError, TooFewAnswers
from research.reports import Report
from research.score_files import WrittenScores

MOST_SCORES = 2_000  # The service reads a body of at most a mebibyte, which 5,000 scores with their reasons exceed.
MOST_REASONS = 3
_LEAST_PULL = 1e-3  # Of a step; less is rounding, no reason.

LeftOutBecause = Literal["open", "covers_zero", "lowers", "class_covers_zero"]


@dataclass(frozen=True)
class Judged:
    """One driver of the headline: its row in the report, and why nothing is claimed of it, if so."""

    row: Mapping[str, Any]
    left_out: tuple[LeftOutBecause, ...]

    @property
    def name(self) -> str:
        return str(self.row["name"])

    @property
    def open(self) -> bool:
        """Whether networks that fit as well differ on its effect, so that their range is all that can be claimed."""
        return bool(self.row["do"]["open"])

    @property
    def fragile(self) -> bool:
        """Whether a hidden cause no stronger than the strongest known would undo it: claimed with that reservation."""
        return bool(self.row["hidden_cause"]["fragile"])


@dataclass(frozen=True)
class Made:
    """Where a report comes from: the hash of report.json, when it was written, and by which software."""

    report_sha256: str
    fitted_at: datetime
    software: str


def judge(report: Report) -> tuple[Judged, ...]:
    """The drivers of the headline, the strongest first.

    Raises
    ------
    SettingsError
        The fit has no target, respondents in several rows, drivers that no codebook names, or figures of an older
        version.
    TooFewAnswers
        The answers cannot tell what moving a driver would do, or do not foretell the target at all.
    """
    if not report.get("drivers"):
        raise SettingsError("The fit names no target, so there is nothing to publish: fit again with --target.")
    rows = [row for row in report["drivers"] if row["level"] == report["drivers"][0]["level"]]
    if rows[0]["do"]["effect"] is None:
        raise TooFewAnswers(
            f"These {report['survey']['respondents']:,} answers show what goes with the target, not what would move "
            "it: nothing can be published before there are more."
        )
    if not report["validation"].get("better_than_margin", True):
        raise TooFewAnswers(
            "On unseen answers the drivers foretell the target no better than its shares do: its causes were not asked "
            "about, and nothing can be published of them."
        )
    if any(notice["code"] == "repeated_ids" for notice in report["notices"]):
        raise SettingsError(
            "Some respondents stand in several rows, which hang together, so that every interval is narrower than the "
            "answers allow: fetch the answers of one wave with --wave, and fit those."
        )
    if found := {group["name"] for group in report["proposed_constructs"]} & {row["name"] for row in rows}:
        raise SettingsError(
            f"The drivers are groups that were found in the answers ({', '.join(sorted(found))}), and the survey does "
            "not know them: name constructs in the codebook, and fit again."
        )
    if "class_low" not in rows[0]["units"]["do"]:
        raise SettingsError("An older version wrote report.json, without ranges in steps of the target: fit again.")
    return tuple(Judged(row, tuple(_reasons(row))) for row in rows)


def insight_id(survey_id: str, report_sha256: str) -> str:
    """The id of what is published: the same report of the same survey is the same insight, however often it is sent."""
    return str(uuid5(UUID(survey_id), report_sha256))


def insight_document(
    report: Report, made: Made, survey_id: str, title: Mapping[str, str], currency: str | None
) -> dict[str, Any]:
    """The draft of an insight as the service takes it.

    Parameters
    ----------
    report : Report
    made : Made
    survey_id : str
    title : dict of str by language
    currency : str or None
        Of the turnover the fit was made of; None where nobody knows it, and then no money is told.

    Raises
    ------
    SettingsError, TooFewAnswers
        See `judge`.
    """
    judged = judge(report)
    told = [
        {"code": notice["code"], "sentence": sentence}
        for notice, sentence in zip(report["notices"], report["warnings"], strict=True)
    ]
    refusals = len(report["refusals"])
    return {
        "id": insight_id(survey_id, made.report_sha256),
        "survey_id": survey_id,
        "title": dict(title),
        "target": report["target"]["name"],
        "made": {
            "report_sha256": made.report_sha256,
            "codebook_sha256": report["provenance"]["codebook_sha256"],
            "fitted_at": made.fitted_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "respondents": report["survey"]["respondents"],
            "software": made.software,
        },
        "drivers": [_driver(report, each, currency) for each in judged],
        # A report begins its warnings with its refusals.
        "refusals": told[:refusals],
        "warnings": told[refusals:],
    }


def score_items(scores: WrittenScores, report: Report, report_sha256: str) -> list[dict[str, Any]]:
    """What the fit foretells of each respondent, and the drivers that pull them down, the strongest first.

    Notes
    -----
    A pull is what the published effect takes from somebody who stands where they do on the driver: the target if the
    driver were set there for everybody, less its mean over all customers. What an answer merely tells of a customer is
    no reason: who is well recognised, but less so than their other answers lead to expect, needs no more recognition.

    Raises
    ------
    SettingsError
        The scores were made by another fit or for another target, lack a driver, or tell of a respondent twice.
    """
    judged = judge(report)
    if (scores.report_sha256, scores.target) != (report_sha256, report["target"]["name"]):
        raise SettingsError("The scores were made by another fit, or for another target: score again with this fit.")
    if absent := [each.name for each in judged if each.name not in scores.standing]:
        raise SettingsError(f"The scores do not tell who stands where on {absent[0]!r}: score again with this fit.")
    if len(set(scores.ids)) < len(scores.ids):
        twice = next(each for each, count in Counter(scores.ids).items() if count > 1)
        raise SettingsError(
            f"Respondent {twice} is scored twice, as happens with several waves: fetch the answers of one wave with "
            "--wave, and score those."
        )
    names = [each.name for each in judged]
    pulls = np.stack([_pulls(each.row["curve"], scores.standing[each.name]) for each in judged], axis=1)
    return [
        {
            "respondent": respondent,
            "expected": round(float(expected), 4),
            "at_risk": min(1.0, max(0.0, round(float(at_risk), 6))),
            "reasons": _pulling_down(names, own),
        }
        for respondent, expected, at_risk, own in zip(scores.ids, scores.expected, scores.at_risk, pulls, strict=True)
    ]


def in_chunks(items: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    """The items, as many at a time as the service takes."""
    for first in range(0, len(items), MOST_SCORES):
        yield items[first : first + MOST_SCORES]


def _reasons(row: Mapping[str, Any]) -> Iterator[LeftOutBecause]:
    do = row["units"]["do"]
    if row["do"]["open"] and do["class_low"] <= 0:
        yield "open"
    if do["high"] < 0:
        yield "lowers"
    elif do["low"] <= 0:
        yield "covers_zero"
    elif do["class_low"] <= 0 and not row["do"]["open"]:
        yield "class_covers_zero"


def _driver(report: Report, judged: Judged, currency: str | None) -> dict[str, Any]:
    do, stake = judged.row["units"]["do"], _stake(report, judged)
    worth = None if stake is None or currency is None else _whole(stake["step_up"], minor_per_unit(currency))
    return {
        "name": judged.name,
        "label": report["labels"][judged.name],
        "rank": judged.row["rank"]["value"],
        **{key: do[key] for key in ("effect", "low", "high", "class_low", "class_high")},
        "open": judged.open,
        "dissatisfied": None if stake is None else _whole(stake["dissatisfied"], 1),
        "step_up_minor": worth,
        "currency": None if worth is None else currency,
        "fragile": judged.fragile,
        "warnings": [*judged.left_out, *(["fragile"] if judged.fragile else [])],
    }


def _stake(report: Report, judged: Judged) -> Mapping[str, Any] | None:
    """What is at stake among all customers; None where no turnover is known."""
    if report["stakes"] is None:
        return None
    wanted = (judged.name, judged.row["level"], None)
    rows = (row for row in report["stakes"]["rows"] if (row["name"], row["level"], row["segment"]) == wanted)
    return next(rows, None)


def _whole(estimate: Mapping[str, float], times: int) -> dict[str, int]:
    return {key: round(estimate[key] * times) for key in ("value", "low", "high")}


def _pulls(curve: Sequence[Mapping[str, Any]], standing: NDArray[np.float64]) -> NDArray[np.float64]:
    """What standing there takes from the target or adds to it, in its steps; nothing where nobody knows."""
    points = sorted(curve, key=lambda point: float(point["position"]))
    positions, shares = (np.array([point[key] for point in points]) for key in ("position", "share"))
    moved = np.array([point["do"]["effect"] for point in points])
    return np.asarray(np.nan_to_num(np.interp(standing, positions, moved) - np.average(moved, weights=shares)))


def _pulling_down(names: Sequence[str], pulls: NDArray[np.float64]) -> list[dict[str, Any]]:
    order = np.argsort(pulls, kind="stable")[:MOST_REASONS]
    return [
        {"driver": names[place], "pull": round(float(pulls[place]), 4)}
        for place in order
        if pulls[place] < -_LEAST_PULL
    ]
