"""Whoever writes, a desk, a job or the command line, phones hear of it as of any phone's edit."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from field_api.customers import jobs
from field_api.geo import Found, Geocoder, Position
from field_api.store import worker
from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Phone

FIRM = {"kind": "firm", "first_touch_source": "shop"}
DESK: list[tuple[str, Any]] = [
    ("roles", {"role": "client"}),
    ("facts", {"value": "regular"}),
    ("contact-points", {"kind": "email", "value": "a@b.example"}),
    ("places", {"town": "Bourg"}),
    ("retire", None),
    ("restore", None),
]


HERE = Geocoder("ban", 0.0, lambda address: Found(Position(46.2, 5.2), 20.0))


def _heard(phone: Phone) -> list[str]:
    """The documents that one pull brought; afterwards the phone is whole."""
    told = [one["id"] for one in phone.pull_page(limit=100).get_json()["documents"]]
    phone.pull()
    assert phone.is_whole()
    return told


def test_everything_that_a_desk_does_to_a_customer_is_heard_of(company: Company, alices: Phone) -> None:
    customer = company.create(company.north)
    assert _heard(alices) == [customer["id"]]
    for path, body in DESK:
        company.post(f"/customers/{customer['id']}/{path}", body)
        assert _heard(alices) == [customer["id"]], path
    company.change(customer["id"], name="Dupont")
    assert _heard(alices) == [customer["id"]]


def test_what_a_job_finds_out_is_heard_of(company: Company, alices: Phone, app: Flask) -> None:
    located = replace(app.config["SETTINGS"], geocoder="ban")
    before, app.config["SETTINGS"] = app.config["SETTINGS"], located
    customer = company.create(company.north, places=[{"street": "1 rue Neuve", "town": "Bourg"}])
    app.config["SETTINGS"] = before
    alices.pull()
    assert worker.run_one({jobs.KIND: jobs.geocoding(located, HERE)})
    assert _heard(alices) == [customer["id"]]
    assert alices.docs[customer["id"]]["places"][0]["position"]["lat"] == 46.2


@pytest.mark.parametrize("collection", ["shops", "territories"])
def test_what_an_admin_does_to_reference_data_is_heard_of(company: Company, alices: Phone, collection: str) -> None:
    shop = {"name": "Bourg", "territory_id": company.north.id, "town": "Bourg", "lat": 46.2, "lon": 5.2}
    alices.collection = collection
    alices.pull()
    made = company.post(f"/{collection}", shop if collection == "shops" else {"name": "Far away"})
    path = f"/v1/{collection}/{made['id']}"
    tag = company.client.get(path, headers=company.admin).headers["ETag"]
    answer = company.client.patch(path, json={"name": "Renamed"}, headers=company.admin | {"If-Match": tag})
    assert answer.status_code == 200, answer.text
    heard = [one["name"] for one in alices.pull_page(limit=100).get_json()["documents"]]
    assert heard == (["Renamed"] if collection == "shops" else [])
