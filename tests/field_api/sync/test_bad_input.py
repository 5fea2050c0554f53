"""Whatever is sent to the feed that makes no sense earns a problem document and leaves the database as it was."""

import copy
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from field_api.customers.models import customers
from field_api.store.columns import new_id
from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Phone


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
def test_a_forged_checkpoint_is_refused(company: Company, alices: Phone, how: str) -> None:
    company.create(company.north)
    alices.pull()
    assert alices.checkpoint
    problem = _problem(alices.pull_page(checkpoint=_forged(alices.checkpoint["position"], how)), 422)
    assert problem["errors"][0]["parameter"] == "checkpoint"


def test_a_checkpoint_of_somebody_else_or_of_another_collection_is_refused(company: Company, alices: Phone) -> None:
    company.create(company.north)
    alices.pull()
    bobs = company.phone(company.bob)
    bobs.checkpoint = alices.checkpoint
    _problem(bobs.pull_page(), 422)
    alices.collection = "interactions"
    _problem(alices.pull_page(), 422)


def test_an_unknown_collection_is_not_found(alices: Phone) -> None:
    alices.collection = "secrets"
    _problem(alices.pull_page(), 404)
    _problem(alices.send([{"newDocumentState": {"id": new_id()}}]), 404)
    _problem(alices.client.get("/v1/sync/secrets/digest", headers=alices.headers), 404)


def test_a_schema_from_the_future_is_refused(alices: Phone) -> None:
    _problem(alices.pull_page(schema=99), 422)
    answer = alices.client.post("/v1/sync/customers/push?schema=99", json=[], headers=alices.headers)
    _problem(answer, 422)


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
        [{"newDocumentState": {"id": new_id()}}] * 10_000,
    ],
)
def test_a_push_of_another_shape_is_refused_as_a_whole(company: Company, alices: Phone, body: Any) -> None:
    _problem(alices.send(body), 422)
    assert company.session.execute(select(customers.c.id)).all() == []


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
    alices.headers = {}
    _problem(alices.client.get("/v1/sync/stream"), 401)
