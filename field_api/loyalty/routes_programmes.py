"""Routes of programmes: what they promise and how one earns, now and at any moment of the past."""

from typing import Any

from flask import Response

from field_api.loyalty import earn_rules, programmes
from field_api.loyalty.models import Programme
from field_api.loyalty.schemas_programmes import (
    MomentArguments,
    NewProgrammeSchema,
    NewRuleSchema,
    NewRuleVersionSchema,
    NewTermsSchema,
    ProgrammeChangesSchema,
    ProgrammePageArguments,
    ProgrammePageSchema,
    ProgrammeSchema,
    RuleListSchema,
    RuleSchema,
    RuleVersionListSchema,
    TermsListSchema,
)
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import STAFF, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply, read_cursor
from field_api.web.replies import json_reply

blp = Blueprint("programmes", __name__, url_prefix="/v1", description="Loyalty programmes, their terms and rules.")


def _reply(document: dict[str, Any], status: int = 200) -> Response:
    headers = {"Location": f"/v1/programmes/{document['id']}"} if status == 201 else None
    return json_reply(document, status, etag=version_tag(document["id"], document["version"]), headers=headers)


def _held(programme_id: str) -> Programme:
    row = programmes.hold(db.session, programme_id)
    check_version(row.id, row.version)
    return row


@blp.get("/programmes")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.arguments(ProgrammePageArguments, location="query")
@blp.response(200, ProgrammePageSchema)
def list_programmes(page: dict[str, Any]) -> Response:
    """All programmes, with the terms of now."""
    rows, after = programmes.list_programmes(db.session, page["limit"], read_cursor(page["cursor"], str))
    return page_reply(rows, page["limit"], after)


@blp.post("/programmes")
@blp.allow("admin", scope="loyalty:write")
@blp.arguments(NewProgrammeSchema)
@blp.response(201, ProgrammeSchema)
@blp.writes()
def create_programme(told: dict[str, Any]) -> Response:
    """Draft a programme with its first terms."""
    return _reply(programmes.create_programme(db.session, current(), told), 201)


@blp.get("/programmes/<id:programme_id>")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.arguments(MomentArguments, location="query")
@blp.response(200, ProgrammeSchema)
def read_programme(asked: dict[str, Any], programme_id: str) -> Response:
    """A programme, with the terms of now or of a past moment."""
    document = programmes.read_programme(db.session, programme_id, asked["at"])
    return _reply(document) if asked["at"] is None else json_reply(document)


@blp.patch("/programmes/<id:programme_id>")
@blp.allow("admin", scope="loyalty:write")
@blp.merge_patch(ProgrammeChangesSchema)
@blp.response(200, ProgrammeSchema)
@blp.writes(versioned=True)
def change_programme(patch: dict[str, Any], programme_id: str) -> Response:
    """Change what a programme is called, or whether it is the main one."""
    row = _held(programme_id)
    told = load(ProgrammeChangesSchema, merge(programmes.writable(row), patch))
    return _reply(programmes.change_programme(db.session, current(), row, told))


@blp.post("/programmes/<id:programme_id>/publish")
@blp.allow("admin", scope="loyalty:write")
@blp.response(200, ProgrammeSchema)
@blp.writes(versioned=True)
def publish(programme_id: str) -> Response:
    """Put a draft in force."""
    return _reply(programmes.publish(db.session, current(), _held(programme_id)))


@blp.post("/programmes/<id:programme_id>/end")
@blp.allow("admin", scope="loyalty:write")
@blp.response(200, ProgrammeSchema)
@blp.writes(versioned=True)
def end(programme_id: str) -> Response:
    """End a live programme: nobody enrols any more and nothing earns; points are spent until they expire."""
    return _reply(programmes.end(db.session, current(), _held(programme_id)))


@blp.get("/programmes/<id:programme_id>/terms")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.response(200, TermsListSchema)
def list_terms(programme_id: str) -> Response:
    """All terms that a programme had, has and will have, the latest first."""
    return json_reply({"items": programmes.terms_of(db.session, programme_id)})


@blp.post("/programmes/<id:programme_id>/terms")
@blp.allow("admin", scope="loyalty:write")
@blp.arguments(NewTermsSchema)
@blp.response(201, ProgrammeSchema)
@blp.writes(versioned=True)
def change_terms(told: dict[str, Any], programme_id: str) -> Response:
    """Say what a programme promises from now, or from a coming moment on; what it promised before stands."""
    return _reply(programmes.change_terms(db.session, current(), _held(programme_id), told), 201)


@blp.get("/programmes/<id:programme_id>/rules")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.arguments(MomentArguments, location="query")
@blp.response(200, RuleListSchema)
def list_rules(asked: dict[str, Any], programme_id: str) -> Response:
    """How one earns, now or at a past moment."""
    return json_reply({"items": earn_rules.rules_of(db.session, programme_id, asked["at"])})


@blp.post("/programmes/<id:programme_id>/rules")
@blp.allow("admin", scope="loyalty:write")
@blp.arguments(NewRuleSchema)
@blp.response(201, RuleSchema)
@blp.writes()
def create_rule(told: dict[str, Any], programme_id: str) -> Response:
    """Write a rule with its first version; one that would pay itself is refused."""
    rule = earn_rules.create_rule(db.session, current(), programme_id, told)
    return json_reply(rule, 201, headers={"Location": f"/v1/earn-rules/{rule['id']}"})


@blp.get("/earn-rules/<id:rule_id>")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.arguments(MomentArguments, location="query")
@blp.response(200, RuleSchema)
def read_rule(asked: dict[str, Any], rule_id: str) -> Response:
    """What a rule says, or said at a past moment."""
    rule = earn_rules.read_rule(db.session, rule_id, asked["at"])
    return json_reply(rule, etag=version_tag(rule["id"], rule["version"]) if asked["at"] is None else None)


@blp.get("/earn-rules/<id:rule_id>/versions")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.response(200, RuleVersionListSchema)
def list_versions(rule_id: str) -> Response:
    """All versions of a rule, the latest first."""
    return json_reply({"items": earn_rules.versions(db.session, rule_id)})


@blp.post("/earn-rules/<id:rule_id>/versions")
@blp.allow("admin", scope="loyalty:write")
@blp.arguments(NewRuleVersionSchema)
@blp.response(201, RuleSchema)
@blp.writes(versioned=True)
def change_rule(told: dict[str, Any], rule_id: str) -> Response:
    """Write the next version of a rule, from now or from a coming moment on; what earned before stands."""
    row = earn_rules.hold_rule(db.session, rule_id)
    check_version(row.id, row.version)
    rule = earn_rules.change_rule(db.session, current(), row, told)
    return json_reply(rule, 201, etag=version_tag(rule["id"], rule["version"]))
