"""How much a number of answers can carry: what is refused outright, and what a report of few answers may not say."""

from dataclasses import dataclass

from research.answers import Answers
from research.errors import TooFewAnswers
from research.notices import Notice

FEWEST = 50
ENOUGH = 300


@dataclass(frozen=True)
class Evidence:
    """What the report may say, and in plain words what it refuses to say."""

    directions: bool
    segments: bool
    refusals: tuple[Notice, ...]


def weigh_evidence(answers: Answers) -> Evidence:
    """Judge the answers by their number and by what they are worth after weighting, whichever is smaller.

    Raises
    ------
    TooFewAnswers
        Fewer than 50.

    Notes
    -----
    Both limits are ours. In eight simulated surveys of 20 items (`research.simulate`, monotone and mixed) of the edges
    of the best network 24 % were false at 50 answers, 11 % at 100 and 4 % at 300; of the directions inside a tier 35 %,
    21 % and 12 % were wrong.
    """
    respondents, worth = len(answers.codes), min(len(answers.codes), answers.n_eff)
    if respondents < FEWEST:
        raise TooFewAnswers(
            f"The file has {respondents} respondents who answered something, and a network of so few would be a guess: "
            f"collect at least {FEWEST}, better {ENOUGH}."
        )
    if worth >= ENOUGH:
        return Evidence(True, True, ())
    return Evidence(False, False, _refusals(respondents, worth))


def _refusals(respondents: int, worth: float) -> tuple[Notice, ...]:
    weighted = worth < respondents - 0.5
    told = f"{respondents} answers" + (f" (worth {worth:.0f} after weighting)" if weighted else "")
    facts = {"respondents": respondents, "worth": worth if weighted else None, "enough": ENOUGH}
    sentences = {
        "few_directions": f"{told} cannot tell which way an edge inside a tier points: only the directions that the "
        "codebook's tiers give are kept.",
        "few_segments": f"{told} cannot tell customers apart into segments of their own: none are offered.",
        "few_ties": f"{told} show strong ties only: an edge that is not in this report may well exist, and one that is "
        "may come from chance. Read strengths, not the picture, and do not rank items by them.",
        "few_cells": f"{told} fill few cells of the tables in network.bif: most of their content is the model, not the "
        f"answers. For what-if questions collect at least {ENOUGH} answers.",
    }
    return tuple(Notice(code, sentence, **facts) for code, sentence in sentences.items())
