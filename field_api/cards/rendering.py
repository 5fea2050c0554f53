"""The templates of cards: pages, mails and texts, with what belongs to them."""

from functools import lru_cache
from pathlib import Path

from field_api.cards import words
from field_api.public_pages.assets import Assets
from field_api.public_pages.pages import Pages
from field_api.public_pages.templates import Templates

FOLDER = Path(__file__).with_name("pages")
ASSETS = Assets("card-assets", FOLDER, {"card.css": "text/css", "card.js": "text/javascript"})
TEMPLATES = Templates(FOLDER, ASSETS, {"move": words.move})
PAGES = Pages(TEMPLATES)


@lru_cache(maxsize=1)
def worker() -> bytes:
    """The script that opens a card without a network; it has the address of the card, and no other one."""
    return (FOLDER / "worker.js").read_bytes()
