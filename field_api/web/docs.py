"""The OpenAPI document, the docs page (its assets served by us) and the page that explains each kind of problem."""

from html import escape
from typing import Any

import flask_smorest
import orjson
from apispec import BasePlugin
from flask import Flask, Response, redirect
from flask_swagger_ui import get_swaggerui_blueprint
from marshmallow import Schema, fields
from werkzeug.routing import BaseConverter

from field_api.web.identity import open_to_all
from field_api.web.openapi import Blueprint
from field_api.web.problems import KINDS

DESCRIPTION = """The field API of Furet, a field CRM that knows why customers stay.

Sign in at `POST /v1/login`, or use a personal token, and send it as `Authorization: Bearer`. Lists are pages:
follow the `Link` header. Reads carry an `ETag`; updates want it back as `If-Match`. Every unsafe request may carry an
`Idempotency-Key`. Errors are problem documents (RFC 9457); `errors` points at each fault."""


PROBLEM = {"$ref": "#/components/responses/Problem"}


class FaultSchema(Schema):
    """One thing wrong: a JSON pointer into the body, or the name of a parameter."""

    pointer = fields.String()
    parameter = fields.String()
    detail = fields.String(required=True)


class Problem(Schema):
    """An error as RFC 9457 describes it."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultSchema))


class IdConverter(BaseConverter):
    """A UUID in a path, given to the route as canonical lower-case text."""

    regex = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

    def to_python(self, value: str) -> str:
        """Lower case, which is what the database keeps."""
        return value.lower()


class Api(flask_smorest.Api):
    """flask-smorest's document without its error answers: ours are made by `web/problems.py` alone."""

    ERROR_SCHEMA = Problem
    # Every status that can come is named; a catch-all would hide those that were forgotten.
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to `web/problems.py`."""


# Answered by the HTTP server itself, before there is a request to speak of.
TOO_LONG = {"414": {"description": "The address is longer than 8,190 bytes."}}


class ProblemPlugin(BasePlugin):
    """Adds to each operation the headers it reads and the problems it can answer with, as its declarations imply."""

    def operation_helper(self, path: str | None = None, operations: Any = None, **_rest: Any) -> None:
        """Called by apispec for each path."""
        for method, operation in (operations or {}).items():
            _add_headers(method, operation)
            # What the route documents itself, such as an OAuth 2 error, stays; flask-smorest's own guesses are names.
            told = operation.setdefault("responses", {}).items()
            documented = {str(status): answer for status, answer in told if not isinstance(answer, str)}
            problems = {str(status): PROBLEM for status in _problem_statuses(path or "", method, operation)}
            operation["responses"] = problems | TOO_LONG | documented
            operation.pop("x-versioned", None), operation.pop("x-key-required", None)


def _add_headers(method: str, operation: dict[str, Any]) -> None:
    parameters = operation.setdefault("parameters", [])
    if operation.get("x-versioned"):
        parameters.append(_header("If-Match", "The ETag that was read.", True))
    if "x-key-required" in operation:
        told = "One for each intention; repeat it when you retry."
        parameters.append(_header("Idempotency-Key", told, bool(operation.get("x-key-required"))))


def _header(name: str, description: str, required: bool) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
    return {"in": "header", "name": name, "required": required, "description": description, "schema": schema}


def _problem_statuses(path: str, method: str, operation: dict[str, Any]) -> set[int]:
    statuses = {429, 503}
    if operation.get("security"):
        # 404 also without an id in the path: a body or a query may name what is not in the caller's sight.
        statuses |= {401, 403, 404}
    if "{" in path:
        statuses |= {404}
    if method != "get":
        statuses |= {409, 422}
    if "requestBody" in operation:
        statuses |= {400, 413, 415}
    if operation.get("parameters"):
        statuses |= {422}
    if operation.get("x-versioned"):
        statuses |= {412, 428}
    return statuses


def make_api(app: Flask, version: str) -> Api:
    """The document of this application; features register their blueprints on it."""
    app.url_map.converters["id"] = IdConverter
    app.config |= {"API_TITLE": "Furet", "API_VERSION": version, "OPENAPI_VERSION": "3.1.0"}
    api = Api(spec_kwargs={"info": {"description": DESCRIPTION}, "extra_plugins": [ProblemPlugin()]})
    api.init_app(app)
    api.register_converter(IdConverter, lambda _converter: {"type": "string", "format": "uuid"})
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    api.spec.components.response("Problem", {"description": "A problem document", "content": content})
    return api


def install(app: Flask, api: Api, blueprints: tuple[Blueprint, ...]) -> None:
    """Register the features' routes, then the pages that show them."""
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    document = orjson.dumps(api.spec.to_dict())
    app.add_url_rule("/openapi.json", "openapi", open_to_all(lambda: Response(document, mimetype="application/json")))
    page = Response(_problem_page(), mimetype="text/html").get_data()
    app.add_url_rule("/problems", "problems", open_to_all(lambda: Response(page, mimetype="text/html")))
    # Swagger UI asks a public validator about the document unless it is told not to.
    told = {
        "app_name": "Furet API",
        "layout": "BaseLayout",
        "validatorUrl": None,
        "docExpansion": "none",
        "persistAuthorization": True,
    }
    app.add_url_rule("/", "start", open_to_all(lambda: redirect("/docs/")))
    app.register_blueprint(get_swaggerui_blueprint("/docs", "/openapi.json", config=told))
    open_to_all(app.view_functions["swagger_ui.show"])


def _problem_page() -> str:
    rows = "".join(
        f'<dt id="{kind}"><code>{kind}</code> ({status}) {escape(title)}</dt><dd>{escape(error.__doc__ or "")}</dd>'
        for error, (status, kind, title) in KINDS.items()
    )
    style = "<style>body{font:1rem/1.5 system-ui;max-width:44rem;margin:2rem auto}dt{margin-top:1rem}</style>"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Problems</title>{style}'
    return f'<!doctype html><html lang="en">{head}<h1>Problems the API answers with</h1><dl>{rows}</dl></html>'
