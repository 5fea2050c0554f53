"""The templates of surveys: the pages with the questions, and the mails that ask."""

from pathlib import Path

from field_api.public_pages.assets import Assets
from field_api.public_pages.pages import Pages
from field_api.public_pages.templates import Templates

FOLDER = Path(__file__).with_name("pages")
ASSETS = Assets("survey-assets", FOLDER, {"survey.css": "text/css"})
TEMPLATES = Templates(FOLDER, ASSETS)
PAGES = Pages(TEMPLATES)
