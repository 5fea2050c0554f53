"""Routes of the card itself, for its member: whoever has the link has the card, and there is no account."""

from typing import Any

from flask import Response, request

from field_api.cards import apple_pass, barcodes, cards, showing, statements, wallets
from field_api.cards.cards import Card
from field_api.cards.icons import icon
from field_api.cards.rendering import PAGES, TEMPLATES, worker
from field_api.cards.routes import first_day
from field_api.cards.schemas import InstalledSchema
from field_api.errors import NotFound
from field_api.loyalty.programmes import read_programme
from field_api.loyalty.standing import balance_of
from field_api.public_pages import answers, written
from field_api.public_pages.qr_codes import qr_svg
from field_api.public_pages.templates import drawing
from field_api.reps.company import company
from field_api.reps.models import LOCALES
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.openapi import Blueprint
from field_api.web.replies import json_reply

blp = Blueprint("card", __name__, description="The card on its member's phone, opened by a link.")

ICONS = (180, 192, 512)
GONE = 410
_OCTETS: dict[str, Any] = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
_FORM = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "properties": {"certain": {"type": "string"}, "language": {"type": "string"}},
            }
        }
    },
}


@blp.get("/card/<token>/")
@blp.open()
@blp.doc(responses=answers.responses(200, 404, GONE))
@PAGES.paged
def show_card(token: str) -> Response:
    """The card: number, points, tier, gifts, history, and the way out."""
    card = cards.open_card(db.session, token)
    language = answers.spoken(card.language)
    if card.member.left_at is not None:
        return _left(card, language)
    facts = showing.facts_of(db.session, card)
    number = card.member.number
    drawn = {"qr": qr_svg(number), "bars": barcodes.code128_svg(number)}
    facts |= {name: drawing(one) for name, one in drawn.items()}
    return PAGES.shown("card.html", language, apple=wallets.has_apple(), google=wallets.has_google(), **facts)


@blp.get("/card/<token>/manifest.webmanifest")
@blp.open()
@blp.doc(responses={200: {"description": "The manifest.", "content": {"application/manifest+json": {}}}})
@blp.doc(responses=answers.responses(404))
@PAGES.paged
def show_manifest(token: str) -> Response:
    """What a phone needs to keep the card on its home screen (W3C Web Application Manifest)."""
    card = _standing(token)
    name = read_programme(db.session, card.member.programme_id)["name"][card.language]
    icons = [{"src": f"icon-{side}.png", "sizes": f"{side}x{side}", "type": "image/png"} for side in ICONS[1:]]
    told = {
        "id": "./",
        "start_url": "./",
        "scope": "./",
        "name": name,
        "short_name": name[:12].rstrip(),
        "lang": card.language,
        "display": "standalone",
        "background_color": wallets.COLOUR,
        "theme_color": wallets.COLOUR,
        "icons": [one | {"purpose": purpose} for one in icons for purpose in ("any", "maskable")],
    }
    answer = json_reply(told, headers=answers.HEADERS)
    answer.mimetype = "application/manifest+json"
    return answer


@blp.get("/card/<token>/worker.js")
@blp.open()
@blp.doc(responses={200: {"description": "The script.", "content": {"text/javascript": {}}}})
def show_worker(token: str) -> Response:
    """What opens the card without a network; it asks for the card itself, so any link may have it."""
    headers = answers.HEADERS | {"Cache-Control": "no-cache"}
    return Response(worker(), mimetype="text/javascript", headers=headers)


@blp.get("/card/<token>/icon-<int:side>.png")
@blp.open()
@blp.doc(responses={200: {"description": "The icon.", "content": {"image/png": _OCTETS}}})
@blp.doc(responses=answers.responses(404))
@PAGES.paged
def show_icon(token: str, side: int) -> Response:
    """The icon of the home screen, at one of the sizes that the manifest names."""
    if side not in ICONS:
        raise NotFound("There is no icon of that size.")
    return Response(icon(side, wallets.COLOUR), mimetype="image/png", headers=answers.KEPT)


@blp.get("/card/<token>/pass.pkpass")
@blp.open()
@blp.doc(responses={200: {"description": "The pass.", "content": {apple_pass.MEDIA_TYPE: _OCTETS}}})
@blp.doc(responses=answers.responses(404, 409))
@PAGES.paged
def show_pass(token: str) -> Response:
    """The card as an Apple Wallet pass."""
    made = wallets.apple(db.session, _standing(token))
    named = {"Content-Disposition": 'attachment; filename="card.pkpass"'}
    return Response(made, mimetype=apple_pass.MEDIA_TYPE, headers=answers.HEADERS | named)


@blp.get("/card/<token>/google-wallet")
@blp.open()
@blp.doc(responses=answers.responses(303, 404, 409))
@PAGES.paged
def save_to_google(token: str) -> Response:
    """On to Google Wallet, which keeps the card; only now does Google hear of it."""
    return answers.onward(wallets.google(db.session, _standing(token)))


@blp.get("/card/<token>/statements/<month>")
@blp.open()
@blp.doc(responses=answers.responses(200, 404))
@PAGES.paged
def show_statement(token: str, month: str) -> Response:
    """The statement of a month, such as 2026-03, to read or to print."""
    card = _standing(token)
    facts = statements.statement(db.session, card, first_day(month))
    return PAGES.shown("statement.html", answers.spoken(card.language), own=True, **facts)


@blp.post("/card/<token>/installed")
@blp.open()
@blp.doc(responses=answers.responses(404, 409))
@blp.response(200, InstalledSchema)
@PAGES.paged
def note_installed(token: str) -> Response:
    """Note that the card was opened from a home screen; the first time may earn points."""
    with writing(db.session):
        card = _standing(token)
        points = cards.note_installed(db.session, card)
    language = answers.spoken(card.language)
    counted = written.number(points, language)
    thanks = {
        "fr": f"Merci de garder la carte : {counted} points.",
        "en": f"Thank you for keeping the card: {counted} points.",
    }
    return json_reply({"points": points, "text": thanks[language]}, headers=answers.HEADERS)


@blp.get("/card/<token>/leave")
@blp.open()
@blp.doc(responses=answers.responses(200, 404, GONE))
@PAGES.paged
def ask_to_leave(token: str) -> Response:
    """What leaving means, and the form that does it."""
    card = cards.open_card(db.session, token)
    return _leaving(card, answers.spoken(card.language))


@blp.post("/card/<token>/leave")
@blp.open()
@blp.doc(requestBody=_FORM, responses=answers.responses(303, 404, 409, GONE, 422))
@PAGES.paged
def leave(token: str) -> Response:
    """Leave the programme; what was read is kept word for word."""
    with writing(db.session):
        card = cards.open_card(db.session, token)
        language = _chosen(card)
        if card.member.left_at is not None or request.form.get("certain") != "yes":
            return _leaving(card, language, missed=True)
        cards.leave_with(db.session, card, "\n".join(_wording(card, language)), language)
    return answers.onward(f"./?language={language}")


def _standing(token: str) -> Card:
    """The card of somebody who has not left. Raises NotFound."""
    card = cards.open_card(db.session, token)
    if card.member.left_at is not None:
        raise NotFound("This member has left the programme.")
    return card


def _left(card: Card, language: str) -> Response:
    programme = read_programme(db.session, card.member.programme_id)
    facts = {"company": company(db.session)[0].name, "programme": programme, "left_at": card.member.left_at}
    return PAGES.shown("left.html", language, GONE, **facts)


def _leaving(card: Card, language: str, *, missed: bool = False) -> Response:
    if card.member.left_at is not None:
        return _left(card, language)
    programme = read_programme(db.session, card.member.programme_id)
    facts = {"company": company(db.session)[0].name, "programme": programme, "wording": _wording(card, language)}
    return PAGES.shown("leave.html", language, 422 if missed else 200, missed=missed, **facts)


def _wording(card: Card, language: str) -> list[str]:
    """What somebody reads before they leave; it is kept with their word."""
    return TEMPLATES.lines("leaving", language, points=balance_of(db.session, card.member)["points"])


def _chosen(card: Card) -> str:
    """The language in which the form was read."""
    told = request.form.get("language", "")
    return told if told in LOCALES else answers.spoken(card.language)
