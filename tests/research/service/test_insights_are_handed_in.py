"""From the answers of the service to an insight handed in, by the commands alone; and handed in once."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from research.__main__ import main
from research.drivers import find_target
from research.errors import ServiceError, SettingsError
from research.fit import item_rules
from research.output import canonical_json
from research.reports import report
from research.score_files import write_scores
from research.scoring import Scores
from research.simulate import SurveyPlan, simulate_survey
from research.submitting import submit_insight
from tests.research.drivers.surveys import reflective_fit
from tests.research.service.contract import SURVEY, TOKEN, Contract, Trouble, serving
from tests.research.service.surveys import exported, pseudonym

SIMULATED = simulate_survey(SurveyPlan("reflective", 400, 12, turnover=True, seed=3))
TITLES = ["--title-en", "Why they stay", "--title-fr", "Pourquoi ils restent"]
TOPICS = ("image", "expectation", "quality", "value", "satisfaction")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a researcher has after `fetch`, `fit` and `score`: answers/, fit/ and scores.parquet.

    The report is one of other answers, and says that it is of these: a fit takes its time, and tests/loop/ makes one.
    """
    folder = tmp_path_factory.mktemp("researcher")
    (folder / "token").write_text(TOKEN, encoding="ascii")
    with serving(exported(SIMULATED)) as contract:
        named = ["--api", contract.url, "--token-file", str(folder / "token"), "--survey", SURVEY]
        assert main(["fetch", *named, "--out", str(folder / "answers")]) == 0
    content = report(reflective_fit())
    content["survey"]["data_sha256"] = hashlib.sha256((folder / "answers" / "answers.parquet").read_bytes()).hexdigest()
    (folder / "fit").mkdir()
    (folder / "fit" / "report.json").write_text(canonical_json(content), encoding="utf-8")
    write_all_scores(folder)
    return folder


def write_all_scores(folder: Path) -> None:
    rng, people = np.random.default_rng(1), len(SIMULATED.codes)
    book = SIMULATED.codebook
    drawn = Scores(
        probabilities=rng.dirichlet(np.ones(5), people),
        expected=rng.uniform(0, 4, people),
        reasons=np.full((people, 3), -1),
        pulls=np.zeros((people, 3)),
        at_risk=rng.uniform(size=people),
        topics=TOPICS,
        standing=rng.uniform(0, 4, (people, len(TOPICS))),
    )
    made_of = hashlib.sha256((folder / "fit" / "report.json").read_bytes()).hexdigest()
    ids = np.array([pseudonym(number) for number in range(people)])
    target = find_target(book, item_rules(book, 2), "loyalty")
    write_scores(folder / "scores.parquet", drawn, book, target, ids, made_of)


@pytest.fixture
def contract() -> Iterator[Contract]:
    with serving(exported(SIMULATED)) as running:
        yield running


def published(contract: Contract, folder: Path, *options: str) -> int:
    named = ["--api", contract.url, "--token-file", str(folder / "token"), "--survey", SURVEY]
    return main(["publish", str(folder / "fit"), *named, *TITLES, *options])


def with_everything(folder: Path) -> list[str]:
    return ["--source", str(folder / "answers"), "--scores", str(folder / "scores.parquet")]


def test_what_is_claimed_is_told_sent_and_handed_in(
    contract: Contract, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract.known.remove(pseudonym(7))
    assert published(contract, folder, *with_everything(folder)) == 0
    told = capsys.readouterr().out
    (insight,) = contract.insights.values()
    assert insight["state"] == "submitted"
    assert insight["title"] == {"en": "Why they stay", "fr": "Pourquoi ils restent"}
    assert {driver["currency"] for driver in insight["drivers"]} == {"EUR"}
    claimed = [one["name"] for one in insight["drivers"] if not one["warnings"] or one["warnings"] == ["fragile"]]
    assert f"Of 5 drivers of “loyalty” {len(claimed)} may be told to reps" in told
    assert f"Handed in as {insight['id']}; an admin may publish it now. 399 customers are scored. 1 more" in told
    assert set(contract.scores) == contract.known
    drivers = {driver["name"] for driver in insight["drivers"]}
    reasons = [reason for score in contract.scores.values() for reason in score["reasons"]]
    assert {reason["driver"] for reason in reasons} <= drivers
    assert all(reason["pull"] < 0 for reason in reasons)


def test_a_second_run_changes_nothing(contract: Contract, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert published(contract, folder, *with_everything(folder)) == 0
    before = json.dumps([contract.insights, contract.scores])
    asked = len(contract.asked)
    assert published(contract, folder, *with_everything(folder)) == 0
    assert json.dumps([contract.insights, contract.scores]) == before
    assert [method for method, _ in contract.asked[asked:]] == ["GET"]
    assert "has this insight already, submitted: nothing was changed" in capsys.readouterr().out


def test_a_run_that_was_stopped_is_gone_on_with(contract: Contract, folder: Path) -> None:
    refusal = Trouble(409, body=b'{"title": "It contradicts what stands"}')
    contract.troubles.extend([None, None, refusal])
    assert published(contract, folder, *with_everything(folder)) == 2
    assert [one["state"] for one in contract.insights.values()] == ["draft"]
    assert published(contract, folder, *with_everything(folder)) == 0
    assert [one["state"] for one in contract.insights.values()] == ["submitted"]
    assert len(contract.scores) == 400


def test_nothing_is_sent_when_only_asked_what_would_be(
    contract: Contract, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert published(contract, folder, "--dry-run") == 0
    told = capsys.readouterr().out
    assert "Nothing was sent; it would be insight" in told
    assert "name the folder of `fetch` with --source, which tells the currency" in told
    assert contract.asked == []


def test_money_is_sent_only_with_proof_of_the_answers_it_comes_from(
    contract: Contract, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert published(contract, folder) == 0
    (insight,) = contract.insights.values()
    assert {driver["step_up_minor"] for driver in insight["drivers"]} == {None}
    other = Path(shutil.copytree(folder / "answers", tmp_path / "other"))
    source = (other / "source.json").read_text(encoding="utf-8")
    for changed, told in (
        (source.replace(SURVEY, SURVEY.replace("1", "2")), "holds the answers to survey"),
        (source.replace('"answers.parquet": "', '"answers.parquet": "0'), "was not made of the answers in"),
        ("{}", "is not what `fetch` writes"),
        (None, "cannot be read"),
    ):
        (other / "source.json").unlink(missing_ok=True)
        if changed is not None:
            (other / "source.json").write_text(changed, encoding="utf-8")
        assert published(contract, folder, "--source", str(other)) == 2
        assert told in capsys.readouterr().err


def document(number: int = 1) -> dict[str, Any]:
    return {"id": f"0190a000-0000-7000-8000-00000000000{number}", "drivers": []}


def items(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [{"respondent": pseudonym(number), "reasons": []} for number in range(first, first + count)]


def test_scores_go_in_chunks_the_service_takes(contract: Contract) -> None:
    contract.known = {item["respondent"] for item in items(10_500)}
    with contract.service() as service:
        found = submit_insight(service, document(), items(11_000))
    assert (found.stored, found.unknown, found.state) == (10_500, 500, "submitted")
    assert [method for method, _ in contract.asked] == ["GET", "POST", *["PUT"] * 6, "POST"]


def test_scores_of_strangers_are_not_handed_in(contract: Contract) -> None:
    with contract.service() as service, pytest.raises(SettingsError, match="None of the scored customers has answered"):
        submit_insight(service, document(), items(3, first=5_000))
    assert [one["state"] for one in contract.insights.values()] == ["draft"]


@pytest.mark.parametrize("state", ["published", "superseded", "withdrawn"])
def test_what_has_gone_on_is_left_alone(state: str, contract: Contract) -> None:
    contract.insights[document()["id"]] = document() | {"state": state}
    with contract.service() as service:
        found = submit_insight(service, document(), items(3))
    assert (found.state_before, found.state, contract.scores) == (state, state, {})


def test_a_service_that_fails_is_not_taken_for_one_that_has_nothing(contract: Contract) -> None:
    contract.troubles.append(Trouble(500, body=b'{"title": "That is our fault"}'))
    with contract.service() as service, pytest.raises(ServiceError, match="That is our fault"):
        submit_insight(service, document())
    assert contract.insights == {}


@pytest.mark.parametrize("title", ["", "two\nlines", "x" * 201])
def test_a_title_is_one_line(title: str, contract: Contract, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert published(contract, folder, "--title-en", title) == 2
    assert "--title-en must be a line of 1 to 200 characters" in capsys.readouterr().err
