"""Stakes count customers by their weights, follow turnover, and refuse a segment of a few people."""

from dataclasses import replace

import numpy as np

from research.drivers import Drivers
from research.stakes import Stakes, weigh_stakes
from tests.research.drivers.surveys import answers_of, reflective_fit, reflective_survey


def found() -> Drivers:
    drivers = reflective_fit().drivers
    assert drivers is not None
    return drivers


def stakes() -> Stakes:
    weighed = reflective_fit().stakes
    assert weighed is not None
    return weighed


def test_the_dissatisfied_are_counted_by_their_weights() -> None:
    answers = answers_of(reflective_survey())
    quality = answers.codebook.constructs["quality"]
    unhappy = (answers.codes[:, list(quality)] / 4).mean(axis=1) < 0.5
    row = next(row for row in stakes().rows if row.name == "quality" and row.segment is None)
    assert abs(row.dissatisfied.value - answers.weights[unhappy].sum()) < 0.1 * answers.weights[unhappy].sum()
    assert row.dissatisfied.low < answers.weights[unhappy].sum() < row.dissatisfied.high
    carried = (answers.weights * answers.turnover)[unhappy].sum()
    assert row.turnover.low < carried < row.turnover.high


def test_a_step_up_is_worth_more_where_turnover_is_greater() -> None:
    answers = answers_of(reflective_survey())
    richer = replace(answers, turnover=2 * np.asarray(answers.turnover))
    doubled = weigh_stakes(richer, found().levels, found().target, seed=2)
    assert doubled is not None
    for before, after in zip(stakes().rows, doubled.rows, strict=True):
        np.testing.assert_allclose(after.step_up.value, 2 * before.step_up.value, rtol=1e-9)


def test_segments_share_out_the_customers() -> None:
    for name in ("quality", "satisfaction"):
        rows = {row.segment: row for row in stakes().rows if row.name == name}
        assert set(rows) == {None, "A", "B"}
        parts = rows["A"].dissatisfied.value + rows["B"].dissatisfied.value
        assert abs(parts - rows[None].dissatisfied.value) < 0.05 * parts


def test_a_segment_of_twelve_people_is_refused_in_a_sentence() -> None:
    answers = answers_of(reflective_survey())
    few = np.where(np.arange(len(answers.codes)) < 12, "few", "many")
    weighed = weigh_stakes(replace(answers, segments=few), found().levels, found().target, seed=2)
    assert weighed is not None
    assert {row.segment for row in weighed.rows} == {None, "many"}
    assert weighed.refusals[0].startswith("Segment 'few' has 12 respondents")


def test_without_turnover_there_are_no_stakes() -> None:
    answers = replace(answers_of(reflective_survey()), turnover=None)
    assert weigh_stakes(answers, found().levels, found().target, seed=2) is None
