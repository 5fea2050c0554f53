"""A fetch brings what the service holds, whole or not at all, goes on where it was stopped, and keeps no broken row."""

import copy
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from research import client
from research.__main__ import main
from research.answers import ColumnRoles, read_answers
from research.codebook import read_codebook
from research.errors import BrokenPromise, OutputError, ServiceError, SettingsError, TooFewAnswers
from research.fetching import fetch_survey
from research.simulate import SurveyPlan, simulate_survey
from tests.research.service.contract import SURVEY, TOKEN, Contract, Trouble, serving
from tests.research.service.surveys import exported, pseudonym, row_of

PLAN = SurveyPlan("reflective", 130, 12, 0.1, turnover=True, seed=3)
SIMULATED = simulate_survey(PLAN)


@pytest.fixture
def contract() -> Iterator[Contract]:
    with serving(exported(SIMULATED)) as running:
        yield running


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "answers"


def fetch(contract: Contract, out: Path, **options: Any) -> Any:
    with contract.service() as service:
        return fetch_survey(service, SURVEY, out, **options)


def test_what_is_fetched_is_what_was_answered(contract: Contract, out: Path) -> None:
    contract.rows_a_page = 40
    found = fetch(contract, out)
    assert [path for _, path in contract.asked].count(f"/v1/surveys/{SURVEY}/answers?limit=5000") == 1
    assert len(contract.asked) == 2 + 4
    book = read_codebook(out / "codebook.toml")
    roles = ColumnRoles("weight", "segment", "wave", "respondent", None, "turnover")
    answers = read_answers(out / "answers.parquet", book, roles)
    place = {pseudonym(number): number for number in range(130)}
    order = [place[own] for own in answers.ids]
    assert (answers.codes == SIMULATED.codes[order]).all()
    assert answers.turnover == pytest.approx(SIMULATED.columns["turnover"][order], abs=0.005)
    assert answers.unknown_columns == ()
    assert book.names == SIMULATED.codebook.names
    assert book.title == {"en": "Why do you stay?", "fr": "Pourquoi restez-vous ?"}
    assert found.source["rows"] == 130


def test_the_source_says_from_where_and_with_which_hashes(contract: Contract, out: Path) -> None:
    fetch(contract, out)
    source = json.loads((out / "source.json").read_text(encoding="utf-8"))
    assert (source["survey"], source["wave"], source["currency"]) == (SURVEY, None, "EUR")
    assert (source["codebook_etag"], source["rows"], source["respondents"]) == ('"c0deb00c-3"', 130, 130)
    for name, told in source["sha256"].items():
        assert sha256((out / name).read_bytes()).hexdigest() == told
    assert sorted(path.name for path in out.iterdir()) == ["answers.parquet", "codebook.toml", "source.json"]
    assert TOKEN not in "".join(path.read_text(errors="replace") for path in out.iterdir())


def test_the_same_answers_are_the_same_bytes_in_whatever_order_they_come(contract: Contract, out: Path) -> None:
    first = fetch(contract, out).source["sha256"]
    contract.rows.reverse()
    assert fetch(contract, out, again=True).source["sha256"] == first


def test_one_wave_can_be_asked_for(contract: Contract, out: Path) -> None:
    contract.rows += [row_of(SIMULATED, number, wave="2026-W20") for number in range(10)]
    assert fetch(contract, out, wave="2026-W20").source["rows"] == 10
    both = fetch(contract, out, again=True).source
    assert (both["rows"], both["respondents"]) == (140, 130)


def test_nothing_of_an_earlier_fetch_is_overwritten_unasked(contract: Contract, out: Path) -> None:
    fetch(contract, out)
    asked = len(contract.asked)
    with pytest.raises(OutputError, match=r"holds files already: name a new folder, or .* --again"):
        fetch(contract, out)
    assert len(contract.asked) == asked


def test_the_answer_that_came_last_counts_and_silence_is_counted(contract: Contract, out: Path) -> None:
    contract.rows.append(row_of(SIMULATED, 5, answers={"image1": 2}))
    contract.rows.append(row_of(SIMULATED, 999 % 130, respondent=pseudonym(999), answers={"image1": None}))
    found = fetch(contract, out)
    assert (found.source["rows"], found.export.silent) == (130, 1)
    rows = {row["respondent"]: row for row in pq.read_table(out / "answers.parquet").to_pylist()}
    assert (rows[pseudonym(5)]["image1"], rows[pseudonym(5)]["image2"]) == (2, None)


def test_turnover_is_told_in_the_currency_that_most_have(contract: Contract, out: Path) -> None:
    contract.rows[0] |= {"turnover_minor": 5_000, "currency": "JPY"}
    contract.rows[1] |= {"turnover_minor": 0, "currency": None}
    contract.rows[2] |= {"turnover_minor": -1_250, "currency": "EUR"}
    found = fetch(contract, out)
    assert (found.export.currency, found.export.other_currencies) == ("EUR", 1)
    told = {row["respondent"]: row["turnover"] for row in pq.read_table(out / "answers.parquet").to_pylist()}
    assert [told[row["respondent"]] for row in contract.rows[:3]] == [None, 0.0, -12.5]


def test_an_item_may_have_the_name_of_a_column_of_ours(contract: Contract, out: Path) -> None:
    renamed = json.loads(json.dumps([contract.codebook, contract.rows]).replace('"image1"', '"role"'))
    contract.codebook, contract.rows = renamed[0], [row | {"role": "client"} for row in renamed[1]]
    found = fetch(contract, out)
    assert found.source["columns"]["role"] == "of_role"
    table = pq.read_table(out / "answers.parquet")
    assert set(table.column("of_role").to_pylist()) == {"client"}
    assert set(table.column("role").to_pylist()) <= {1, 2, 3, 4, 5, None}


def test_a_fetch_that_was_stopped_goes_on_where_it_ended(contract: Contract, out: Path) -> None:
    contract.rows_a_page = 50
    contract.troubles.extend([None, None, None, None, *[Trouble(503)] * 6])
    with pytest.raises(ServiceError, match="503"):
        fetch(contract, out)
    assert not out.exists()
    (kept,) = out.parent.iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    before = len(contract.asked)
    assert fetch(contract, out).source["rows"] == 130
    assert len(contract.asked) - before == 3  # The survey, its codebook, and the page that was not there yet.
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize("change", ["codebook", "wave", "a day"])
def test_pages_of_another_fetch_are_not_gone_on_with(change: str, contract: Contract, out: Path) -> None:
    contract.rows_a_page = 50
    contract.troubles.extend([None, None, None, *[Trouble(503)] * 6])
    with pytest.raises(ServiceError):
        fetch(contract, out)
    plan = out.parent / ".answers.fetching" / "plan.json"
    if change == "codebook":
        plan.write_text(plan.read_text().replace("c0deb00c-3", "c0deb00c-2"))
    elif change == "a day":
        plan.write_text(json.dumps(json.loads(plan.read_text()) | {"begun_at": "2020-01-01T00:00:00+00:00"}))
    before = len(contract.asked)
    fetch(contract, out, wave="2026-W47" if change == "wave" else None)
    assert len(contract.asked) - before == 2 + 3


def test_a_cursor_that_is_not_known_any_more_is_not_kept(contract: Contract, out: Path) -> None:
    contract.rows_a_page = 50
    contract.troubles.extend([None, None, None, Trouble(422, body=b'{"title": "The cursor cannot be read."}')])
    with pytest.raises(ServiceError, match="cursor cannot be read"):
        fetch(contract, out)
    assert list(out.parent.iterdir()) == []


PROMISES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "no weight": (lambda row: row.pop("weight"), "has no 'weight'"),
    "a weight below zero": (lambda row: row.update(weight=-1), "has -1 under 'weight', where a number from 0 was"),
    "a yes for a weight": (lambda row: row.update(weight=True), "has True under 'weight'"),
    "no pseudonym": (lambda row: row.update(respondent=""), "has '' under 'respondent'"),
    "a control character": (lambda row: row.update(territory="a\nb"), r"'a\nb' under 'territory'"),
    "a turnover with cents": (lambda row: row.update(turnover_minor=1.5), "has 1.5 under 'turnover_minor'"),
    "money of no currency": (lambda row: row.update(currency=None, turnover_minor=3), "a turnover without a currency"),
    "another item": (lambda row: row["answers"].update(image9=1), "answers 'image9', which is no item"),
    "another state": (lambda row: row["answers"].update(image1=6), "answers 'image1' by 6, which is none of"),
    "a text for a state": (lambda row: row["answers"].update(image1="1"), "by '1', which is none of its states"),
    "a list for a state": (lambda row: row["answers"].update(image1=[1]), "by [1], which is none"),
    "a yes for a state": (lambda row: row["answers"].update(image1=True), "by True, which is none of its states"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PROMISES)
def test_a_page_that_is_not_what_was_promised_is_refused_whole(fault: str, contract: Contract, out: Path) -> None:
    change, told = PROMISES[fault]
    contract.rows = copy.deepcopy(contract.rows)
    change(contract.rows[6])
    with pytest.raises(BrokenPromise) as refused:
        fetch(contract, out)
    assert "Row 7 of the answers" in str(refused.value)
    assert told in str(refused.value)
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("body", [b"[]", b'{"items": {}}', b'{"rows": []}', b'{"items": ["x"]}'])
def test_what_is_no_page_is_refused(body: bytes, contract: Contract, out: Path) -> None:
    contract.troubles.extend([None, None, Trouble(200, body=body)])
    with pytest.raises(BrokenPromise, match="is it another version"):
        fetch(contract, out)


def test_pages_that_go_round_end(contract: Contract, out: Path) -> None:
    page = Trouble(200, body=b'{"items": [], "next": "round"}')
    contract.troubles.extend([None, None, page, page, page, page])
    with pytest.raises(BrokenPromise, match="go round in a circle"):
        fetch(contract, out)


def test_a_link_to_another_server_is_not_followed(contract: Contract, out: Path) -> None:
    link = {"Link": '<https://else.where/v1/answers?cursor=40>; rel="next"'}
    first = json.dumps({"items": contract.rows[:40]}).encode()
    contract.troubles.extend([None, None, Trouble(200, link, first)])
    assert fetch(contract, out).source["rows"] == 130
    assert contract.asked[-1][1].endswith("cursor=40")


def test_who_has_no_answers_is_told(contract: Contract, out: Path) -> None:
    with pytest.raises(TooFewAnswers, match=r"Nobody has answered survey .* in wave 2020-W01 yet"):
        fetch(contract, out, wave="2020-W01")
    with contract.service() as service, pytest.raises(SettingsError, match="'x' is no id of a survey"):
        fetch_survey(service, "x", out)


def test_a_full_disk_is_told_and_leaves_no_half_of_a_file(contract: Contract, out: Path) -> None:
    """A process that may write files of 8 KB alone meets what a full disk is to all."""
    command = [sys.executable, "-m", "research", "fetch", "--api", contract.url, "--survey", SURVEY, "--out", str(out)]
    limit = 8 * 1024
    ended = subprocess.run(
        command,
        env={"FURET_TOKEN": TOKEN, "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert ended.returncode == 2, ended.stderr
    assert "There is no room for" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not out.exists()


def test_the_command_tells_what_it_brought_and_how_to_fit_it(
    contract: Contract, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FURET_TOKEN", TOKEN)
    monkeypatch.setattr(client, "FIRST_WAIT_S", 0.01)
    contract.rows += [row_of(SIMULATED, number, wave="2026-W20") for number in range(10)]
    contract.troubles.append(Trouble(503))
    options = ["--api", contract.url, "--survey", SURVEY, "--out", str(out)]
    assert main(["fetch", *options]) == 0
    told = capsys.readouterr()
    assert "140 answers of 130 customers with their codebook are in" in told.out
    assert "intervals come out too narrow" in told.out
    assert "--id respondent --weight weight --wave wave --segment segment --turnover turnover" in told.out
    assert "Waiting for 127.0.0.1" in told.err
    assert main(["fetch", *options]) == 2
    assert "holds files already" in capsys.readouterr().err
