"""Routes declare their policy, arguments and answers once; here that is made to work and to show in the document."""

from collections.abc import Callable
from copy import copy
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Never, TypeVar

import flask_smorest
from flask import Request, Response, request
from marshmallow import RAISE, Schema, ValidationError, missing
from webargs.flaskparser import FlaskParser

from field_api.errors import Fault, Invalid
from field_api.web import writes
from field_api.web.bodies import MERGE_PATCH_TYPES, read_json
from field_api.web.identity import Role, declare, open_to_all

View = TypeVar("View", bound=Callable[..., Any])

MERGE_PATCH = "application/merge-patch+json"


class StrictParser(FlaskParser):
    """Reads arguments by our strict JSON and refuses every name that was not asked for, in queries too."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(("json", "form", "query"), RAISE)

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body by our own strict reader; see `web/bodies.py` for what it raises."""
        return read_json(req)

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """The query. Raises Invalid for a parameter that stands in it twice: readers differ in which of the two counts.

        One that is a list may stand in it often.
        """
        query = super().load_querystring(req, schema)
        once = (name for name, values in req.args.lists() if len(values) > 1 and name not in query.multiple_keys)
        if faults := [Fault(name, "It stands in the query more than once; send it once.", True) for name in once]:
            raise Invalid("A parameter is given twice.", *faults)
        return query

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **_status: Any) -> Never:
        """Turn marshmallow's nested messages into faults."""
        location, messages = next(iter(error.messages_dict.items()))
        raise invalid(messages, parameter=location != "json")


def load(schema: type[Schema], document: Any) -> Any:
    """Check a document by a schema outside the arguments of a route. Raises Invalid with a pointer for each fault."""
    try:
        return _strict(schema).load(document)
    except ValidationError as error:
        raise invalid(error.messages) from None


@cache
def _strict(schema: type[Schema]) -> Schema:
    """One instance for all: making one copies every field, which costs more than reading a document."""
    return schema(unknown=RAISE)


def invalid(messages: Any, *, parameter: bool = False) -> Invalid:
    """The domain error for marshmallow's nested messages: one fault each, with its JSON pointer or parameter name."""
    return Invalid("Some of what was sent is not right.", *_faults(messages, "", parameter))


def _faults(messages: Any, where: str, parameter: bool) -> list[Fault]:
    if isinstance(messages, dict):
        inner = ((_under(where, name, parameter), inner) for name, inner in messages.items())
        return [fault for place, messages_there in inner for fault in _faults(messages_there, place, parameter)]
    if isinstance(messages, list):
        return [fault for one in messages for fault in _faults(one, where, parameter)]
    return [Fault(where, str(messages), parameter)]


def _under(where: str, name: Any, parameter: bool) -> str:
    if name == "_schema":
        return where
    if parameter:
        return where or str(name)
    return f"{where}/{str(name).replace('~', '~0').replace('/', '~1')}"


class Blueprint(flask_smorest.Blueprint):
    """A group of routes; each declares its policy with `allow` or `open`.

    Decorators, from the top: the rule (`get`, `post`, ...), `allow`, `arguments`, `response`, `writes`. A view answers
    with a Response made by `web/replies.py`; `response` documents it and does not serialise.
    """

    ARGUMENTS_PARSER = StrictParser()

    if TYPE_CHECKING:
        # flask-smorest ships no types; these are those of the decorators that routes use.
        def get(self, rule: str) -> Callable[[View], View]: ...
        def post(self, rule: str) -> Callable[[View], View]: ...
        def put(self, rule: str) -> Callable[[View], View]: ...
        def patch(self, rule: str) -> Callable[[View], View]: ...
        def delete(self, rule: str) -> Callable[[View], View]: ...
        def response(
            self, status: int, schema: type[Schema] | Schema | None = None, **told: Any
        ) -> Callable[[View], View]: ...
        def alt_response(
            self, status: int, response: str | None = None, *, schema: type[Schema] | None = None, **told: Any
        ) -> Callable[[View], View]: ...
        def doc(self, **told: Any) -> Callable[[View], View]: ...

    def arguments(
        self, schema: type[Schema] | Schema, *, location: str = "json", **told: Any
    ) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """Give the view what `schema` reads from the body or the query, as its first argument.

        One instance serves every request: webargs would make one each time, which copies all its fields.
        """
        instance = schema() if isinstance(schema, type) else schema
        return super().arguments(instance, location=location, **told)

    def allow(self, *roles: Role, scope: str | None = None) -> Callable[[View], View]:
        """Declare who may call the route; `scope` is what a personal or service token must carry (None: none)."""

        def decorate(view: View) -> View:
            security = [{"bearer": [scope] if scope else []}]
            documented = self.doc(security=security, **{"x-roles": list(roles)})(view)
            return declare(documented, roles, scope)

        return decorate

    def open(self) -> Callable[[View], View]:
        """Declare that the route asks for no identity."""

        def decorate(view: View) -> View:
            return open_to_all(self.doc(security=[])(view))

        return decorate

    def writes(
        self, *, versioned: bool = False, key_required: bool = False, secret: bool = False
    ) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """Make the route one write transaction (see `web/writes.py`); `versioned` documents that it wants If-Match."""

        def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
            run = writes.writes(key_required=key_required, secret=secret)(view)
            return self.doc(**{"x-versioned": versioned, "x-key-required": key_required})(run)

        return decorate

    def merge_patch(self, schema: type[Schema]) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """Give the view the JSON Merge Patch as its first argument; `schema` is that of the patched document."""

        def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
            @wraps(view)
            def run(*args: Any, **kwargs: Any) -> Response:
                patch = read_json(request, MERGE_PATCH_TYPES)
                if not isinstance(patch, dict):
                    raise Invalid("A merge patch is an object.", Fault("", "Send an object of the fields to change."))
                return view(patch, *args, **kwargs)

            content = {MERGE_PATCH: {"schema": patch_schema(schema)}}
            return self.doc(requestBody={"required": True, "content": content})(run)

        return decorate


def patch_schema(schema: type[Schema]) -> type[Schema]:
    """The schema of a merge patch: every writable field, none of them required, null to remove."""
    writable = {name: field for name, field in schema._declared_fields.items() if not field.dump_only}
    loose = {name: _loosened(field) for name, field in writable.items()}
    return type(f"{schema.__name__}Patch", (Schema,), {"__doc__": "Fields to change; null removes.", **loose})


def _loosened(field: Any) -> Any:
    loose = copy(field)
    loose.required, loose.allow_none, loose.load_default = False, True, missing
    return loose
