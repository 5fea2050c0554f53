"""Routes of cards for staff and tills: pictures, passes, links, statements."""

from datetime import date
from typing import Any

from flask import Response

from field_api.cards import apple_pass, barcodes, cards, statements, wallets
from field_api.cards.rendering import PAGES
from field_api.cards.schemas import CardLinkSchema, PictureArguments
from field_api.errors import NotFound
from field_api.loyalty.members import require_member
from field_api.loyalty.schemas import CardArguments
from field_api.loyalty.till import for_card
from field_api.public_pages import answers
from field_api.public_pages.qr_codes import qr_png, qr_svg
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.docs import PROBLEM
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.replies import empty_reply, json_reply

blp = Blueprint("cards", __name__, url_prefix="/v1", description="Cards: pictures, links, passes, statements.")

_BINARY = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
_PICTURES = {"image/svg+xml": {"schema": {"type": "string"}}, "image/png": _BINARY}
_PASS = {apple_pass.MEDIA_TYPE: _BINARY}
_PRIVATE = {"Cache-Control": "private, no-cache"}


@blp.get("/members/<id:member_id>/card/qr")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.arguments(PictureArguments, location="query")
@blp.doc(responses={200: {"description": "The picture.", "content": _PICTURES}})
def draw_qr(asked: dict[str, Any], member_id: str) -> Response:
    """The card number as a QR code."""
    number = require_member(db.session, current(), member_id).number
    return _picture(qr_png(number) if asked["format"] == "png" else qr_svg(number))


@blp.get("/members/<id:member_id>/card/code-128")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.arguments(PictureArguments, location="query")
@blp.doc(responses={200: {"description": "The picture.", "content": _PICTURES}})
def draw_code128(asked: dict[str, Any], member_id: str) -> Response:
    """The card number as a bar code (Code 128)."""
    number = require_member(db.session, current(), member_id).number
    return _picture(barcodes.code128_png(number) if asked["format"] == "png" else barcodes.code128_svg(number))


@blp.get("/members/<id:member_id>/card/pass")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.doc(responses={200: {"description": "The pass.", "content": _PASS}, 409: PROBLEM})
def read_pass(member_id: str) -> Response:
    """The card as an Apple Wallet pass, to be handed on to the member alone, for the link that opens the card is in it.

    409, with what is missing, where the server has no certificate.
    """
    with writing(db.session):
        made = wallets.apple(db.session, cards.give_card(db.session, current(), member_id))
    return Response(made, mimetype=apple_pass.MEDIA_TYPE, headers=_PRIVATE)


@blp.post("/members/<id:member_id>/card-link")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.response(200, CardLinkSchema)
@blp.writes()
def give_link(member_id: str) -> Response:
    """The link that opens a member's card, to be handed on to the member alone."""
    return _linked(member_id)


@blp.post("/till/cards/link")
@blp.allow("service", scope="loyalty:write")
@blp.arguments(CardArguments)
@blp.response(200, CardLinkSchema)
@blp.writes()
def give_link_by_card(told: dict[str, Any]) -> Response:
    """The link that opens the card shown, for the till to show its member's phone."""
    return for_card(db.session, current(), told["number"], lambda member: _linked(member.id))


@blp.delete("/members/<id:member_id>/card-link")
@blp.allow(*STAFF, scope="loyalty:write")
@blp.response(204)
@blp.writes()
def make_links_void(member_id: str) -> Response:
    """Let no link given out so far open the card any more."""
    cards.make_links_void(db.session, current(), member_id)
    return empty_reply()


@blp.get("/members/<id:member_id>/statements/<month>")
@blp.allow(*STAFF, scope="loyalty:read")
@blp.doc(responses={200: {"description": "A page to read or to print.", "content": answers.HTML}})
def read_statement(member_id: str, month: str) -> Response:
    """A member's statement of a month, such as 2026-03."""
    card = cards.seen_card(db.session, require_member(db.session, current(), member_id))
    facts = statements.statement(db.session, card, first_day(month))
    return PAGES.shown("statement.html", card.language, own=False, **facts)


def first_day(month: str) -> date:
    """The first day of a month written YYYY-MM. Raises NotFound."""
    try:
        if len(month) != 7 or not month.isascii():
            raise ValueError
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise NotFound("There is no statement of that month; write it like 2026-03.") from None


def _linked(member_id: str) -> Response:
    url = cards.give_link(db.session, current(), member_id)
    return json_reply({"url": url, "qr_svg": qr_svg(url)})


def _picture(drawn: str | bytes) -> Response:
    mimetype = "image/svg+xml" if isinstance(drawn, str) else "image/png"
    return Response(drawn, mimetype=mimetype, headers=_PRIVATE)
