"""Routes of secret addresses, and of files that are imported."""

from typing import Any

from flask import Response, request

from field_api.agenda import importing, subscriptions
from field_api.agenda.schemas_calendars import (
    CalendarFileSchema,
    ImportReportSchema,
    NewlyMadeSubscriptionSchema,
    NewSubscriptionSchema,
    SubscriptionsSchema,
)
from field_api.store.base import db
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.replies import empty_reply, json_reply

blp = Blueprint("calendars", __name__, description="The agenda in other calendars.")


@blp.get("/v1/calendar-subscriptions")
@blp.allow(*STAFF)
@blp.response(200, SubscriptionsSchema)
def list_subscriptions() -> Response:
    """The secret addresses of one's own agenda, without their secrets."""
    return json_reply({"items": subscriptions.listed(db.session, current())})


@blp.post("/v1/calendar-subscriptions")
@blp.allow(*STAFF)
@blp.arguments(NewSubscriptionSchema)
@blp.response(201, NewlyMadeSubscriptionSchema)
@blp.writes(secret=True)
def make_subscription(told: dict[str, Any]) -> Response:
    """Make a secret address under which any calendar app reads one's agenda; it is told this once."""
    return json_reply(subscriptions.make(db.session, current(), told["name"]), 201)


@blp.delete("/v1/calendar-subscriptions/<id:subscription_id>")
@blp.allow(*STAFF)
@blp.response(204)
@blp.writes()
def revoke_subscription(subscription_id: str) -> Response:
    """Let a secret address answer nobody any more."""
    subscriptions.revoke(db.session, current(), subscription_id)
    return empty_reply()


@blp.post("/v1/calendar-imports")
@blp.allow(*STAFF, scope="appointments:write")
@blp.arguments(CalendarFileSchema)
@blp.response(200, ImportReportSchema)
@blp.writes()
def import_file(told: dict[str, Any]) -> Response:
    """Take the events of an .ics file into one's agenda; the answer tells what was taken and what was not, and why."""
    return json_reply(importing.take_file(db.session, current(), told["text"]))


@blp.get("/calendars/<string:secret>.ics")
@blp.open()
@blp.response(200, content_type="text/calendar")
def read_subscription(secret: str) -> Response:
    """An agenda, to whoever holds its secret address."""
    etag, text = subscriptions.answer(db.session, secret)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    held = request.headers.get("If-None-Match", "")
    if etag in {tag.strip().removeprefix("W/") for tag in held.split(",")}:
        return Response(None, 304, headers)
    return Response(b"".join(text), mimetype="text/calendar", headers=headers)
