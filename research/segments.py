"""Segments the survey itself shows: latent classes over constructs, offered only if resampling finds them again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.answers import Answers
from research.learning.latent_class import choose_latent_classes, fit_latent_classes
from research.learning.reflective import Members
from research.learning.resampling import resampled_weights
from research.notices import Notice

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

CANDIDATES = (1, 2, 3, 4, 5)
BANDS = 5
REPLICATES = 20
STARTS, ROUNDS = 4, 100  # Of a resample: to see whether a segment is there, not to fit it to the last digit.
STABLE = 0.75  # Hennig's threshold: below it a cluster should not be taken for a group that is there.
LEAST_SHARE, LEAST_RESPONDENTS = 0.05, 50


@dataclass(frozen=True, eq=False)
class Segments:
    """Groups of respondents who see the constructs alike, lowest first.

    Attributes
    ----------
    offered : bool
        Whether the segments may be used; if not, `reason` says why.
    reason : Notice or None
    shares : float64, shape (n_segments,)
    profiles : float64, shape (n_segments, n_constructs)
        Mean construct score in standard deviations from the mean of all.
    stability : float64, shape (n_segments,)
        Mean over bootstrap replicates of the Jaccard overlap with the most similar segment found again.
    segment_of : int64, shape (n_respondents,)
        The likeliest segment of each respondent.
    certainty : float64, shape (n_respondents,)
        Its probability.
    bics : dict of BIC by number of classes, larger is better
    """

    offered: bool
    reason: Notice | None
    shares: Floats
    profiles: Floats
    stability: Floats
    segment_of: Labels
    certainty: Floats
    bics: dict[int, float]

    @property
    def level_only(self) -> bool:
        """Whether the segments differ in how content they are with everything, and not in what."""
        return len(self.shares) > 1 and bool((np.diff(self.profiles, axis=0) > 0).all())


def find_segments(answers: Answers, members: Members, *, seed: int, replicates: int = REPLICATES) -> Segments:
    """Look for one to five classes of respondents over their construct scores.

    Parameters
    ----------
    answers : Answers
        A respondent who answered no item of a construct has a gap there.
    members : tuple of tuples
        Columns of the items of each construct, see `research.constructs.Nodes`.
    seed, replicates : int

    Notes
    -----
    Segments are not offered where one class describes the answers best, where one of them is not found again under
    resampling, or where one is too small to speak of. Segments that rank alike on every construct (`level_only`) cut
    one scale of contentment into pieces; they are a convenience, not kinds of customers.

    References
    ----------
    Hennig (2007), Computational Statistics & Data Analysis 52(1), 258-271, doi:10.1016/j.csda.2006.11.025.
    """
    scores, weights = construct_scores(answers, members), answers.scaled_weights
    bands, n_bands = _banded(scores, weights)
    chosen, bics = choose_latent_classes(bands, n_bands, weights, CANDIDATES, seed=seed)
    labels = chosen.posteriors.argmax(axis=1)
    stability = np.zeros(chosen.n_classes)
    for weighting in resampled_weights(weights, seed, range(replicates)).T if chosen.n_classes > 1 else ():
        again = fit_latent_classes(bands, n_bands, weighting, chosen.n_classes, seed=seed, starts=STARTS, rounds=ROUNDS)
        stability += best_overlaps(labels, again.posteriors.argmax(axis=1), weights) / replicates
    reason = _why_not(chosen.shares, stability, float(weights.sum()))
    return Segments(
        offered=reason is None,
        reason=reason,
        shares=chosen.shares,
        profiles=_profiles(scores, weights, chosen.posteriors),
        stability=stability,
        segment_of=labels,
        certainty=chosen.posteriors.max(axis=1),
        bics=bics,
    )


def construct_scores(answers: Answers, members: Members) -> Floats:
    """Mean answer to each construct's items on a scale of 0 to 1, NaN for who answered none; (n_respondents, n)."""
    share = answers.oriented() / (answers.n_states - 1)
    columns = [share[:, list(items)] for items in members]
    answered = [np.isfinite(own) for own in columns]
    totals = [np.where(seen, own, 0.0).sum(axis=1) for own, seen in zip(columns, answered, strict=True)]
    counts = np.stack([seen.sum(axis=1) for seen in answered], axis=1)
    return np.asarray(np.divide(np.stack(totals, axis=1), counts, out=np.full(counts.shape, np.nan), where=counts > 0))


def best_overlaps(labels: Labels, again: Labels, weights: Floats) -> Floats:
    """Jaccard overlap of each segment in `labels` with the segment of `again` it overlaps most."""
    size = int(max(labels.max(), again.max())) + 1
    both = np.zeros((size, size))
    np.add.at(both, (labels, again), weights)
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    overlap = np.divide(both, either, out=np.zeros_like(both), where=either > 0).max(axis=1)
    return np.asarray(overlap[: int(labels.max()) + 1])


def _banded(scores: Floats, weights: Floats) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Construct scores cut into up to five bands of equal weight, -1 for gaps, and the number of bands of each."""
    bands = np.full(scores.shape, -1, dtype=np.int8)
    counts = np.ones(scores.shape[1], dtype=np.int64)
    for column, own in enumerate(scores.T):
        seen = np.isfinite(own)
        order = np.argsort(own[seen], kind="stable")
        rank = np.cumsum(weights[seen][order]) / weights[seen].sum()
        cuts = np.unique(own[seen][order][np.searchsorted(rank, np.arange(1, BANDS) / BANDS)])
        _, place = np.unique(np.searchsorted(cuts, own[seen], side="left"), return_inverse=True)
        bands[seen, column] = place
        counts[column] = place.max() + 1
    return bands, counts


def _profiles(scores: Floats, weights: Floats, posteriors: Floats) -> Floats:
    seen = np.isfinite(scores)
    weight, filled = weights[:, None] * seen, np.where(seen, scores, 0.0)
    mean = (weight * filled).sum(axis=0) / weight.sum(axis=0)
    spread = np.sqrt((weight * (filled - mean) ** 2).sum(axis=0) / weight.sum(axis=0))
    standard = np.where(seen, (filled - mean) / np.maximum(spread, 1e-12), 0.0)
    return np.asarray(
        np.einsum("ik,ij->kj", posteriors, weight * standard) / np.einsum("ik,ij->kj", posteriors, weight)
    )


def _why_not(shares: Floats, stability: Floats, respondents: float) -> Notice | None:
    """Why segments are not offered; None if they are."""
    if len(shares) == 1:
        return Notice("one_class", "One class describes the answers best: the survey shows no segments.")
    smallest, least, segments = float(shares.min()), float(stability.min()), len(shares)
    if smallest < LEAST_SHARE or smallest * respondents < LEAST_RESPONDENTS:
        sentence = (
            f"The smallest of {segments} segments holds {smallest:.0%} of the respondents "
            f"({smallest * respondents:.0f}): too few to say anything of."
        )
        return Notice(
            "small_class", sentence, segments=segments, share=smallest, respondents=round(smallest * respondents)
        )
    if least < STABLE:
        sentence = (
            f"Of {segments} segments one is found again to only {least:.0%} when respondents are resampled "
            f"({STABLE:.0%} is the least): it may be chance."
        )
        return Notice("unstable_class", sentence, segments=segments, stability=least, least=STABLE)
    return None
