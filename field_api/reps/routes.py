"""Routes of territories and assignments."""

from typing import Any

from flask import Response

from field_api.reps import assignments, territories
from field_api.reps.models import Territory
from field_api.reps.schemas import (
    AssignmentPageArguments,
    AssignmentPageSchema,
    AssignmentSchema,
    EndSchema,
    NewAssignmentSchema,
    NewTerritorySchema,
    TerritoryChangesSchema,
    TerritoryPageArguments,
    TerritoryPageSchema,
    TerritorySchema,
)
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import STAFF, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply, read_cursor
from field_api.web.replies import json_reply

blp = Blueprint("reps", __name__, url_prefix="/v1", description="Territories, and who looks after them")


@blp.get("/territories")
@blp.allow(*STAFF, scope="people:read")
@blp.arguments(TerritoryPageArguments, location="query")
@blp.response(200, TerritoryPageSchema)
def list_territories(page: dict[str, Any]) -> Response:
    """The territories in sight, parents before children."""
    after = read_cursor(page["cursor"], str)
    rows, following = territories.list_territories(db.session, current(), page["limit"], after[0] if after else None)
    return page_reply(rows, page["limit"], following)


@blp.post("/territories")
@blp.allow("admin", scope="people:write")
@blp.arguments(NewTerritorySchema)
@blp.response(201, TerritorySchema)
@blp.writes()
def create_territory(data: dict[str, Any]) -> Response:
    """Add a territory to the tree."""
    made = territories.create_territory(db.session, current(), data)
    return _territory_reply(made, 201, {"Location": f"/v1/territories/{made.id}"})


@blp.get("/territories/<id:territory_id>")
@blp.allow(*STAFF, scope="people:read")
@blp.response(200, TerritorySchema)
def read_territory(territory_id: str) -> Response:
    """One territory in sight."""
    return _territory_reply(territories.require_territory(db.session, current(), territory_id))


@blp.patch("/territories/<id:territory_id>")
@blp.allow("admin", scope="people:write")
@blp.response(200, TerritorySchema)
@blp.merge_patch(TerritoryChangesSchema)
@blp.writes(versioned=True)
def change_territory(patch: dict[str, Any], territory_id: str) -> Response:
    """Rename a territory, or move it with all that lies below."""
    territory = territories.hold_territory(db.session, current(), territory_id)
    check_version(territory.id, territory.version)
    held = {"name": territory.name, "parent_id": territory.parent_id}
    changed = load(TerritoryChangesSchema, merge(held, patch))
    return _territory_reply(territories.change_territory(db.session, current(), territory, changed))


@blp.get("/assignments")
@blp.allow(*STAFF, scope="people:read")
@blp.arguments(AssignmentPageArguments, location="query")
@blp.response(200, AssignmentPageSchema)
def list_assignments(asked: dict[str, Any]) -> Response:
    """Who looks after which territory: a rep's own, a manager's subtrees, or all."""
    after = read_cursor(asked["cursor"], str)
    rows, following = assignments.list_assignments(db.session, current(), asked, after[0] if after else None)
    return page_reply(rows, asked["limit"], following)


@blp.post("/assignments")
@blp.allow("admin", scope="people:write")
@blp.arguments(NewAssignmentSchema)
@blp.response(201, AssignmentSchema)
@blp.writes()
def assign(data: dict[str, Any]) -> Response:
    """Let a rep or a manager look after a territory."""
    made = assignments.assign(db.session, current(), data)
    place = {"Location": f"/v1/assignments/{made.id}"}
    return json_reply(assignments.assignment_document(made), 201, headers=place)


@blp.get("/assignments/<id:assignment_id>")
@blp.allow(*STAFF, scope="people:read")
@blp.response(200, AssignmentSchema)
def read_assignment(assignment_id: str) -> Response:
    """One assignment in sight."""
    found = assignments.require_assignment(db.session, current(), assignment_id)
    return json_reply(assignments.assignment_document(found))


@blp.post("/assignments/<id:assignment_id>/end")
@blp.allow("admin", scope="people:write")
@blp.arguments(EndSchema)
@blp.response(200, AssignmentSchema)
@blp.writes()
def end_assignment(data: dict[str, Any], assignment_id: str) -> Response:
    """End an assignment; what was theirs is out of their sight from the next request on."""
    ended = assignments.end_assignment(db.session, current(), assignment_id, data["ends_at"])
    return json_reply(assignments.assignment_document(ended))


def _territory_reply(territory: Territory, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    tag = version_tag(territory.id, territory.version)
    return json_reply(territories.territory_document(territory), status, etag=tag, headers=headers)
