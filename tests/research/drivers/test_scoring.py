"""Scores are the network's own conditional probabilities whatever was answered, with the answers that move them."""

import hashlib
import math
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from research.__main__ import main
from research.errors import AnswersError
from research.learning.constraints import Constraints
from research.learning.elimination import joint
from research.learning.network_tables import TabledNetworks
from research.learning.posteriors import posterior
from research.learning.replicates import learn
from research.learning.tables import fit_tables
from research.score_files import read_scores
from research.simulate import SurveyPlan, simulate_survey, write_survey

N_STATES = np.full(8, 5)
TARGET = 7


@pytest.fixture(scope="module")
def network() -> TabledNetworks:
    survey = simulate_survey(SurveyPlan("mixed", 600, 8, seed=5))
    learned = learn(survey.codes, N_STATES, None, Constraints(survey.truths[0].tiers), replicates=1, seed=1)
    masks = learned.optimum.view(np.int64)
    return TabledNetworks.of(masks[None], [fit_tables(survey.codes, masks, N_STATES)], N_STATES)


def some_answers(rows: int) -> np.ndarray:
    rng = np.random.default_rng(8)
    codes = rng.integers(0, 5, (rows, 8)).astype(np.int8)
    codes[rng.random(codes.shape) < 0.5] = -1
    return codes


def test_any_subset_of_answers_gives_the_conditional_probability(network: TabledNetworks) -> None:
    codes = some_answers(60)
    found = posterior(network, 0, codes, TARGET)
    for row, own in zip(codes, found.probabilities, strict=True):
        given = {item: int(state) for item, state in enumerate(row) if state >= 0 and item != TARGET}
        expected = joint(network, 0, [TARGET], given=given)
        np.testing.assert_allclose(own, expected / expected.sum(), atol=1e-12)


def test_an_answer_left_out_is_left_out_and_answers_that_change_nothing_are_not_listed(network: TabledNetworks) -> None:
    codes = some_answers(25)
    found = posterior(network, 0, codes, TARGET)
    listed = {
        (int(who), int(item)): own for who, item, own in zip(found.respondent, found.item, found.without, strict=True)
    }
    assert listed
    for who, row in enumerate(codes):
        for item in np.flatnonzero(row >= 0):
            if item == TARGET:
                continue
            given = {int(v): int(row[v]) for v in np.flatnonzero(row >= 0) if v not in (item, TARGET)}
            expected = joint(network, 0, [TARGET], given=given)
            without = listed.get((who, int(item)), found.probabilities[who])
            np.testing.assert_allclose(without, expected / expected.sum(), atol=1e-12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fitted survey."""
    folder = tmp_path_factory.mktemp("scoring")
    (folder / "survey").mkdir()
    write_survey(simulate_survey(SurveyPlan("reflective", 400, 12, seed=2)), folder / "survey")
    arguments = [str(folder / "survey" / "answers.csv"), "--codebook", str(folder / "survey" / "codebook.toml")]
    options = ["--replicates", "12", "--folds", "2", "--target", "loyalty", "--out", str(folder / "fit")]
    assert main(["fit", *arguments, *options]) == 0
    return folder


def scored(folder: Path, text: str, *options: str) -> int:
    (folder / "customers.csv").write_text(text, encoding="utf-8")
    arguments = [str(folder / "customers.csv"), "--fit", str(folder / "fit"), "--id", "id"]
    codebook = str(folder / "survey" / "codebook.toml")
    return main(["score", *arguments, "--codebook", codebook, "--out", str(folder / "scores.parquet"), *options])


def test_customers_are_scored_from_file_to_file(folder: Path) -> None:
    assert scored(folder, "id,satisfaction1,satisfaction2,note\na,5,5,x\nb,1,,y\n") == 0
    content, unhappy = pq.read_table(folder / "scores.parquet").to_pylist()
    assert (content["id"], unhappy["id"]) == ("a", "b")
    for row in (content, unhappy):
        assert abs(sum(row[f"p_{state}"] for state in range(1, 6)) - 1) < 1e-9
    assert content["expected"] > unhappy["expected"]
    assert content["reason_1"].startswith("satisfaction")
    assert content["pull_1"] > 0 > unhappy["pull_1"]
    assert unhappy["reason_2"] is None
    assert unhappy["at_risk"] > 0.5 > content["at_risk"]
    assert (content["stands_satisfaction"], unhappy["stands_satisfaction"]) == (4, 0)
    assert math.isnan(content["stands_image"])


def test_a_file_of_scores_says_by_which_fit_it_was_made(folder: Path) -> None:
    assert scored(folder, "id,satisfaction1\na,5\nb,1\n") == 0
    found = read_scores(folder / "scores.parquet")
    assert found.report_sha256 == hashlib.sha256((folder / "fit" / "report.json").read_bytes()).hexdigest()
    assert (found.target, found.ids) == ("loyalty", ("a", "b"))
    assert found.expected[0] > found.expected[1]
    assert set(found.standing) == {"image", "expectation", "quality", "value", "satisfaction"}


@pytest.mark.parametrize("text", ["no parquet", None])
def test_what_is_no_file_of_scores_is_told(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "scores.parquet").write_text(text, encoding="utf-8")
    with pytest.raises(AnswersError, match=r"scores.parquet cannot be read .*: score again"):
        read_scores(tmp_path / "scores.parquet")
