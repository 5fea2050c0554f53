"""RxDB's HTTP replication over HTTP: what there is, pull, push, stream, digest, and the edits that were refused.

These routes are for the apps in which people sign in; a personal token reads the same data by the other routes.
"""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Response, current_app

from field_api.errors import Fault, Invalid, NotFound
from field_api.store.base import db
from field_api.store.engine import AnySession
from field_api.sync import digest, epochs, refusals, streams
from field_api.sync.collections import Synced, register, registered, require
from field_api.sync.compression import compressed
from field_api.sync.digest import LaneSums
from field_api.sync.pull import pull
from field_api.sync.push import MOST_ROWS, Edit, Push
from field_api.sync.schemas import (
    CollectionsSchema,
    DigestSchema,
    DocumentSchema,
    PageSchema,
    PullArguments,
    PushRowSchema,
    RefusalPageSchema,
    VersionArguments,
)
from field_api.sync.streams import Switchboard
from field_api.web.identity import STAFF, Principal, bearer_token, current, principal_of
from field_api.web.openapi import Blueprint
from field_api.web.pages import PageArguments, page_reply, read_cursor
from field_api.web.replies import empty_reply, json_reply

blueprint = Blueprint("sync", __name__, url_prefix="/v1", description="Phones that work without a network")

_KNOWS_DEVICE = "SYNC_KNOWS_DEVICE"
_SWITCHBOARD = "SYNC_SWITCHBOARD"
_LANE_SUMS = "SYNC_LANE_SUMS"

# Whether a caller may know of a device; supplied by the feature that owns devices.
KnowsDevice = Callable[[AnySession, Principal, str], bool]


def install(app: Flask, collections: tuple[Synced, ...], knows_device: KnowsDevice) -> None:
    """Let phones follow these collections."""
    register(app, collections)
    app.config[_KNOWS_DEVICE] = knows_device
    app.config[_SWITCHBOARD] = Switchboard(app.config["SETTINGS"].streams)
    app.config[_LANE_SUMS] = LaneSums()


def switchboard(app: Flask) -> Switchboard:
    """The open streams of this process."""
    return cast(Switchboard, app.config[_SWITCHBOARD])


@blueprint.get("/sync")
@blueprint.allow(*STAFF)
@blueprint.response(200, CollectionsSchema)
def list_collections() -> Response:
    """What phones can follow, with JSON schemas from which a client builds its RxDB collections."""
    found = [
        {
            "name": one.name,
            "version": one.version,
            "oldest_version": one.oldest_version,
            "read_only": one.writing is None,
            "schema": one.schema(),
        }
        for one in registered().values()
    ]
    return compressed(json_reply({"epoch": epochs.ensure(db.session).epoch, "collections": found}))


@blueprint.get("/sync/<string:collection>/pull")
@blueprint.allow(*STAFF)
@blueprint.arguments(PullArguments, location="query")
@blueprint.response(200, PageSchema)
@blueprint.alt_response(426, "Problem")
def pull_page(arguments: dict[str, Any], collection: str) -> Response:
    """What changed after a checkpoint; a page that is not full is the last one."""
    asked = (arguments.get("checkpoint"), arguments["limit"], arguments.get("schema"))
    return compressed(json_reply(pull(db.session, current(), require(collection), *asked)))


@blueprint.post("/sync/<string:collection>/push")
@blueprint.allow(*STAFF)
@blueprint.arguments(PushRowSchema(many=True))
@blueprint.arguments(VersionArguments, location="query")
@blueprint.response(200, DocumentSchema(many=True))
@blueprint.alt_response(426, "Problem")
@blueprint.writes()
def push_rows(rows: list[dict[str, Any]], arguments: dict[str, Any], collection: str) -> Response:
    """Take a phone's edits, each for itself; the answer is what stands wherever that is not what the phone pushed."""
    if len(rows) > MOST_ROWS:
        raise Invalid(
            "These are too many rows.", Fault("", f"Push at most {MOST_ROWS} at a time; these are {len(rows)}.")
        )
    taken = Push(db.session, current(), require(collection), arguments.get("schema"))
    edits = [Edit(row["newDocumentState"], row.get("assumedMasterState")) for row in rows]
    return compressed(json_reply(taken.take(edits)))


@blueprint.get("/sync/<string:collection>/digest")
@blueprint.allow(*STAFF)
@blueprint.arguments(VersionArguments, location="query")
@blueprint.response(200, DigestSchema)
@blueprint.alt_response(426, "Problem")
def read_digest(arguments: dict[str, Any], collection: str) -> Response:
    """The count and the hash of all that the caller sees, so that a phone can prove that it is whole."""
    sums: LaneSums = current_app.config[_LANE_SUMS]
    return json_reply(digest.digest(db.session, current(), require(collection), arguments.get("schema"), sums))


@blueprint.get("/sync/stream")
@blueprint.allow(*STAFF)
@blueprint.response(200, content_type="text/event-stream")
def open_stream() -> Response:
    """Server-sent events: `event` names a collection, `data` is RESYNC. Read by fetch, with the token in the header."""
    app, token = cast(Any, current_app)._get_current_object(), bearer_token()
    board = switchboard(app)
    listener = board.open(db.engine, current())

    def recheck() -> Principal | None:
        with app.app_context():
            return principal_of(token)

    body = streams.events(board, listener, list(registered()), recheck)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(body, mimetype="text/event-stream", headers=headers)


@blueprint.get("/devices/<id:device_id>/refusals")
@blueprint.allow(*STAFF)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, RefusalPageSchema)
def list_refusals(arguments: dict[str, Any], device_id: str) -> Response:
    """The device's edits that were not stored, and why, oldest first; they stay until they are deleted as seen."""
    after = read_cursor(arguments["cursor"], str)
    most = arguments["limit"]
    rows = refusals.of_device(db.session, current(), device_id, after[0] if after else None, most + 1)
    knows_device: KnowsDevice = current_app.config[_KNOWS_DEVICE]
    # A device whose sign-in was forgotten is remembered by what was refused to it.
    if not rows and not knows_device(db.session, current(), device_id):
        raise NotFound("There is no such device.")
    following = (rows[most - 1]["id"],) if len(rows) > most else None
    return page_reply(rows[:most], most, following)


@blueprint.delete("/devices/<id:device_id>/refusals/<id:refusal_id>")
@blueprint.allow(*STAFF)
@blueprint.response(204)
@blueprint.writes()
def forget_refusal(device_id: str, refusal_id: str) -> Response:
    """The rep has seen it: forget what was refused."""
    refusals.forget(db.session, current(), device_id, refusal_id)
    return empty_reply()
