"""Every route with every identity, on rows of one's own, of the neighbours, and on rows that do not exist.

The routes are those of the URL map, so a route added later is walked too: without a policy it fails here, and so does
one that answers the wrong role or tells a foreign row from one that does not exist.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from field_api.access.scopes import ALL_SCOPES
from field_api.reps.models import User
from field_api.store.base import db
from field_api.web.identity import ALL_ROLES
from tests.conftest import empty
from tests.field_api.people import as_user, bearer
from tests.field_api.route_calls import READS, Call, calls, policy
from tests.field_api.route_world import KNOWN_TO_ALL_STAFF, World, make_world

# A route open to everybody is a decision, and stands here.
OPEN = {
    "/", "/.well-known/oauth-authorization-server", "/docs/", "/docs/<path:path>", "/healthz", "/metrics",
    "/oauth/revoke", "/oauth/token", "/openapi.json", "/problems", "/readyz", "/v1/login",
    # The agenda of whoever has its secret address.
    "/calendars/<string:secret>.ics",
    # Calendar apps are led from here to /dav/, before they say who they are.
    "/.well-known/caldav", "/principals/",
    # The card of whoever has its link, and the form on which people become members.
    "/card/<token>/", "/card/<token>/manifest.webmanifest", "/card/<token>/worker.js",
    "/card/<token>/icon-<int:side>.png", "/card/<token>/pass.pkpass",
    "/card/<token>/google-wallet", "/card/<token>/statements/<month>",
    "/card/<token>/installed", "/card/<token>/leave", "/card/<token>/gifts/<id:gift_id>",
    "/card/wishes/<id:member_id>/<id:gift_id>/<int:points>/<int:until_s>/<token>",
    "/card-assets/<version>/<name>", "/card-assets/logo.png",
    "/page-assets/<version>/<name>",
    "/join/<id:form_id>", "/join/confirm/<token>",
    # The survey of whoever was sent its link.
    "/survey/<token>/", "/survey/<token>/<int:number>", "/survey/<token>/words", "/survey/<token>/stop",
    "/survey-assets/<version>/<name>",
}  # fmt: skip

# What a researcher may call: nothing about a customer or a colleague.
OF_RESEARCHERS = {
    "/v1/me", "/v1/me/password", "/v1/devices", "/v1/devices/<id:device_id>", "/v1/tokens", "/v1/tokens/<id:token_id>",
    "/v1/company",
    # What is asked, and answers under pseudonyms.
    "/v1/surveys", "/v1/surveys/<id:survey_id>", "/v1/surveys/<id:survey_id>/codebook",
    "/v1/surveys/<id:survey_id>/answers",
    # What was found out; scores are sent under pseudonyms, and come back to nobody.
    "/v1/insights", "/v1/insights/<id:insight_id>", "/v1/insights/<id:insight_id>/scores",
    "/v1/insights/<id:insight_id>/submit", "/v1/insights/<id:insight_id>/figures",
}  # fmt: skip

# Says what is missing, for tests have no certificate of Apple's.
WANTS_A_CERTIFICATE = "/v1/members/<id:member_id>/card/pass"

ANY_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# What may be answered before the row is looked for, when the matrix does not know a good body or query.
BEFORE_THE_ROW = {409, 422}


@pytest.fixture(scope="module")
def app(service: Flask) -> Iterator[Flask]:
    """The service, with one world for all tests of this file: what they send reads, or is refused."""
    yield service
    with service.app_context():
        db.session.remove()
        empty(db.engine)


@pytest.fixture(scope="module")
def world(app: Flask) -> World:
    return make_world(app)


def guarded(app: Flask) -> list[Call]:
    """The routes of the JSON API; those of calendars are walked by tests/field_api/dav/test_identity.py."""
    return [
        call for call in calls(app) if not (found := policy(app, call)) or not (found.open or found.scheme == "basic")
    ]


def allowed(app: Flask, call: Call) -> tuple[str, ...]:
    found = policy(app, call)
    return found.roles if found else ()


def routes_without_policy(app: Flask) -> list[str]:
    return [str(call) for call in calls(app) if policy(app, call) is None]


def test_every_route_declares_who_may_call_it(service: Flask) -> None:
    assert routes_without_policy(service) == []
    opened = {call.rule for call in calls(service) if (found := policy(service, call)) and found.open}
    assert opened - OPEN == set()


def test_a_route_without_policy_is_found() -> None:
    app = Flask("one forgotten route")
    app.add_url_rule("/openapi.json", "openapi", lambda: {"paths": {}})
    assert routes_without_policy(app) == ["GET /static/<path:filename>", "GET /openapi.json"]


def test_every_scope_asked_for_can_be_granted(service: Flask) -> None:
    asked = {found.scope for call in calls(service) if (found := policy(service, call)) and found.scope}
    assert asked - set(ALL_SCOPES) == set()


def test_a_researcher_reaches_nothing_about_persons_but_their_own_sign_in(service: Flask) -> None:
    reached = {call.rule for call in guarded(service) if "researcher" in allowed(service, call)}
    assert reached - OF_RESEARCHERS == set()


def test_nobody_gets_in_without_a_known_token(app: Flask, world: World) -> None:
    wrong = []
    for call in guarded(app):
        for headers in (None, bearer("unknown"), {"Authorization": "Basic dXNlcjpwYXNz"}):
            status = call.send(world.client, headers, world.ours.ids).status_code
            if status != 401:
                wrong.append((str(call), headers, status))
    assert wrong == []


def test_every_other_role_is_refused_whatever_the_row(app: Flask, world: World) -> None:
    wrong = []
    for call in guarded(app):
        for role in set(ALL_ROLES) - set(allowed(app, call)):
            for ids in ({}, world.ours.ids, world.theirs.ids):
                status = call.send(world.client, world.ours.identities[role], ids).status_code
                if status != 403:
                    wrong.append((str(call), role, status))
    assert wrong == []


def test_a_token_without_the_scope_is_refused(app: Flask, world: World) -> None:
    with app.app_context():
        # No route of the JSON API asks for the scope of calendars.
        narrow = {user.role: as_user(db.session, user, "dav") for user in db.session.query(User)}
    wrong = []
    for call in guarded(app):
        found = policy(app, call)
        for role in set(allowed(app, call)) & set(narrow):
            status = call.send(world.client, narrow[role], world.ours.ids).status_code
            if status != 403 and not (found and found.scope == "me:read"):
                wrong.append((str(call), role, status))
    assert wrong == []


def test_a_row_that_does_not_exist_is_not_found(app: Flask, world: World) -> None:
    wrong = []
    for call, role in with_ids(app):
        answer = call.send(world.client, world.ours.identities[role], {})
        if not hides(call, answer):
            wrong.append((str(call), role, answer.status_code))
    assert wrong == []


def test_a_foreign_row_is_answered_as_one_that_does_not_exist(app: Flask, world: World) -> None:
    wrong = []
    for call, role in with_ids(app):
        if role == "admin" or KNOWN_TO_ALL_STAFF.intersection(call.ids):
            continue
        headers = world.ours.identities[role]
        missing, foreign = (call.send(world.client, headers, ids) for ids in ({}, world.theirs.ids))
        if not hides(call, foreign) or told(foreign) != told(missing):
            wrong.append((str(call), role, foreign.status_code, missing.status_code))
    assert wrong == []


def test_a_part_of_ones_own_customer_is_not_reached_through_a_foreign_one(app: Flask, world: World) -> None:
    wrong = []
    for call, role in with_ids(app):
        if len(call.ids) < 2 or role == "admin":
            continue
        mixed = {**world.ours.ids, call.ids[-1]: world.theirs.ids.get(call.ids[-1], "")}
        status = call.send(world.client, world.ours.identities[role], mixed).status_code
        if status != 404:
            wrong.append((str(call), role, status))
    assert wrong == []


def test_own_rows_are_read_and_an_admin_reads_everybodys(app: Flask, world: World) -> None:
    wrong = []
    for call, role in with_ids(app):
        if call.method not in READS or not set(call.ids) <= set(world.ours.ids):
            continue
        if role not in {"rep", "admin"}:
            continue
        side = world.theirs if role == "admin" else world.ours
        status = call.send(world.client, world.ours.identities[role], side.ids).status_code
        if status not in {200, 204} and (status, call.rule) != (409, WANTS_A_CERTIFICATE):
            wrong.append((str(call), role, status))
    assert wrong == []


def test_no_list_shows_a_foreign_row(app: Flask, world: World) -> None:
    hidden = {name: own for name, own in world.theirs.ids.items() if name not in KNOWN_TO_ALL_STAFF | {"territory_id"}}
    wrong = []
    for call in guarded(app):
        if call.method not in READS or call.ids:
            continue
        for role in set(allowed(app, call)) - {"admin"}:
            answer = call.send(world.client, world.ours.identities[role], {})
            if answer.mimetype == "application/json":
                wrong += [(str(call), role, name) for name, own in hidden.items() if own in answer.text]
    assert wrong == []


def told(answer: TestResponse) -> tuple[int, str]:
    """What an answer says, whichever ids it names."""
    return answer.status_code, ANY_ID.sub("(id)", answer.text)


def with_ids(app: Flask) -> Iterator[tuple[Call, str]]:
    """Every call that names rows, with each role that may make it."""
    for call in guarded(app):
        if call.ids:
            for role in allowed(app, call):
                yield call, role


def hides(call: Call, answer: TestResponse) -> bool:
    """Whether an answer says that there is no such row, or asks for something else first."""
    return answer.status_code == 404 or (call.method not in READS and answer.status_code in BEFORE_THE_ROW)
