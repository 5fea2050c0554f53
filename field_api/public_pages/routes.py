"""The route of what all public pages share."""

from flask import Response

from field_api.public_pages.assets import SHARED
from field_api.web.openapi import Blueprint

blp = Blueprint("public_pages", __name__, description="What the pages without an account share.")


@blp.get("/page-assets/<version>/<name>")
@blp.open()
@blp.doc(responses={200: {"description": "The file.", "content": {"text/css": {}}}})
def show_asset(version: str, name: str) -> Response:
    """A style sheet of these pages."""
    return SHARED.answer(version, name)
