"""Segments are found where they were planted, and refused in a sentence where there are none or too few."""

import numpy as np

from research.answers import Answers
from research.constructs import construct_nodes
from research.segments import Segments, best_overlaps, construct_scores, find_segments
from tests.research.constructs.surveys import answers_of, reflective_answers

PROFILES = np.array([[1, 1, -1, -1], [-1, -1, 1, 1], [-1, 1, -1, 1]])
CONSTRUCTS = tuple(name for name in ("price", "staff", "speed", "range") for _ in range(3))


def planted(respondents: int, distance: float) -> tuple[Answers, np.ndarray]:
    rng = np.random.default_rng(5)
    member = rng.choice(3, respondents, p=[0.4, 0.35, 0.25])
    trait = distance * PROFILES[member] + rng.normal(size=(respondents, 4))
    scores = np.repeat(trait, 3, axis=1) + 0.6 * rng.normal(size=(respondents, 12))
    return answers_of(np.searchsorted([-1.5, -0.5, 0.5, 1.5], scores), CONSTRUCTS), member


def found(answers: Answers) -> Segments:
    return find_segments(answers, construct_nodes(answers.codebook).members, seed=1, replicates=8)


def test_planted_segments_are_offered_with_their_profiles() -> None:
    answers, member = planted(2000, 1.2)
    segments = found(answers)
    assert segments.offered
    assert len(segments.shares) == 3
    assert best_overlaps(member, segments.segment_of, np.ones(2000)).min() > 0.65
    assert not segments.level_only
    assert np.abs(segments.profiles).max() > 0.5


def test_answers_without_segments_offer_none() -> None:
    answers, _ = planted(600, 0.0)
    segments = found(answers)
    assert not segments.offered
    assert segments.shares.tolist() == [1.0]
    assert "no segments" in segments.reason


def test_segments_of_too_few_respondents_are_refused() -> None:
    answers, _ = planted(110, 2.0)
    segments = found(answers)
    assert not segments.offered
    assert "too few" in segments.reason or "no segments" in segments.reason


def test_segments_that_resampling_does_not_find_again_are_refused() -> None:
    rng = np.random.default_rng(2)
    smooth = np.repeat(rng.normal(size=(600, 2)), 2, axis=1) + 0.5 * rng.normal(size=(600, 4))
    scores = np.repeat(smooth, 3, axis=1) + 0.6 * rng.normal(size=(600, 12))
    segments = found(answers_of(np.searchsorted([-1.5, -0.5, 0.5, 1.5], scores), CONSTRUCTS))
    assert not segments.offered
    assert segments.stability.min() < 0.75
    assert "found again to only" in segments.reason


def test_slices_of_one_scale_of_contentment_are_called_that() -> None:
    assert found(reflective_answers(1500)).level_only


def test_overlap_is_jaccard_with_the_most_similar_segment() -> None:
    labels, again = np.array([0, 0, 0, 1, 1]), np.array([1, 1, 0, 0, 0])
    np.testing.assert_allclose(best_overlaps(labels, again, np.ones(5)), [2 / 3, 2 / 3])


def test_a_construct_without_answers_is_a_gap() -> None:
    answers, _ = planted(60, 1.0)
    answers.codes[0, :3] = -1
    answers.codes[1, 0] = -1
    scores = construct_scores(answers, construct_nodes(answers.codebook).members)
    assert np.isnan(scores[0, 0])
    assert scores[1, 0] == answers.codes[1, 1:3].mean() / 4
    assert found(answers).segment_of.shape == (60,)
