"""Routes of the commands that move points, each under its own id and with an Idempotency-Key."""

from collections.abc import Callable
from typing import Any

from flask import Response

from field_api.loyalty import moves, outbox
from field_api.loyalty.earning import earn_told
from field_api.loyalty.schemas_points import (
    AdjustSchema,
    EarnSchema,
    ExplainedOperationSchema,
    LeaseSchema,
    PointEndSchema,
    PointLeaseListSchema,
    ReserveSchema,
    ReverseSchema,
    SpendSchema,
    TransferSchema,
)
from field_api.loyalty.standing import explained
from field_api.points.log import Operation
from field_api.store.base import db
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.replies import json_reply

blp = Blueprint("points", __name__, url_prefix="/v1", description="Points: earned, spent, set aside, taken back.")


def _done(operation: Operation) -> Response:
    return json_reply(explained(db.session, operation), 201)


def _from_outbox(collection: str, told: dict[str, Any], command: Callable[[], Operation]) -> Response:
    return outbox.take(db.session, current(), collection, told, lambda: _done(command()))


@blp.post("/members/<id:member_id>/earnings")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.arguments(EarnSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def earn(told: dict[str, Any], member_id: str) -> Response:
    """Tell of an event that earns by a rule, such as a review."""
    whole = told | {"member_id": member_id}
    return _from_outbox(outbox.EARNINGS, whole, lambda: earn_told(db.session, current(), member_id, told))


@blp.post("/members/<id:member_id>/spends")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.arguments(SpendSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def spend(told: dict[str, Any], member_id: str) -> Response:
    """Take points, those that end first."""
    whole = told | {"member_id": member_id}
    return _from_outbox(outbox.SPENDS, whole, lambda: moves.spend(db.session, current(), member_id, told))


@blp.post("/members/<id:member_id>/reservations")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.arguments(ReserveSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def reserve(told: dict[str, Any], member_id: str) -> Response:
    """Set points aside, to be confirmed or cancelled."""
    return _done(moves.reserve(db.session, current(), member_id, told))


@blp.post("/members/<id:member_id>/adjustments")
@blp.allow("admin", scope="loyalty:write")
@blp.arguments(AdjustSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def adjust(told: dict[str, Any], member_id: str) -> Response:
    """Put the books right by hand, for a reason."""
    return _done(moves.adjust(db.session, current(), member_id, told))


@blp.post("/members/<id:member_id>/transfers")
@blp.allow("manager", "admin", scope="loyalty:write")
@blp.arguments(TransferSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def transfer(told: dict[str, Any], member_id: str) -> Response:
    """Hand points to another member of the programme; they keep their expiry."""
    return _done(moves.transfer(db.session, current(), member_id, told))


@blp.post("/members/<id:member_id>/leases")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.arguments(LeaseSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def grant_lease(told: dict[str, Any], member_id: str) -> Response:
    """Set points aside for one of one's own devices, which may spend them without a network until the deadline."""
    return _done(moves.grant_lease(db.session, current(), member_id, told))


@blp.get("/devices/<id:device_id>/point-leases")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.response(200, PointLeaseListSchema)
def list_leases(device_id: str) -> Response:
    """What one of one's own devices may still spend without a network, lease by lease."""
    return json_reply({"items": moves.leases_of(db.session, current(), device_id)})


@blp.post("/point-leases/<id:lease_id>/return")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.arguments(PointEndSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def return_lease(told: dict[str, Any], lease_id: str) -> Response:
    """Give back what is left of a lease before its deadline."""
    return _done(moves.return_lease(db.session, current(), lease_id, told))


@blp.post("/point-leases/<id:lease_id>/spends")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.arguments(SpendSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def spend_leased(told: dict[str, Any], lease_id: str) -> Response:
    """Tell of points of a lease that were spent, with or without a network."""
    whole = told | {"lease_id": lease_id}
    return _from_outbox(outbox.LEASED_SPENDS, whole, lambda: moves.spend_leased(db.session, current(), lease_id, told))


@blp.get("/point-operations/<id:point_operation_id>")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.response(200, ExplainedOperationSchema)
def read_operation(point_operation_id: str) -> Response:
    """What was done, which rules decided it as they read then, and which lots it moved."""
    operation, _ = moves.require_operation(db.session, current(), point_operation_id)
    return json_reply(explained(db.session, operation))


@blp.post("/point-operations/<id:point_operation_id>/confirmation")
@blp.allow(*STAFF, "service", scope="loyalty:write")
@blp.arguments(PointEndSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def confirm(told: dict[str, Any], point_operation_id: str) -> Response:
    """Let reserved points be spent; or, for managers, pending ones be the member's own before their time."""
    return _done(moves.confirm(db.session, current(), point_operation_id, told))


@blp.post("/point-operations/<id:point_operation_id>/cancellation")
@blp.allow(*STAFF, "service", scope="loyalty:write")
@blp.arguments(PointEndSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def cancel(told: dict[str, Any], point_operation_id: str) -> Response:
    """Give reserved points back; or, for managers, drop pending ones."""
    return _done(moves.cancel(db.session, current(), point_operation_id, told))


@blp.post("/point-operations/<id:point_operation_id>/reversal")
@blp.allow(*STAFF, "service", scope="loyalty:write")
@blp.arguments(ReverseSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def reverse(told: dict[str, Any], point_operation_id: str) -> Response:
    """Take an earning or a spend back: a spend gives its very lots back, a spent earning becomes a debt."""
    return _done(moves.reverse(db.session, current(), point_operation_id, told))
