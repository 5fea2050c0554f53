"""The card in a real browser at phone size: by day, by night, on paper, on the home screen, and without a network."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import update
from werkzeug.serving import make_server

from field_api import clock
from field_api.app import create_app
from field_api.cards import forms
from field_api.cards.cards import give_link
from field_api.cards.schemas import NewEnrolmentFormSchema
from field_api.loyalty.models import members
from field_api.loyalty.tiers import recompute
from field_api.points.commands import Earn
from field_api.points.earning import earn
from field_api.settings import read_settings
from field_api.store import schema
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from field_api.web.openapi import load
from tests.field_api.cards.conftest import add_rule
from tests.field_api.cards.forms import form_like
from tests.field_api.cards.pictures import read_png
from tests.field_api.gifts.club import give_points, make_gift, make_member, make_programme
from tests.field_api.people import make_territory
from tests.field_api.sector import make_customer
from tests.field_api.server import environ_for

pytestmark = pytest.mark.clients

WIDTH = 360
SPAN_OVER = """() => [...document.querySelectorAll('body *')]
  .filter(e => !e.closest('svg, .skip') && e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => e.outerHTML.slice(0, 80))"""
# What is too small for a thumb: links inside sentences may be (WCAG 2.2, 2.5.8).
SMALL = """() => [...document.querySelectorAll('button, .button, input:not([type=hidden]):not([type=checkbox])')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80))"""
PALE = Path(__file__).with_name("pale.js").read_text().partition("\n")[2].rstrip().removesuffix(";")


@dataclass(frozen=True)
class Shop:
    """A running server with one member's card and one form."""

    url: str
    card: str
    form: str


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    environ = environ_for(tmp_path_factory.mktemp("card"), None, FURET_FLOOD_LIMIT="1000000/minute")
    environ["FURET_PUBLIC_URL"] = url = f"http://127.0.0.1:{environ['PORT']}"
    app = create_app(read_settings(environ))
    with app.app_context():
        schema.upgrade(db.engine)
        card, form = fill()
        db.session.remove()
    server = make_server("127.0.0.1", int(environ["PORT"]), app, threaded=True)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    yield Shop(url, card, f"{url}/join/{form}")
    server.shutdown()
    serving.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


def fill() -> tuple[str, str]:
    """A member with a history, gifts near and far, and a form."""
    session, territory = db.session, make_territory(db.session)
    programme = make_programme(session)
    add_rule(session, programme, "card_installed", 25)
    member = make_member(session, programme, make_customer(territory.id, "Lefèvre", given_name="Élodie"), 640)
    give_points(session, member, 40, clock.now() + timedelta(days=20))
    make_gift(session, programme)
    make_gift(session, programme, points=900, title={"en": "Roasting workshop", "fr": "Atelier torréfaction pour deux"})
    with writing(session):
        waiting = Earn(operation_id=new_id(), account_id=member, points=70, pending=True, event="purchase")
        earn(session, THE_SYSTEM, waiting)
        session.execute(update(members).values(joined_at=clock.now() - timedelta(days=100)))
    with writing(session):
        recompute(session, member)
        card = give_link(session, THE_SYSTEM, member)
        form = forms.create_form(session, THE_SYSTEM, load(NewEnrolmentFormSchema, form_like(territory.id, programme)))
    return card, str(form["id"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("The card page: there is no chromium here.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": WIDTH, "height": 740}, device_scale_factor=2)
    yield context
    context.close()


def opened(phone: BrowserContext, shop: Shop, address: str, scheme: str = "light") -> tuple[Page, list[str]]:
    """The page, and everything it complained of or asked of anybody but our server."""
    page = phone.new_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    noticed: list[str] = []
    page.on("console", lambda message: noticed.append(message.text))
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.on("request", lambda one: None if one.url.startswith(shop.url) else noticed.append(one.url))
    page.goto(address)
    return page, noticed


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("part", ["card", "leave", "statement", "form"])
def test_every_page_fits_a_phone_and_keeps_to_itself(
    phone: BrowserContext, shop: Shop, part: str, language: str, scheme: str
) -> None:
    last = clock.today().replace(day=1) - timedelta(days=1)
    pages = {"card": shop.card, "leave": f"{shop.card}leave", "form": shop.form}
    address = pages.get(part, f"{shop.card}statements/{last:%Y-%m}")
    page, noticed = opened(phone, shop, f"{address}?language={language}", scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert page.evaluate(SPAN_OVER) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate(PALE) == []
    assert page.evaluate("document.documentElement.lang") == language
    assert page.evaluate("document.querySelectorAll('h1').length") == 1
    assert phone.cookies() == []
    assert noticed == []


def test_a_scanner_reads_the_number_from_the_screen_by_night_too(phone: BrowserContext, shop: Shop) -> None:
    page, _ = opened(phone, shop, shop.card, "dark")
    number = page.locator(".number").inner_text().split(maxsplit=1)[1].replace(" ", "")
    assert read_png(page.locator(".qr").screenshot()) == [("QR Code", number)]
    assert read_png(page.locator(".bars").screenshot()) == [("Code 128", number)]


def test_paper_shows_the_card_and_a_statement_without_buttons(phone: BrowserContext, shop: Shop) -> None:
    last = clock.today().replace(day=1) - timedelta(days=1)
    for address in (shop.card, f"{shop.card}statements/{last:%Y-%m}"):
        page, noticed = opened(phone, shop, address, "dark")
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.locator("button:visible, .languages:visible").count() == 0
        assert len(page.pdf(format="A4", prefer_css_page_size=True)) > 8_000
        assert noticed == []


def test_the_card_opens_without_a_network_and_not_after_its_link_was_made_void(
    phone: BrowserContext, shop: Shop
) -> None:
    page, _ = opened(phone, shop, f"{shop.card}?language=en")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.keys().then(names => names.length === 1)")
    phone.set_offline(True)
    page.goto(shop.card)
    assert page.locator(".qr svg").count() == 1
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius") == "16px"
    with pytest.raises(Exception, match="net::ERR_"):
        page.goto(f"{shop.card}leave")
    phone.set_offline(False)
    page.goto(shop.card)
    assert page.locator(".sum").is_visible()


def test_opened_from_the_home_screen_it_thanks_once(phone: BrowserContext, shop: Shop) -> None:
    phone.add_init_script("Object.defineProperty(navigator, 'standalone', {value: true})")
    page, noticed = opened(phone, shop, f"{shop.card}?language=en")
    page.locator("#added").wait_for(state="visible")
    assert page.locator("#added").inner_text() == "Thank you for keeping the card: 25 points."
    page.goto(f"{shop.card}?language=en")
    page.wait_for_timeout(300)
    assert not page.locator("#added").is_visible()
    assert "Card installed" in page.locator("main").inner_text()
    assert noticed == []


def test_a_form_is_filled_in_with_the_keyboard_alone_and_tells_what_is_missing(
    phone: BrowserContext, shop: Shop
) -> None:
    page, noticed = opened(phone, shop, f"{shop.form}?language=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("Given name").fill("Zoé")
    page.get_by_role("button", name="Get my card").press("Enter")
    assert page.locator("[aria-invalid]").count() == 3
    assert page.get_by_label("Given name").input_value() == "Zoé"
    page.get_by_label("Family name").fill("Durand")
    page.get_by_label("E-mail address").fill("zoe@example.fr")
    page.get_by_label("Count my points.").press("Space")
    page.get_by_label("E-mail address").press("Enter")
    assert page.get_by_role("heading", name="Look at your mail").is_visible()
    assert [one for one in noticed if "422" not in one] == []
