"""A survey in a real browser at phone size: by day and by night, in both languages, by keyboard, without scripts."""

import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from field_api.app import create_app
from field_api.settings import read_settings
from field_api.store import schema
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.surveys.demo_survey import TITLE, WORDS, codebook
from field_api.surveys.handing_over import hand_over
from field_api.surveys.models import sheets
from field_api.web.identity import THE_SYSTEM
from tests.clients.test_card_page import PALE, SMALL, SPAN_OVER, WIDTH
from tests.field_api.people import make_territory
from tests.field_api.sector import make_customer
from tests.field_api.server import environ_for
from tests.field_api.surveys.questions import make_survey

pytestmark = pytest.mark.clients

# Gives the link of a customer who was not asked before.
Ask = Callable[[], str]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    environ = environ_for(tmp_path_factory.mktemp("survey"), None, FURET_FLOOD_LIMIT="1000000/minute")
    environ["FURET_PUBLIC_URL"] = f"http://127.0.0.1:{environ['PORT']}"
    app = create_app(read_settings(environ))
    with app.app_context():
        schema.upgrade(db.engine)
    server = make_server("127.0.0.1", int(environ["PORT"]), app, threaded=True)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    yield app
    server.shutdown()
    serving.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def ask(service: Flask) -> Ask:
    """The demo company's survey, live."""
    with service.app_context():
        territory = make_territory(db.session).id
        survey = make_survey(db.session, title=dict(TITLE), words=WORDS, codebook=codebook())

    def asked() -> str:
        with service.app_context():
            told = {"survey_id": survey, "channel": "visit", "language": "fr"}
            customer = make_customer(territory)
            with writing(db.session):
                return str(hand_over(db.session, THE_SYSTEM, customer, told)["url"])

    return asked


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("The survey page: there is no chromium here.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


def phone(browser: Browser, **how: Any) -> Page:
    return browser.new_context(viewport={"width": WIDTH, "height": 740}, **how).new_page()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_and_can_be_read(browser: Browser, ask: Ask, language: str, scheme: str) -> None:
    page, link, complaints = phone(browser, color_scheme=scheme), ask(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    for part in ("", "1", "5", "stop"):
        page.goto(f"{link}{part}?language={language}")
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate(SPAN_OVER) == [], part
        assert [one for one in page.evaluate(SMALL) if 'type="radio"' not in one] == [], part
        assert page.evaluate(PALE) == [], part
    assert complaints == []
    assert page.context.cookies() == []


def test_a_keyboard_alone_answers_everything_without_scripts(browser: Browser, ask: Ask, service: Flask) -> None:
    page, link = phone(browser, java_script_enabled=False), ask()
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("link", name="Commencer").press("Enter")
    for _ in range(5):
        for question in page.get_by_role("group").all():
            question.get_by_role("radio").first.focus()
            page.keyboard.press("Space")
            page.keyboard.press("ArrowDown")
        # The button that Enter presses is the one that goes on.
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Merci"
    with service.app_context():
        (answered,) = db.session.scalars(select(sheets.c.answers).where(sheets.c.counts)).all()
    assert set(answered.values()) == {2}
    assert len(answered) == 15


def test_a_label_is_what_is_read_out_and_what_a_thumb_may_hit(browser: Browser, ask: Ask) -> None:
    page, link = phone(browser, has_touch=True), ask()
    page.goto(f"{link}1?language=en")
    question = page.get_by_role("group", name="They know me when I come in or call.")
    question.get_by_text("Strongly agree").tap()
    assert question.get_by_role("radio", name="Strongly agree").is_checked()
    assert page.get_by_role("progressbar", name="Page 1 of 5").count() == 1
