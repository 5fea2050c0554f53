"""Routes of enrolment on the web, for people who are not members yet: the form, and the link that confirms it."""

import re
from typing import Any

from flask import Response, request

from field_api.cards import wallets, web_enrolling
from field_api.cards.icons import icon
from field_api.cards.rendering import ASSETS, PAGES
from field_api.customers import reach
from field_api.loyalty import numbers
from field_api.public_pages import answers
from field_api.reps.company import company
from field_api.reps.models import LOCALES
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.openapi import Blueprint

blp = Blueprint("join", __name__, description="Enrolment on the web, confirmed by e-mail.")

LENGTHS = {"given_name": 100, "name": 200}
LOGO_PX = 660
# Names may hold marks that are not printed: a Persian one is written with a joiner that keeps letters apart.
_LINE = r"^[^\x00-\x1f\x7f]+$"
_FORM: dict[str, Any] = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["given_name", "name", "email", "consent"],
                "properties": {
                    **{
                        name: {"type": "string", "minLength": 1, "pattern": _LINE, "maxLength": longest}
                        for name, longest in LENGTHS.items()
                    },
                    "email": {"type": "string", "format": "email"},
                    "consent": {"type": "string", "enum": ["yes"]},
                    "referred_by": {"type": "string", "description": "A card number."},
                    "language": {"type": "string"},
                },
                "additionalProperties": {"type": "string", "description": 'choice_0 and on: "yes" for what is ticked.'},
            }
        }
    },
}

_SAID = {
    "given_name": ("Écrivez votre prénom.", "Write your given name."),
    "name": ("Écrivez votre nom.", "Write your family name."),
    "email": ("Écrivez votre adresse, comme nom@exemple.fr.", "Write your address, like name@example.org."),
    "referred_by": ("Ce numéro n’est pas juste : relisez-le sur la carte.", "This number is not right: read it again."),
    "consent": ("Sans votre accord, il n’y a pas de carte.", "Without your agreement there is no card."),
}


@blp.get("/join/<id:form_id>")
@blp.open()
@blp.doc(responses=answers.responses(200, 404))
@PAGES.paged
def show_form(form_id: str) -> Response:
    """The form on which one enrols."""
    form = web_enrolling.open_form(db.session, form_id)
    return _form(form, answers.spoken(), {}, {})


@blp.post("/join/<id:form_id>")
@blp.open()
@blp.doc(requestBody=_FORM, responses=answers.responses(200, 404, 422))
@PAGES.paged
def join(form_id: str) -> Response:
    """Ask for a card; the answer is the same whether or not the e-mail is known here."""
    with writing(db.session):
        form = web_enrolling.open_form(db.session, form_id)
        sent = {name: value.strip() for name, value in request.form.items()}
        language = sent["language"] if sent.get("language") in LOCALES else answers.spoken()
        told, faults = _read(form, sent, language)
        if faults:
            return _form(form, language, sent, faults, 422)
        web_enrolling.ask(db.session, form, told | {"language": language})
    return PAGES.shown("sent.html", language, company=company(db.session)[0].name, email=told["email"])


@blp.get("/join/confirm/<token>")
@blp.open()
@blp.doc(responses=answers.responses(200, 404))
@PAGES.paged
def show_confirmation(token: str) -> Response:
    """The one button that confirms: programs that look at links in mails press none."""
    row = web_enrolling.waiting(db.session, token)
    language = answers.spoken((row["told"] or {}).get("language"))
    return PAGES.shown("confirm.html", language, company=company(db.session)[0].name)


@blp.post("/join/confirm/<token>")
@blp.open()
@blp.doc(responses=answers.responses(303, 404, 409))
@PAGES.paged
def confirm(token: str) -> Response:
    """Confirm the e-mail, enrol, and go on to the card; a second time leads to the same card."""
    with writing(db.session):
        card = web_enrolling.confirm(db.session, token)
    return answers.onward(card)


@blp.get("/card-assets/<version>/<name>")
@blp.open()
@blp.doc(responses={200: {"description": "The file.", "content": {"text/css": {}, "text/javascript": {}}}})
@blp.doc(responses=answers.responses(404))
@PAGES.paged
def show_asset(version: str, name: str) -> Response:
    """A style sheet or a script of these pages."""
    return ASSETS.answer(version, name)


@blp.get("/card-assets/logo.png")
@blp.open()
@blp.doc(responses={200: {"description": "The logo.", "content": {"image/png": {}}}})
def show_logo() -> Response:
    """The picture that Google Wallet shows with saved cards."""
    return Response(icon(LOGO_PX, wallets.COLOUR), mimetype="image/png", headers=answers.KEPT)


def _form(
    form: dict[str, Any], language: str, told: dict[str, str], faults: dict[str, str], status: int = 200
) -> Response:
    facts = {"company": company(db.session)[0].name, "form": form, "tiers": form["programme"]["terms"]["tiers"]}
    return PAGES.shown("join.html", language, status, told=told, faults=faults, **facts)


def _read(form: dict[str, Any], sent: dict[str, str], language: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What was filled in, and what is wrong with it, in words."""
    wrong = {name for name, longest in LENGTHS.items() if not _is_line(sent.get(name, ""), longest)}
    told: dict[str, Any] = {name: sent.get(name) for name in LENGTHS}
    try:
        told["email"] = reach.email(sent.get("email", ""))
    except ValueError:
        wrong.add("email")
    told["referred_by"] = None
    if sent.get("referred_by"):
        try:
            told["referred_by"] = numbers.read(sent["referred_by"])
        except numbers.Misread:
            wrong.add("referred_by")
    if sent.get("consent") != "yes":
        wrong.add("consent")
    told["choices"] = [place for place in range(len(form["choices"])) if sent.get(f"choice_{place}") == "yes"]
    return told, {name: _SAID[name][0 if language == "fr" else 1] for name in sorted(wrong)}


def _is_line(text: str, longest: int) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return 0 < len(text) <= longest and re.fullmatch(_LINE, text) is not None
