"""Respondents whose answers may not be answers: the same box throughout, far too fast, or twice in the file."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from research.answers import Answers
from research.codebook import state_text

FAST = 0.4
_SAME_SCALE = 5
_IDS_SHOWN = 5


@dataclass(frozen=True)
class StraightLining:
    """Respondents who gave one answer to all (at least five) questions of the commonest scale.

    `in_best_state` of them chose the best state, which a delighted customer may mean.
    """

    items: int
    respondents: int
    share: float
    in_best_state: int


@dataclass(frozen=True)
class TooFast:
    """Respondents who took less than 40 % of the median time."""

    median_s: float
    limit_s: float
    respondents: int
    share: float


@dataclass(frozen=True)
class DuplicateIds:
    """Ids that stand in more than one row: how many ids, how many rows too many, and the first few."""

    ids: int
    surplus_rows: int
    examples: tuple[str, ...]


def straight_lining(answers: Answers) -> StraightLining | None:
    """Look for straight lines; None where fewer than five items share a scale in the same order and direction.

    References
    ----------
    Meade and Craig (2012), Identifying careless responses in survey data, doi:10.1037/a0028085.
    """
    scales = [(tuple(map(state_text, item.states)), item.direction) for item in answers.codebook.items]
    scale, items = Counter(scales).most_common(1)[0]
    if items < _SAME_SCALE:
        return None
    codes = answers.codes[:, [other == scale for other in scales]].astype(int)
    answered = codes >= 0
    lowest = np.where(answered, codes, len(scale[0])).min(axis=1)
    straight = (answered.sum(axis=1) >= _SAME_SCALE) & (codes.max(axis=1) == lowest)
    best = 0 if scale[1] == "down" else len(scale[0]) - 1
    return StraightLining(items, int(straight.sum()), float(straight.mean()), int((straight & (lowest == best)).sum()))


def too_fast(answers: Answers) -> TooFast | None:
    """Look for hurry; None without durations.

    References
    ----------
    Greszki, Meyer and Schoen (2015), Exploring the effects of removing "too fast" responses, doi:10.1093/poq/nfu058.
    """
    if answers.duration_s is None or np.isnan(answers.duration_s).all():
        return None
    median = float(np.nanmedian(answers.duration_s))
    fast = answers.duration_s < FAST * median
    return TooFast(median, FAST * median, int(fast.sum()), float(fast.mean()))


def duplicate_ids(answers: Answers) -> DuplicateIds | None:
    """Look for ids given twice (an empty id is no id); None without ids."""
    if answers.ids is None:
        return None
    ids, counts = np.unique(answers.ids[answers.ids != ""], return_counts=True)
    twice = counts > 1
    examples = tuple(str(name) for name in ids[twice][:_IDS_SHOWN])
    return DuplicateIds(int(twice.sum()), int((counts[twice] - 1).sum()), examples)
