"""From what customers answer to what a rep is told to do next, and why: through the service and the commands alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from research.__main__ import main
from tests.field_api.server import furet_here
from tests.loop import truth
from tests.loop.company import Company

CUSTOMERS = 400
ON_THE_PAGE = 6
QUICK = ["--replicates", "16", "--imputations", "2", "--folds", "2", "--seed", "3", "--target", truth.TARGET]
TITLES = ["--title-en", "Why they stay", "--title-fr", "Pourquoi ils restent"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def company(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Company]:
    url = f"sqlite:///{tmp_path}/furet.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("bare_postgresql_url")
    found = Company(tmp_path, url)
    yield found
    found.site.stop()


def test_customers_answers_become_the_rep_s_next_gestures(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand = truth.traits(CUSTOMERS, seed=1)
    company.open_survey()
    company.fill(200 + 50 * np.clip(stand[truth.TARGET], -3, 3))
    ticked = truth.answers(stand, seed=2)
    for number in range(ON_THE_PAGE):
        company.answer_on_the_page(number, ticked[number])
    company.answer(dict(enumerate(ticked[ON_THE_PAGE:], start=ON_THE_PAGE)))

    insight_id = researched(company, tmp_path, monkeypatch, capsys)

    for driver in (truth.PLANTED, truth.NULL):
        company.site.done("POST", "/gestures", truth.gesture(driver))
    published = company.publish(insight_id)
    carried = {driver["name"]: driver["carried"] for driver in published["drivers"]}
    assert carried == {truth.PLANTED: True, truth.NULL: False}

    place = {own: number for number, own in enumerate(company.customers)}
    for rep in (0, 1):
        told = company.suggestions(insight_id, rep)
        assert len(told) > 30
        assert {one["driver"]["name"] for one in told} == {truth.PLANTED}
        numbers = np.array([place[one["customer"]["id"]] for one in told])
        assert set(numbers % 2) == {rep}, "of the rep's own territory"
        assert stand[truth.PLANTED][numbers].mean() < -0.5, "for those whom it pulls down"
        assert_the_reason_is_the_published_one(told[0]["reason"], published)

    assert_what_is_done_is_noted(company, insight_id, company.suggestions(insight_id, 0)[0])
    checked = furet_here("check", environ=company.site.environ)
    assert checked.exit_code == 0, checked.output


def researched(
    company: Company, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """Fetch, fit, score and publish as a researcher does; the id of the insight handed in."""
    monkeypatch.setenv("FURET_TOKEN", company.researcher)
    named = ["--api", company.site.url, "--survey", company.survey_id]
    answers, fit, scores = folder / "answers", str(folder / "fit"), str(folder / "scores.parquet")
    files = [str(answers / "answers.parquet"), "--codebook", str(answers / "codebook.toml")]
    roles = ["--id", "respondent", "--weight", "weight", "--turnover", "turnover"]
    publish = ["publish", fit, *named, *TITLES, "--source", str(answers), "--scores", scores]
    assert main(["fetch", *named, "--out", str(answers)]) == 0
    assert_nobody_is_named(company, answers)
    assert main(["fit", *files, *roles, *QUICK, "--out", fit]) == 0
    assert main(["score", *files, "--id", "respondent", "--fit", fit, "--out", scores]) == 0
    capsys.readouterr()
    assert main(publish) == 0
    told = capsys.readouterr().out
    assert f"{CUSTOMERS} customers are scored" in told
    assert "Left out, and why\n“Service”" in told
    assert main(publish) == 0
    assert "submitted: nothing was changed" in capsys.readouterr().out
    return told.partition("Handed in as ")[2].partition(";")[0]


def assert_nobody_is_named(company: Company, answers: Path) -> None:
    source = json.loads((answers / "source.json").read_text(encoding="utf-8"))
    assert (source["rows"], source["respondents"], source["currency"]) == (CUSTOMERS, CUSTOMERS, "EUR")
    written = b"".join(file.read_bytes() for file in answers.iterdir())
    assert not [own for own in company.customers if own.encode() in written]
    assert b"Durand" not in written


def assert_the_reason_is_the_published_one(reason: dict[str, str], published: dict[str, Any]) -> None:
    """With the interval and the number of answers, in both languages, and as something that may be."""
    driver = next(one for one in published["drivers"] if one["name"] == truth.PLANTED)
    low, high = (f"{driver[end]:.2f}" for end in ("low", "high"))
    assert all(part in reason["en"] for part in ("Recognition", f"{low} to {high}", f"{CUSTOMERS} answers", "may"))
    low, high = low.replace(".", ","), high.replace(".", ",")
    assert all(part in reason["fr"] for part in ("Reconnaissance", f"{low} à {high}", f"{CUSTOMERS} réponses"))


def assert_what_is_done_is_noted(company: Company, insight_id: str, suggestion: dict[str, Any]) -> None:
    """The gesture stands in the customer's timeline, and is suggested no more."""
    done = httpx.post(
        f"{company.site.url}/v1/next-gestures/{suggestion['id']}/outcome",
        json={"outcome": "done", "note": "They were glad to be asked."},
        headers=company.reps[0] | {"Idempotency-Key": "called"},
    )
    assert done.status_code == 201, done.text
    path = f"/customers/{suggestion['customer']['id']}/interactions"
    entries = company.site.done("GET", path)["items"]
    assert "They were glad to be asked." in [entry["content"] for entry in entries]
    assert suggestion["id"] not in {one["id"] for one in company.suggestions(insight_id, 0)}
