"""Routes of a survey's page: whoever has the link was asked, and there is no account."""

from typing import Any

from flask import Response, request

from field_api.errors import NotFound
from field_api.public_pages import answers
from field_api.reps.company import company
from field_api.reps.models import LOCALES
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.surveys import answering, paging, wording
from field_api.surveys.answering import Asked
from field_api.surveys.paging import Page, Ticked
from field_api.surveys.rendering import ASSETS, PAGES
from field_api.web.openapi import Blueprint

blp = Blueprint("survey", __name__, description="The page on which a customer answers, opened by a link.")

GONE = 410
_WORDS: dict[str, Any] = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["words"],
                "properties": {"words": {"type": "string", "minLength": 1, "maxLength": answering.MOST_WORDS}},
            }
        }
    },
}
_STATE = {"type": "string", "description": "By the item's name: the state chosen, or empty for none."}
_FORM: dict[str, Any] = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "properties": {
                    "go": {"type": "string", "enum": ["next", "back", *LOCALES]},
                },
                "additionalProperties": _STATE,
            }
        }
    },
}


@blp.get("/survey/<token>/")
@blp.open()
@blp.doc(responses=answers.responses(200, 404, GONE))
@PAGES.paged
def show_survey(token: str) -> Response:
    """What is asked and what becomes of it; thanks once it was answered; and that it is over when it is."""
    asked = answering.read_link(db.session, token)
    if asked.is_open and asked.opened_at is None and request.method == "GET":
        with writing(db.session):
            answering.note_opened(db.session, asked)
    return _first(asked)


@blp.get("/survey/<token>/<int:number>")
@blp.open()
@blp.doc(responses=answers.responses(200, 303, 404))
@PAGES.paged
def show_page(token: str, number: int) -> Response:
    """One page of questions, with what was ticked before."""
    asked = answering.read_link(db.session, token)
    if not asked.is_open:
        return answers.onward(_onward("./", asked))
    return _questions(asked, number, Ticked(answering.answers_of(db.session, asked), ()))


@blp.post("/survey/<token>/<int:number>")
@blp.open()
@blp.doc(requestBody=_FORM, responses=answers.responses(200, 303, 404, 409, 422))
@PAGES.paged
def send_page(token: str, number: int) -> Response:
    """Keep what was ticked on a page, and go on; the last page closes the sheet."""
    with writing(db.session):
        asked = answering.hold_link(db.session, token)
        if not asked.is_open:
            return answers.onward(_onward("./", asked))
        page = _page(asked, number)
        ticked = paging.read_page(page, request.form.to_dict(flat=False))
        if ticked.unread:
            return _questions(asked, number, ticked)
        answering.keep_page(db.session, asked, (item["name"] for item in page.items), ticked.answers)
        return _went(asked, number)


@blp.post("/survey/<token>/words")
@blp.open()
@blp.doc(requestBody=_WORDS, responses=answers.responses(303, 404, 409, 422))
@PAGES.paged
def say(token: str) -> Response:
    """Say something in free words after the answers; the customer's contact reads it."""
    with writing(db.session):
        asked = answering.hold_link(db.session, token)
        written = request.form.get("words", "").replace("\r\n", "\n").strip()
        if asked.takes_words and not _can_be_kept(written):
            return _thanks(asked, written, 422)
        answering.say(db.session, asked, written)
    return answers.onward(_onward("./", asked))


@blp.get("/survey/<token>/stop")
@blp.open()
@blp.doc(responses=answers.responses(200, 404))
@PAGES.paged
def ask_to_stop(token: str) -> Response:
    """The one button that ends all asking: programs that look at links in mails press none."""
    return _stopping(answering.read_link(db.session, token), stopped=False)


@blp.post("/survey/<token>/stop")
@blp.open()
@blp.doc(responses=answers.responses(200, 404, 409))
@PAGES.paged
def stop(token: str) -> Response:
    """Ask the customer nothing any more; the words they read are kept with theirs."""
    with writing(db.session):
        asked = answering.hold_link(db.session, token)
        answering.stop_asking(db.session, asked, answers.spoken(asked.language))
    return _stopping(asked, stopped=True)


@blp.get("/survey-assets/<version>/<name>")
@blp.open()
@blp.doc(responses={200: {"description": "The file.", "content": {"text/css": {}}}})
@blp.doc(responses=answers.responses(404))
@PAGES.paged
def show_asset(version: str, name: str) -> Response:
    """A style sheet of these pages."""
    return ASSETS.answer(version, name)


def _went(asked: Asked, number: int) -> Response:
    """Where the button pressed leads; another language shows the same page again, with nothing lost."""
    go, last = request.form.get("go", "next"), len(paging.pages_of(asked.codebook))
    if go in LOCALES:
        return answers.onward(f"{number}?language={go}")
    if go == "back":
        return answers.onward(_onward(str(number - 1) if number > 1 else "./", asked))
    if number < last:
        return answers.onward(_onward(str(number + 1), asked))
    answering.close(db.session, asked)
    return answers.onward(_onward("./", asked))


def _first(asked: Asked) -> Response:
    language = answers.spoken(asked.language)
    facts = _facts(asked)
    if asked.answered_at is not None:
        return _thanks(asked)
    if not asked.is_open:
        return PAGES.shown("over.html", language, GONE, **facts)
    pages, ticked = paging.pages_of(asked.codebook), answering.answers_of(db.session, asked)
    items = sum(len(page.items) for page in pages)
    begun = {"begun": bool(ticked), "place": paging.next_page(pages, ticked), "items": items}
    # Some seven seconds a question, as people answer scales on a phone.
    return PAGES.shown("welcome.html", language, minutes=max(1, round(items * 7 / 60)), **begun, **facts)


def _thanks(asked: Asked, written: str = "", answered: int = 200) -> Response:
    facts = _facts(asked) | {"takes_words": asked.takes_words, "commented": asked.commented_at is not None}
    facts |= {"written": written, "refused": answered != 200, "most_words": answering.MOST_WORDS}
    return PAGES.shown("thanks.html", answers.spoken(asked.language), answered, **facts)


def _questions(asked: Asked, number: int, ticked: Ticked) -> Response:
    page = _page(asked, number)
    facts = _facts(asked) | {
        "page": page,
        "labels": {item["name"]: wording.labels_of(item, asked.words) for item in page.items},
        "ticked": ticked.answers,
        "unread": ticked.unread,
        "place": number,
        "last": len(paging.pages_of(asked.codebook)),
    }
    return PAGES.shown("questions.html", answers.spoken(asked.language), 422 if ticked.unread else 200, **facts)


def _stopping(asked: Asked, *, stopped: bool) -> Response:
    language = answers.spoken(asked.language)
    return PAGES.shown("stop.html", language, stopped=stopped, wording=wording.STOP, **_facts(asked))


def _page(asked: Asked, number: int) -> Page:
    pages = paging.pages_of(asked.codebook)
    if not 1 <= number <= len(pages):
        raise NotFound(f"This survey has no page {number}.")
    return pages[number - 1]


def _can_be_kept(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return 0 < len(text) <= answering.MOST_WORDS and "\x00" not in text


def _facts(asked: Asked) -> dict[str, Any]:
    return {"company": company(db.session)[0].name, "title": asked.title, "words": asked.words}


def _onward(address: str, asked: Asked) -> str:
    """An address with the language that was chosen, where it is not the customer's own."""
    spoken = answers.spoken(asked.language)
    return address if spoken == asked.language else f"{address}?language={spoken}"
