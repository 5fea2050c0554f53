"""Routes of the company's settings."""

from dataclasses import asdict
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from field_api.reps.company import COMPANY_ID, Company, change_company, company
from field_api.reps.models import LOCALES
from field_api.reps.schemas import NAME
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import ALL_ROLES, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.patterns import CURRENCY, TIME_OF_DAY, Pattern
from field_api.web.replies import json_reply

blp = Blueprint("company", __name__, url_prefix="/v1", description="Settings of the company")

ZONE_NAME = Pattern(r"^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$")


class CompanySchema(Schema):
    """The company's settings; null brings a default back."""

    name = fields.String(load_default=Company.name, validate=NAME)
    locale = fields.String(load_default=Company.locale, validate=validate.OneOf(LOCALES))
    time_zone = fields.String(load_default=Company.time_zone, validate=[validate.Length(1, 64), ZONE_NAME])
    currency = fields.String(load_default=Company.currency, validate=CURRENCY)
    quiet_from = fields.String(load_default=Company.quiet_from, validate=TIME_OF_DAY)
    quiet_until = fields.String(load_default=Company.quiet_until, validate=TIME_OF_DAY)


@blp.get("/company")
@blp.allow(*ALL_ROLES, scope="me:read")
@blp.response(200, CompanySchema)
def read_company() -> Response:
    """The settings that hold now."""
    return _reply(*company(db.session))


@blp.patch("/company")
@blp.allow("admin")
@blp.response(200, CompanySchema)
@blp.merge_patch(CompanySchema)
@blp.writes(versioned=True)
def set_company(patch: dict[str, Any]) -> Response:
    """Change settings; what held before stays known."""
    held, version = company(db.session)
    check_version(COMPANY_ID, version)
    changed = Company(**load(CompanySchema, merge(asdict(held), patch)))
    return _reply(changed, change_company(db.session, current(), changed))


def _reply(settings: Company, version: int) -> Response:
    return json_reply(asdict(settings), etag=version_tag(COMPANY_ID, version))
