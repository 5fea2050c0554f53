"""Every route of the URL map as calls that can be made: its path with ids filled in, and a body its schema accepts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from field_api import clock
from field_api.store.columns import new_id
from field_api.web.identity import Policy
from tests.field_api.sector import Headers

READS = frozenset({"GET", "HEAD"})

# Texts of which one satisfies each pattern that the schemas use.
TEXTS = ("Example", "fr", "EUR", "09:00", "example@example.org", "2026-03-01", "+33612345678", "x" * 12)
PARAMETER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


@dataclass(frozen=True)
class Call:
    """One method of one route; `ids` are the names of its path parameters that are ids."""

    method: str
    rule: str
    endpoint: str
    ids: tuple[str, ...]
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"

    def send(self, client: FlaskClient, headers: Headers | None, ids: Mapping[str, str]) -> TestResponse:
        """Make the call; an id that is not given is a random one."""
        path = PARAMETER.sub(lambda found: ids.get(found[2]) or self._value(found[1], found[2]), self.rule)
        told = dict(headers or {})
        body: dict[str, Any] = {}
        if self.method not in READS:
            told |= {"If-Match": "*", "Idempotency-Key": new_id()}
            body = {"json": self.body}
        answer = client.open(path, method=self.method, headers=told, **body)
        if answer.mimetype == "text/event-stream":
            answer.close()
        return answer

    @staticmethod
    def _value(converter: str | None, name: str) -> str:
        if converter == "id":
            return new_id()
        return f"{clock.today().replace(day=1) - timedelta(days=1):%Y-%m}" if name == "month" else "customers"


def calls(app: Flask) -> Iterator[Call]:
    """Every method of every route."""
    document = app.test_client().get("/openapi.json").get_json()
    for rule in app.url_map.iter_rules():
        ids = tuple(name for converter, name in PARAMETER.findall(rule.rule) if converter == "id")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Call(method, rule.rule, rule.endpoint, ids, _body(document, rule, method))


def policy(app: Flask, call: Call) -> Policy | None:
    """What the route declares."""
    return getattr(app.view_functions[call.endpoint], "policy", None)


def _body(document: dict[str, Any], rule: Rule, method: str) -> Any:
    operation = document["paths"].get(PARAMETER.sub(r"{\2}", rule.rule), {}).get(method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return _example(document, content["schema"]) if content else {}


def _example(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A value of the schema, with the required members alone."""
    if "$ref" in schema:
        return _example(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        required = schema.get("required", [])
        return {name: _example(document, schema["properties"][name]) for name in required}
    if kind == "array":
        return [_example(document, schema["items"])] * schema.get("minItems", 0)
    if kind == "string":
        return _text(schema)
    return {"boolean": True, "integer": schema.get("minimum", 1), "number": schema.get("minimum", 1)}[kind]


def _text(schema: dict[str, Any]) -> str:
    formats = {"uuid": new_id(), "date-time": "2026-03-01T10:00:00Z", "date": "2026-03-01"}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    fits = (text for text in TEXTS if schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 1000))
    return next((text for text in fits if re.search(schema.get("pattern", ""), text)), TEXTS[0])
