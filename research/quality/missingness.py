"""Which answers are missing, in which patterns, and whether gaps go with other answers."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from research.answers import Answers

_PATTERNS_SHOWN = 5
_SURE = 4.5  # Standard errors; with 64 x 63 pairs looked at, chance alone exceeds this in one survey of forty.


@dataclass(frozen=True)
class ItemGaps:
    """Shares of respondents who skipped the item, and to whom it did not apply."""

    item: str
    missing: float
    not_applicable: float


@dataclass(frozen=True)
class GapPattern:
    """Items without an answer together, and how many respondents show exactly this."""

    items: tuple[str, ...]
    respondents: int


@dataclass(frozen=True)
class GapDependence:
    """Gaps of `item` correlate with the answers to `other`: those who skip differ from those who answer."""

    item: str
    other: str
    correlation: float


@dataclass(frozen=True)
class Missingness:
    """The gaps of a survey; shares are of cells, `complete` and `empty` count respondents."""

    missing_share: float
    not_applicable_share: float
    complete: int
    empty: int
    by_item: tuple[ItemGaps, ...]
    patterns: tuple[GapPattern, ...]
    dependences: tuple[GapDependence, ...]


def missingness(answers: Answers) -> Missingness:
    """Describe the gaps; unweighted, because each is a thing that happened in the field.

    References
    ----------
    Rubin (1976), Inference and missing data, doi:10.1093/biomet/63.3.581.
    """
    missing, names = answers.missing, answers.codebook.names
    gaps = answers.codes < 0
    return Missingness(
        missing_share=float(missing.mean()),
        not_applicable_share=float(answers.not_applicable.mean()),
        complete=int((~gaps.any(axis=1)).sum()),
        empty=int(gaps.all(axis=1).sum()),
        by_item=tuple(
            ItemGaps(name, float(missing[:, item].mean()), float(answers.not_applicable[:, item].mean()))
            for item, name in enumerate(names)
        ),
        patterns=_patterns(gaps, names),
        dependences=_dependences(answers),
    )


def _patterns(gaps: npt.NDArray[np.bool_], names: tuple[str, ...]) -> tuple[GapPattern, ...]:
    counts = Counter(row.tobytes() for row in gaps[gaps.any(axis=1)])
    commonest = sorted(counts.items(), key=lambda pattern: (-pattern[1], pattern[0]))[:_PATTERNS_SHOWN]
    return tuple(
        GapPattern(tuple(np.array(names)[np.frombuffer(pattern, np.bool_)].tolist()), count)
        for pattern, count in commonest
    )


def _dependences(answers: Answers) -> tuple[GapDependence, ...]:
    """For each item the other item whose answers its gaps follow most, where that is surely more than chance."""
    scores, missing, names = answers.oriented(), answers.missing, answers.codebook.names
    found = []
    for item in np.flatnonzero(missing.any(axis=0)):
        correlations, errors = _gap_correlations(missing[:, item], scores)
        strongest = int(np.argmax(np.abs(correlations) / errors))
        if abs(correlations[strongest]) > _SURE * errors[strongest]:
            found.append(GapDependence(names[item], names[strongest], float(correlations[strongest])))
    return tuple(found)


def _gap_correlations(
    missing: npt.NDArray[np.bool_], scores: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Correlation of the gap with every item over those who answered that item, and its error without any link."""
    answered = ~np.isnan(scores)
    n = np.maximum(answered.sum(0), 1)
    gap = np.where(answered, missing[:, None] - (missing[:, None] & answered).sum(0) / n, 0.0)
    score = np.where(answered, np.nan_to_num(scores) - np.nan_to_num(scores).sum(0) / n, 0.0)
    spread = np.sqrt((gap**2).sum(0) * (score**2).sum(0))
    correlations = np.divide((gap * score).sum(0), spread, out=np.zeros(len(n)), where=spread > 0)
    return correlations, 1 / np.sqrt(n)
