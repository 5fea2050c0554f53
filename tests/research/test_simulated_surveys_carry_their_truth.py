"""Simulated surveys are the same for the same plan, follow their truth, and read back from their files."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from research.answers import ColumnRoles, read_answers
from research.codebook import read_codebook
from research.simulate import (
    KINDS,
    SurveyPlan,
    network_truth,
    reflective_truth,
    remove_answers,
    simulate_survey,
    write_survey,
)

ROLES = ColumnRoles(weight="weight", segment="segment", id="id", duration="duration_s", turnover="turnover")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_a_written_survey_reads_back_to_the_codes_it_was_drawn_as(
    kind: str, file_format: Literal["csv", "parquet"], tmp_path: Path
) -> None:
    plan = SurveyPlan(kind, 400, 12, 0.2, "answers", weights=True, segments=2, turnover=True, seed=5)
    survey = simulate_survey(plan)
    write_survey(survey, tmp_path, file_format)
    answers = read_answers(tmp_path / f"answers.{file_format}", read_codebook(tmp_path / "codebook.toml"), ROLES)
    np.testing.assert_array_equal(answers.codes, survey.codes)
    assert answers.segments is not None
    assert set(answers.segments) == {"A", "B"}
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert truth["plan"]["kind"] == kind
    assert len(truth["segments"]) == 2


def test_the_same_plan_is_the_same_survey_and_a_new_column_changes_no_answer() -> None:
    plan = SurveyPlan("mixed", 300, 10, seed=7)
    first, again = simulate_survey(plan), simulate_survey(plan)
    more = simulate_survey(replace(plan, weights=True, turnover=True))
    np.testing.assert_array_equal(first.codes, again.codes)
    np.testing.assert_array_equal(first.codes, more.codes)
    assert not np.array_equal(first.codes, simulate_survey(replace(plan, seed=8)).codes)


@pytest.mark.parametrize("kind", ["monotone", "not_additive", "tables", "mixed"])
def test_networks_keep_their_tiers_and_their_tables_are_what_is_drawn(
    kind: Literal["monotone", "not_additive", "tables", "mixed"],
) -> None:
    truth = network_truth(kind, n_items=15, seed=2)
    assert all(truth.tiers[source] <= truth.tiers[target] for source, target in truth.edges)
    codes = truth.draw(60_000, np.random.default_rng(0))
    child = next(item for item in range(15) if len(truth.parents[item]) == 2)
    first, second = truth.parents[child]
    rows = codes[:, first].astype(int) * 5 + codes[:, second]
    row = int(np.bincount(rows).argmax())
    seen = np.bincount(codes[rows == row, child], minlength=5) / (rows == row).sum()
    np.testing.assert_allclose(seen, truth.tables[child][row], atol=0.03)


def test_monotone_tables_rise_with_every_parent_or_fall() -> None:
    truth = network_truth("monotone", seed=4)
    for parents, table in zip(truth.parents, truth.tables, strict=True):
        means = (table @ np.arange(5)).reshape((5,) * len(parents))
        for axis in range(len(parents)):
            steps = np.diff(means, axis=axis)
            assert (steps > 0).all() or (steps < 0).all()


def test_reflective_constructs_have_unit_variance_and_the_stated_effects() -> None:
    truth = reflective_truth(seed=1)
    values = truth.draw_constructs(200_000, np.random.default_rng(0))
    np.testing.assert_allclose(values.std(axis=0), 1.0, atol=0.01)
    image, loyalty = 0, 5
    # Image has no cause, so its whole correlation with loyalty is its total effect.
    assert np.corrcoef(values[:, image], values[:, loyalty])[0, 1] == pytest.approx(
        truth.total_effects[image, loyalty], abs=0.01
    )


def test_segments_share_the_edges_and_differ_in_strength() -> None:
    network, reflective = network_truth("monotone", seed=1), reflective_truth()
    assert network.for_segment(1).edges == network.edges
    assert not np.allclose(network.for_segment(1).tables[-1], network.tables[-1])
    np.testing.assert_array_equal(reflective.for_segment(1).paths != 0, reflective.paths != 0)
    assert not np.allclose(reflective.for_segment(1).paths, reflective.paths)


@pytest.mark.parametrize("mechanism", ["random", "answers"])
def test_as_many_answers_go_missing_as_was_said(mechanism: Literal["random", "answers"]) -> None:
    codes = network_truth("monotone", seed=1).draw(20_000, np.random.default_rng(0))
    gaps = remove_answers(codes, 0.3, mechanism, np.random.default_rng(1)) < 0
    assert not gaps[:, :2].any()
    np.testing.assert_allclose(gaps[:, 2:].mean(axis=0), 0.3, atol=0.015)
    mood = codes[:, :2].mean(axis=1)
    pull = abs(np.corrcoef(gaps[:, 3], mood)[0, 1])
    assert pull > 0.3 if mechanism == "answers" else pull < 0.03
