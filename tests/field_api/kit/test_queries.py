"""Parameters of queries: each stands there once, on every route that reads any."""

from collections.abc import Iterator

import pytest
from flask import Flask
from marshmallow import Schema, fields
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from field_api.errors import Invalid
from field_api.store.columns import new_id
from field_api.web.openapi import StrictParser
from tests.field_api.sector import Sector


class Asked(Schema):
    town = fields.String()
    kinds = fields.List(fields.String())


def asking(query: str) -> Request:
    return Request(EnvironBuilder(query_string=query).get_environ())


def queries(app: Flask) -> Iterator[tuple[str, str]]:
    """Every address that reads a query, with the name of each parameter."""
    document = app.test_client().get("/openapi.json").get_json()
    for path, methods in document["paths"].items():
        shared = methods.get("parameters", [])
        for told in (*shared, *methods.get("get", {}).get("parameters", [])):
            if told["in"] == "query":
                yield path, told["name"]


def test_a_parameter_that_stands_there_twice_is_refused_by_its_name_on_every_route(app: Flask, sector: Sector) -> None:
    found = list(queries(app))
    assert len(found) > 50
    for path, name in found:
        filled = "/".join(new_id() if part.startswith("{") else part for part in path.split("/"))
        answer = sector.client.get(f"{filled}?{name}=1&{name}=1", headers=sector.admin)
        if answer.status_code != 403:
            told = answer.get_json()
            assert (answer.status_code, told["detail"]) == (422, "A parameter is given twice."), (path, name, told)
            assert [one["parameter"] for one in told["errors"]] == [name]


def test_a_list_may_stand_there_as_often_as_it_has_members() -> None:
    parser = StrictParser()
    found = parser.load_querystring(asking("kinds=a&kinds=b&town=Lyon"), Asked())
    assert (found["kinds"], found["town"]) == (["a", "b"], "Lyon")
    with pytest.raises(Invalid):
        parser.load_querystring(asking("town=Lyon&kinds=a&town=Nice"), Asked())
