"""What drives the target and how surely, in words: the headline of the page, and what segments and stakes add to it."""

from research.lab.shown import Shown
from research.languages import Language
from research.page.groups import about_groups
from research.page.headline import headline
from research.page.markup import paragraph
from research.page.stakes import about_stakes
from research.page.voice import Voice
from research.reports import Report


def tell_drivers(report: Report, lang: Language) -> Shown:
    """The first section of report.html, and the one sentence that opens those on segments and on turnover."""
    voice = Voice(lang, report["labels"])
    added = [section for section in (about_groups(voice, report), about_stakes(voice, report)) if section is not None]
    return Shown.of(headline(voice, report).html(), *(paragraph(section.lead) for section in added))
