"""Whatever is sent to the feed that makes no sense earns a problem document and leaves the database as it was."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from field_api.store.base import Base
from field_api.store.columns import new_id
from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Phone

# What the feed itself keeps of a phone that asks and of an edit that is refused.
OF_THE_FEED = {"sync_refusals", "sync_grants", "sync_followers"}


def _everything(company: Company) -> dict[str, list[str]]:
    """Every row of every table."""
    tables = Base.metadata.sorted_tables
    found = {table.name: sorted(map(repr, company.session.execute(select(table)))) for table in tables}
    company.session.rollback()
    return found


@pytest.fixture
def unchanged(company: Company, alices: Phone) -> Iterator[None]:
    """A customer of either territory stands, both reps have pulled, and at the end the database is as it was."""
    company.create(company.north), company.create(company.south)
    alices.pull(), company.phone(company.bob).pull()
    before = _everything(company)
    yield
    assert _everything(company) == before


def _problem(answer: TestResponse, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def _forged(position: str, how: str) -> str:
    schema, epoch, lanes, mark = position.split(".")
    return {
        "seq": f"{schema}.{epoch}.{lanes[:-1]}9.{mark}",
        "mark": f"{schema}.{epoch}.{lanes}.{'0' * 16}",
        "shape": position.replace(".", "!"),
        "emptied": "",
        "endless": "9" * 7001,
    }[how]


@pytest.mark.parametrize("how", ["seq", "mark", "shape", "emptied", "endless"])
def test_a_forged_checkpoint_is_refused(unchanged: None, alices: Phone, how: str) -> None:
    assert alices.checkpoint
    problem = _problem(alices.pull_page(checkpoint=_forged(alices.checkpoint["position"], how)), 422)
    assert problem["errors"][0]["parameter"] == "checkpoint"


def test_a_checkpoint_of_somebody_else_or_of_another_collection_is_refused(company: Company, alices: Phone) -> None:
    company.create(company.north)
    alices.pull()
    bobs = company.phone(company.bob)
    bobs.checkpoint = alices.checkpoint
    before = _everything(company)
    _problem(bobs.pull_page(), 422)
    alices.collection = "interactions"
    _problem(alices.pull_page(), 422)
    assert _everything(company) == before


def test_an_unknown_collection_is_not_found(unchanged: None, alices: Phone) -> None:
    alices.collection = "secrets"
    _problem(alices.pull_page(), 404)
    _problem(alices.send([{"newDocumentState": {"id": new_id()}}]), 404)
    _problem(alices.client.get("/v1/sync/secrets/digest", headers=alices.headers), 404)


def test_a_schema_from_the_future_is_refused(unchanged: None, alices: Phone) -> None:
    _problem(alices.pull_page(schema=99), 422)
    rows = [{"newDocumentState": {**next(iter(alices.docs.values())), "name": "From the future"}}]
    _problem(alices.client.post("/v1/sync/customers/push?schema=99", json=rows, headers=alices.headers), 422)
    _problem(alices.client.get("/v1/sync/customers/digest?schema=99", headers=alices.headers), 422)


@pytest.mark.parametrize("limit", ["0", "2001", "-1", "many"])
def test_a_page_size_out_of_bounds_is_refused_and_not_cut(alices: Phone, limit: str) -> None:
    """A page that is shorter than RxDB asked for would be taken for the last one."""
    _problem(alices.pull_page(limit=limit), 422)


@pytest.mark.parametrize(
    "body",
    [
        {"newDocumentState": {"id": new_id()}},
        [[]],
        [{}],
        [{"newDocumentState": {}}],
        [{"newDocumentState": {"id": 7}}],
        [{"newDocumentState": {"id": "abc"}}],
        [{"newDocumentState": {"id": new_id(), "_deleted": "yes"}}],
        [{"newDocumentState": {"id": new_id()}, "assumedMasterState": []}],
        [{"newDocumentState": {"id": new_id()}, "more": 1}],
    ],
)
def test_a_push_of_another_shape_is_refused_as_a_whole(unchanged: None, alices: Phone, body: Any) -> None:
    _problem(alices.send(body), 422)


def test_a_body_of_ten_thousand_rows_is_refused_as_a_whole(unchanged: None, alices: Phone) -> None:
    made = alices.docs[alices.make()]
    rows = [{"newDocumentState": {**made, "id": new_id()}} for _ in range(10_000)]
    _problem(alices.send(rows), 413)
    assert "501" in _problem(alices.send(rows[:501]), 422)["errors"][0]["detail"]
    bare = [{"newDocumentState": {"id": new_id()}} for _ in range(10_000)]
    assert "10000" in _problem(alices.send(bare), 422)["errors"][0]["detail"]


def test_a_document_of_anothers_territory_is_refused_and_the_reason_is_kept(company: Company, alices: Phone) -> None:
    foreign = company.create(company.south, "Foreign")
    alices.pull()
    before = _everything(company)
    grabbed = {**alices.docs[alices.make("Grabbed")], "id": foreign["id"]}
    put_there = {**alices.docs[alices.make("Put there")], "territory_id": company.south.id}
    edited = {**grabbed, "name": "Edited", "territory_id": company.south.id}
    rows = [{"newDocumentState": grabbed}, {"newDocumentState": put_there}]
    for pushed in (rows, [{"newDocumentState": edited, "assumedMasterState": {**edited, "name": "Foreign"}}]):
        answer = alices.send(pushed).get_json()
        assert answer == [{"id": row["newDocumentState"]["id"], "_deleted": True} for row in pushed]
    assert [one["problem"]["status"] for one in company.refusals(alices)] == [409, 404, 404]
    after = _everything(company)
    assert {name for name in after if after[name] != before[name]} <= OF_THE_FEED


@pytest.mark.parametrize(
    "changes",
    [
        {"name": 7},
        {"name": ["a"]},
        {"name": "x" * 500},
        {"territory_id": "nowhere"},
        {"role": "king"},
        {"contact_points": "none"},
        {"contact_points": [7]},
        {"contact_points": [{"id": "abc", "kind": "phone", "value": "06 39 98 12 34"}]},
        {"contact_points": [{"id": new_id(), "kind": "phone", "value": "hello"}]},
        {"places": {"town": "Bourg"}},
        {"places": [{"town": "Bourg", "id": {"a": 1}}]},
        {"places": [{"id": new_id(), "town": "Bourg", "position": [1, 2]}]},
        {"kind": "firm"},
    ],
)
def test_an_edit_of_another_shape_is_refused_with_what_stands(
    company: Company, alices: Phone, changes: dict[str, Any]
) -> None:
    doc_id = company.create(company.north)["id"]
    alices.pull()
    standing, before = copy.deepcopy(alices.docs[doc_id]), company.read(doc_id)
    alices.edit(doc_id, **changes)
    assert alices.push() == [standing]
    assert company.read(doc_id) == before
    assert len(company.refusals(alices)) == 1


def test_a_stranger_and_a_researcher_follow_nothing(company: Company, alices: Phone) -> None:
    alices.headers = {"Authorization": "Bearer nonsense"}
    _problem(alices.pull_page(), 401)
    _problem(alices.client.get("/v1/sync/stream"), 401)


def test_a_token_in_the_address_opens_no_stream(alices: Phone) -> None:
    token = alices.headers["Authorization"].removeprefix("Bearer ")
    for name in ("access_token", "token", "Authorization"):
        _problem(alices.client.get("/v1/sync/stream", query_string={name: token}), 401)
