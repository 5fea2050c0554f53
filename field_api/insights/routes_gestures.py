"""Routes of gestures: the catalogue, the next thing worth doing, and what became of it."""

from typing import Any

from flask import Response

from field_api.insights import catalogue, outcomes, worth_doing
from field_api.insights.schemas_gestures import (
    GestureChangesSchema,
    GestureOutcomeSchema,
    GesturePageArguments,
    GesturePageSchema,
    GestureSchema,
    NewGestureOutcomeSchema,
    NewGestureSchema,
    NextGestureArguments,
    NextGesturePageSchema,
    NextGestureSchema,
)
from field_api.loyalty import outbox
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import STAFF, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

blp = Blueprint("gestures", __name__, url_prefix="/v1", description="Gestures, and for whom one is worth doing next.")

# What a phone's outbox calls what became of suggestions.
OUTCOMES = "next_gesture_outcomes"


@blp.get("/gestures")
@blp.allow(*STAFF, scope="insights:read")
@blp.arguments(GesturePageArguments, location="query")
@blp.response(200, GesturePageSchema)
def list_gestures(asked: dict[str, Any]) -> Response:
    """The gestures, the latest made first; drafts are shown to admins alone."""
    rows, after = catalogue.list_gestures(db.session, current(), asked)
    return page_reply(rows, asked["limit"], after)


@blp.post("/gestures")
@blp.allow("admin", scope="insights:write")
@blp.arguments(NewGestureSchema)
@blp.response(201, GestureSchema)
@blp.writes()
def create_gesture(data: dict[str, Any]) -> Response:
    """Add a gesture, as a draft or live at once."""
    made = catalogue.create_gesture(db.session, current(), data)
    return _reply(made, 201, {"Location": f"/v1/gestures/{made['id']}"})


@blp.get("/gestures/<id:gesture_id>")
@blp.allow(*STAFF, scope="insights:read")
@blp.response(200, GestureSchema)
def read_gesture(gesture_id: str) -> Response:
    """One gesture."""
    return _reply(catalogue.require_gesture(db.session, current(), gesture_id))


@blp.patch("/gestures/<id:gesture_id>")
@blp.allow("admin", scope="insights:write")
@blp.response(200, GestureSchema)
@blp.merge_patch(GestureChangesSchema)
@blp.writes(versioned=True)
def change_gesture(patch: dict[str, Any], gesture_id: str) -> Response:
    """Change a draft, let it be suggested, or end a live gesture, which changes in nothing else."""
    gesture = catalogue.hold_gesture(db.session, gesture_id)
    check_version(gesture.id, gesture.version)
    held = {name: getattr(gesture, name) for name in catalogue.WRITABLE}
    changed = load(GestureChangesSchema, merge(held, patch))
    return _reply(catalogue.change_gesture(db.session, current(), gesture, changed))


@blp.get("/next-gestures")
@blp.allow(*STAFF, scope="insights:read")
@blp.arguments(NextGestureArguments, location="query")
@blp.response(200, NextGesturePageSchema)
def list_next_gestures(asked: dict[str, Any]) -> Response:
    """What is worth doing next, the most worthwhile first, each with its reason; around a position if one is told."""
    items, after = worth_doing.find_next(db.session, current(), asked)
    return page_reply(items, asked["limit"], after)


@blp.get("/next-gestures/<id:next_gesture_id>")
@blp.allow(*STAFF, scope="insights:read")
@blp.response(200, NextGestureSchema)
def read_next_gesture(next_gesture_id: str) -> Response:
    """One suggestion while it is open."""
    return json_reply(worth_doing.read_next(db.session, current(), next_gesture_id))


@blp.post("/next-gestures/<id:next_gesture_id>/outcome")
@blp.allow(*STAFF, scope="insights:write")
@blp.arguments(NewGestureOutcomeSchema)
@blp.response(201, GestureOutcomeSchema)
@blp.writes(key_required=True)
def record_outcome(told: dict[str, Any], next_gesture_id: str) -> Response:
    """Say what became of a suggestion: what is done stands in the timeline, what is not now comes again in 14 days."""
    principal = current()

    def command() -> Response:
        return json_reply(outcomes.record(db.session, principal, next_gesture_id, told), 201)

    return outbox.take(db.session, principal, OUTCOMES, told | {"id": next_gesture_id}, command)


def _reply(gesture: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return json_reply(gesture, status, etag=version_tag(gesture["id"], gesture["version"]), headers=headers)
