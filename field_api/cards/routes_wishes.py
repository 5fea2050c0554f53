"""Routes of gifts wished for on the page of a card, and ordered by the button behind the link of a mail."""

from typing import Any

from flask import Response, request

from field_api.cards import cards, wishes
from field_api.cards.cards import Card
from field_api.cards.rendering import PAGES
from field_api.cards.wishes import Wish
from field_api.customers.contact_points import verified_email
from field_api.errors import NotFound
from field_api.gifts.catalogue import require_gift
from field_api.loyalty.members import require_member
from field_api.loyalty.programmes import read_programme
from field_api.public_pages import answers
from field_api.reps.company import company
from field_api.reps.models import LOCALES
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from field_api.web.openapi import Blueprint

blp = Blueprint("wishes", __name__, description="Gifts wished for on a card, and ordered by its member.")

_FORM = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {"type": "object", "properties": {"language": {"type": "string"}}}
        }
    },
}
_LINK = "/card/wishes/<id:member_id>/<id:gift_id>/<int:points>/<int:until_s>/<token>"


@blp.get("/card/<token>/gifts/<id:gift_id>")
@blp.open()
@blp.doc(responses=answers.responses(200, 404))
@PAGES.paged
def show_gift(token: str, gift_id: str) -> Response:
    """A gift within reach, and the button that lets a mail be written to the member."""
    card = _standing(token)
    gift = wishes.within_reach(db.session, card, gift_id)
    language, reachable = answers.spoken(card.language), verified_email(db.session, card.member.customer_id) is not None
    facts: dict[str, Any] = {"company": company(db.session)[0].name, "unit": _unit(card.member.programme_id, language)}
    return PAGES.shown("gift.html", language, gift=gift, reachable=reachable, **facts)


@blp.post("/card/<token>/gifts/<id:gift_id>")
@blp.open()
@blp.doc(requestBody=_FORM, responses=answers.responses(200, 404, 409))
@PAGES.paged
def ask_for_gift(token: str, gift_id: str) -> Response:
    """Let a mail be written to the member, who orders by it; the points stay where they are."""
    with writing(db.session):
        card = _standing(token)
        language = _chosen(card.language)
        wishes.ask(db.session, card, gift_id, language)
    return PAGES.shown("asked.html", language, company=company(db.session)[0].name)


@blp.get(_LINK)
@blp.open()
@blp.doc(responses=answers.responses(200, 404))
@PAGES.paged
def show_wish(member_id: str, gift_id: str, points: int, until_s: int, token: str) -> Response:
    """The one button that orders: programs that look at links in mails press none."""
    wishes.read(Wish(member_id, gift_id, points, until_s), token)
    gift = require_gift(db.session, THE_SYSTEM, gift_id)
    language = answers.spoken(cards.seen_card(db.session, require_member(db.session, THE_SYSTEM, member_id)).language)
    facts: dict[str, Any] = {"company": company(db.session)[0].name, "unit": _unit(gift["programme_id"], language)}
    return PAGES.shown("wish.html", language, gift=gift, points=points, **facts)


@blp.post(_LINK)
@blp.open()
@blp.doc(requestBody=_FORM, responses=answers.responses(303, 404, 409))
@PAGES.paged
def order_gift(member_id: str, gift_id: str, points: int, until_s: int, token: str) -> Response:
    """Order the gift and go on to the card, where it waits; a second time is the same order."""
    with writing(db.session):
        card = wishes.confirm(db.session, Wish(member_id, gift_id, points, until_s), token)
    return answers.onward(f"{card}?language={_chosen()}")


def _standing(token: str) -> Card:
    """The card of somebody who has not left. Raises NotFound."""
    card = cards.open_card(db.session, token)
    if card.member.left_at is not None:
        raise NotFound("This member has left the programme.")
    return card


def _unit(programme_id: str, language: str) -> str:
    return str(read_programme(db.session, programme_id)["unit"][language])


def _chosen(kept: str | None = None) -> str:
    """The language in which the form was read."""
    told = request.form.get("language", "")
    return told if told in LOCALES else answers.spoken(kept)
