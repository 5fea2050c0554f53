"""Routes of enrolment forms, for admins."""

from typing import Any

from flask import Response

from field_api.cards import forms
from field_api.cards.cards import settings
from field_api.cards.models import EnrolmentForm
from field_api.cards.schemas import (
    EnrolmentFormChangesSchema,
    EnrolmentFormPageArguments,
    EnrolmentFormPageSchema,
    EnrolmentFormSchema,
    NewEnrolmentFormSchema,
)
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

blp = Blueprint("enrolment forms", __name__, url_prefix="/v1", description="Pages on which people enrol.")


@blp.get("/enrolment-forms")
@blp.allow("admin", scope="loyalty:read")
@blp.arguments(EnrolmentFormPageArguments, location="query")
@blp.response(200, EnrolmentFormPageSchema)
def list_forms(page: dict[str, Any]) -> Response:
    """The enrolment forms, the latest made first."""
    rows, after = forms.list_forms(db.session, page["limit"], page["cursor"])
    return page_reply([_addressed(row) for row in rows], page["limit"], after)


@blp.post("/enrolment-forms")
@blp.allow("admin", scope="loyalty:write")
@blp.arguments(NewEnrolmentFormSchema)
@blp.response(201, EnrolmentFormSchema)
@blp.writes()
def create_form(data: dict[str, Any]) -> Response:
    """Add an enrolment form."""
    made = forms.create_form(db.session, current(), data)
    return _reply(made, 201, {"Location": f"/v1/enrolment-forms/{made['id']}"})


@blp.get("/enrolment-forms/<id:form_id>")
@blp.allow("admin", scope="loyalty:read")
@blp.response(200, EnrolmentFormSchema)
def read_form(form_id: str) -> Response:
    """One enrolment form."""
    return _reply(forms.read_form(db.session, form_id))


@blp.patch("/enrolment-forms/<id:form_id>")
@blp.allow("admin", scope="loyalty:write")
@blp.response(200, EnrolmentFormSchema)
@blp.merge_patch(EnrolmentFormChangesSchema)
@blp.writes(versioned=True)
def change_form(patch: dict[str, Any], form_id: str) -> Response:
    """Change an enrolment form, or close it; who has agreed keeps the wording that was shown."""
    form = forms.hold_form(db.session, form_id)
    check_version(form.id, form.version)
    changed = load(EnrolmentFormChangesSchema, merge(_as_sent(form), patch))
    return _reply(forms.change_form(db.session, current(), form, changed))


def _as_sent(form: EnrolmentForm) -> dict[str, Any]:
    return {name: getattr(form, name) for name in forms.WRITABLE}


def _addressed(form: dict[str, Any]) -> dict[str, Any]:
    return form | {"url": f"{settings().public_url}/join/{form['id']}"}


def _reply(form: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    tag = version_tag(form["id"], form["version"])
    return json_reply(_addressed(form), status, etag=tag, headers=headers)
