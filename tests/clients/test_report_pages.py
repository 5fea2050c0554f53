"""report.html in a real browser: on phones and desks, by day, by night and on paper, in both languages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from research.languages import LANGUAGES
from research.page import render_page
from tests.research.page.reports import report_of

pytestmark = pytest.mark.clients

WIDTHS = {"phone": 360, "desk": 1280}
# Elements wider than the window, except in what scrolls by itself.
OVERFLOWING = """() => [...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.scroll, svg, .skip') && e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => e.outerHTML.slice(0, 80))"""
UNSEEN_CHARTS = """() => [...document.querySelectorAll('figure svg')]
  .filter(e => { const box = e.getBoundingClientRect(); return box.width < 250 || box.height < 60; }).length"""
CLIPPED = """() => [...document.querySelectorAll('figure svg')].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > frame.right + 1 || box.left < frame.left - 1);
  }).map(e => e.textContent);
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("report.html: there is no chromium here.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module", params=LANGUAGES)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(render_page(report_of("whole"), request.param), encoding="utf-8")
    return file


def opened(browser: Browser, file: Path, width: int, scheme: str) -> tuple[Page, list[str]]:
    """The page, and everything it complained of or asked for beside itself."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    noticed: list[str] = []
    page.on("console", lambda message: noticed.append(message.text))
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.on("request", lambda request: noticed.append(request.url) if request.url != file.as_uri() else None)
    page.goto(file.as_uri())
    return page, noticed


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_every_chart_is_seen_and_nothing_overflows(browser: Browser, file: Path, width: int, scheme: str) -> None:
    page, noticed = opened(browser, file, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERFLOWING) == []
    assert page.locator("figure svg").count() >= 12
    assert page.evaluate(UNSEEN_CHARTS) == 0
    assert page.evaluate(CLIPPED) == []
    assert noticed == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ground_follows_the_reader_and_paper_is_always_light(browser: Browser, file: Path, scheme: str) -> None:
    page, _ = opened(browser, file, WIDTHS["desk"], scheme)
    lightness = "getComputedStyle(document.documentElement).getPropertyValue('--paper')"
    assert (page.evaluate(lightness) == "#fffffe") == (scheme == "light")
    page.emulate_media(media="print")
    assert page.evaluate(lightness) == "#fffffe"
    page.close()


def test_paper_shows_the_tables_that_are_folded_up(browser: Browser, file: Path) -> None:
    page, noticed = opened(browser, file, WIDTHS["desk"], "dark")
    heights = "[...document.querySelectorAll('details table')].map(e => e.getBoundingClientRect().height)"
    page.emulate_media(media="print")
    assert min(page.evaluate(heights)) > 20
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["desk"]
    assert len(page.pdf(format="A4", prefer_css_page_size=True)) > 100_000
    assert noticed == []
    page.close()


def test_a_keyboard_reaches_the_content_first(browser: Browser, file: Path) -> None:
    page, _ = opened(browser, file, WIDTHS["phone"], "light")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#headline"
    page.close()
