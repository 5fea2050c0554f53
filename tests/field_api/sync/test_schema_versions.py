"""A phone with an older schema gets documents as that schema has them, and never touches what it does not know."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from field_api.app import COLLECTIONS
from field_api.customers.sync import COLLECTION
from field_api.sync.collections import register
from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Phone

NEW, OLD, GONE = 3, 2, 1


@pytest.fixture
def evolved(app: Flask) -> Iterator[None]:
    """Customers at schema 3; schema 2, still served, knew neither job titles nor places."""
    register(app, (replace(COLLECTION, version=NEW, older={OLD: frozenset({"job_title", "places"})}),))
    yield
    register(app, COLLECTIONS)


def test_an_older_phone_sees_what_it_knows_and_its_edits_leave_the_rest(
    evolved: None, company: Company, alices: Phone
) -> None:
    customer = company.create(company.north, job_title="Chef", places=[{"town": "Bourg"}])
    (document,) = alices.pull_page(schema=OLD).get_json()["documents"]
    assert not {"job_title", "places"} & document.keys()
    rows = [{"newDocumentState": {**document, "name": "Edited"}, "assumedMasterState": document}]
    path = f"/v1/sync/customers/push?schema={OLD}"
    assert alices.client.post(path, json=rows, headers=alices.headers).get_json() == []
    assert (company.read(customer["id"])["name"], company.read(customer["id"])["job_title"]) == ("Edited", "Chef")
    answers = [
        alices.client.get(f"/v1/sync/customers/digest?schema={schema}", headers=alices.headers).get_json()
        for schema in (OLD, NEW)
    ]
    assert answers[0]["hash"] != answers[1]["hash"]


def test_a_phone_that_was_updated_is_sent_everything_in_the_new_schema(
    evolved: None, company: Company, alices: Phone
) -> None:
    company.create(company.north, job_title="Chef")
    checkpoint = alices.pull_page(schema=OLD).get_json()["checkpoint"]["position"]
    assert alices.pull_page(schema=OLD, checkpoint=checkpoint).get_json()["documents"] == []
    (document,) = alices.pull_page(schema=NEW, checkpoint=checkpoint).get_json()["documents"]
    assert document["job_title"] == "Chef"


def test_a_schema_that_is_no_longer_served_asks_for_an_update_of_the_app(
    evolved: None, company: Company, alices: Phone
) -> None:
    path = f"/v1/sync/customers/push?schema={GONE}"
    for answer in (
        alices.pull_page(schema=GONE),
        alices.client.post(path, json=[], headers=alices.headers),
        alices.client.get(f"/v1/sync/customers/digest?schema={GONE}", headers=alices.headers),
    ):
        assert (answer.status_code, answer.mimetype) == (426, "application/problem+json")
        assert "update the app" in answer.get_json()["detail"]
