"""Routes of members: enrol, read, change, leave; what they have, which tier, and what was done."""

from typing import Any

from flask import Response

from field_api.loyalty import leaving, members, outbox, standing, tiers
from field_api.loyalty.enrolling import enrol
from field_api.loyalty.members import KnownMember, require_active, require_member
from field_api.loyalty.schemas import (
    BalanceSchema,
    CardArguments,
    EnrolledSchema,
    LeaveSchema,
    MemberChangesSchema,
    MemberListSchema,
    MemberSchema,
    MergeMembersSchema,
    NewEnrolmentSchema,
    TierStandingSchema,
)
from field_api.loyalty.schemas_points import PointOperationPageSchema, PointPageArguments
from field_api.loyalty.schemas_programmes import MomentArguments
from field_api.shops.scope import shop_of
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import STAFF, Principal, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

blp = Blueprint("members", __name__, url_prefix="/v1", description="Members of loyalty programmes.")


@blp.post("/members")
@blp.allow(*STAFF, "service", scope="loyalty:write")
@blp.arguments(NewEnrolmentSchema)
@blp.response(201, EnrolledSchema)
@blp.writes()
def enrol_member(told: dict[str, Any]) -> Response:
    """Enrol somebody; the same person again is the same member, with one more enrolment."""
    principal = current()
    told |= {"channel": "till" if principal.role == "service" else "rep"}
    # Whom a person turns out to be is only known later; for them as for customers, any shop may be told.
    named = told["customer_id"] or told["id"]
    told |= {"shop_id": shop_of(db.session, principal, told | {"customer_id": named})}
    return outbox.take(db.session, principal, outbox.ENROLMENTS, told, lambda: _enrolled(principal, told))


@blp.get("/customers/<id:customer_id>/members")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.response(200, MemberListSchema)
def list_members(customer_id: str) -> Response:
    """What a customer is and was in the programmes, oldest first."""
    found = members.members_of(db.session, current(), customer_id)
    sources = members.enrolments_of(db.session, [one.id for one in found])
    return json_reply({"items": [one.document() | {"enrolments": sources[one.id]} for one in found]})


@blp.get("/members/of-card")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.arguments(CardArguments, location="query")
@blp.response(200, MemberSchema)
def read_member_of_card(asked: dict[str, Any]) -> Response:
    """The member with this card number."""
    return _reply(members.member_of_card(db.session, current(), asked["number"], "number", parameter=True))


@blp.get("/members/<id:member_id>")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.response(200, MemberSchema)
def read_member(member_id: str) -> Response:
    """A member, by its own id or by that of one of its enrolments."""
    return _reply(require_member(db.session, current(), member_id))


@blp.patch("/members/<id:member_id>")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.merge_patch(MemberChangesSchema)
@blp.response(200, MemberSchema)
@blp.writes(versioned=True)
def change_member(patch: dict[str, Any], member_id: str) -> Response:
    """Note a birthday, or forget it."""
    member = require_active(db.session, current(), member_id)
    check_version(member.id, member.version)
    told = load(MemberChangesSchema, merge({"birthday": member.birthday}, patch))
    leaving.change_birthday(db.session, current(), member, told["birthday"])
    return _reply(require_member(db.session, current(), member.id))


@blp.post("/members/<id:member_id>/leave")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.arguments(LeaveSchema)
@blp.response(200, MemberSchema)
@blp.writes(key_required=True)
def leave(told: dict[str, Any], member_id: str) -> Response:
    """End a membership with all its points; who comes back is a new member."""
    return json_reply(leaving.leave(db.session, current(), member_id, told["id"]))


@blp.post("/members/<id:member_id>/merge")
@blp.allow("manager", "admin", scope="loyalty:write")
@blp.arguments(MergeMembersSchema)
@blp.response(200, MemberSchema)
@blp.writes(key_required=True)
def merge_members(told: dict[str, Any], member_id: str) -> Response:
    """Let this member be part of another one, who is the same person; the answer is that one."""
    return json_reply(leaving.merge(db.session, current(), member_id, told))


@blp.get("/members/<id:member_id>/balance")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.arguments(MomentArguments, location="query")
@blp.response(200, BalanceSchema)
def read_balance(asked: dict[str, Any], member_id: str) -> Response:
    """What a member has, now or at a past moment, with the points that end first."""
    member = require_member(db.session, current(), member_id)
    return json_reply(standing.balance_of(db.session, member, asked["at"]))


@blp.get("/members/<id:member_id>/tier")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.arguments(MomentArguments, location="query")
@blp.response(200, TierStandingSchema)
def read_tier(asked: dict[str, Any], member_id: str) -> Response:
    """The tier, now or at a past moment, computed from the books alone; and the way to the next."""
    member = require_member(db.session, current(), member_id)
    return json_reply(tiers.described(db.session, member, asked["at"]))


@blp.get("/members/<id:member_id>/operations")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.arguments(PointPageArguments, location="query")
@blp.response(200, PointOperationPageSchema)
def list_operations(page: dict[str, Any], member_id: str) -> Response:
    """What was done with a member's points, and why, newest first."""
    member = require_member(db.session, current(), member_id)
    rows, after = standing.history_of(db.session, member, page["limit"], page["cursor"])
    return page_reply(rows, page["limit"], after)


def _enrolled(principal: Principal, told: dict[str, Any]) -> Response:
    answer = enrol(db.session, principal, told)
    return json_reply(answer, 201, headers={"Location": f"/v1/members/{answer['member']['id']}"})


def _reply(member: KnownMember) -> Response:
    sources = members.enrolments_of(db.session, [member.id])[member.id]
    return json_reply(member.document() | {"enrolments": sources}, etag=version_tag(member.id, member.version))
