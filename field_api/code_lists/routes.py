"""The route of the code lists."""

from itertools import groupby
from typing import Any

from flask import Response

from field_api.code_lists import actions
from field_api.code_lists.schemas import CodeListListSchema
from field_api.store.base import db
from field_api.web.identity import STAFF
from field_api.web.openapi import Blueprint
from field_api.web.replies import json_reply

blp = Blueprint("code_lists", __name__, url_prefix="/v1", description="Values that fields may take, with their labels")


@blp.get("/code-lists")
@blp.allow(*STAFF, scope="me:read")
@blp.response(200, CodeListListSchema)
def list_code_lists() -> Response:
    """Every list that forms offer, with its codes and their labels; the ETag changes with any of them."""
    lists = groupby(actions.standing(db.session).values(), key=lambda row: row["list"])
    return json_reply({"items": [{"name": name, "codes": [_code(row) for row in rows]} for name, rows in lists]})


def _code(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "code": row["code"], "label": {"en": row["label_en"], "fr": row["label_fr"]}}
