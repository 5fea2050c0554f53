"""The whole page: one HTML document that asks nothing of anybody, from the report's values and the charts alone."""

from collections.abc import Callable, Iterator
from importlib.resources import files

from markupsafe import Markup

from research.languages import Language, wording
from research.page.agreement import about_agreement
from research.page.curves import about_curves
from research.page.drivers import about_drivers
from research.page.groups import about_groups
from research.page.headline import headline
from research.page.hidden_causes import about_hidden_causes
from research.page.markup import NOTHING, Section, bare
from research.page.network import about_network
from research.page.provenance import about_provenance
from research.page.quadrants import about_quadrants
from research.page.quality import about_quality
from research.page.stakes import about_stakes
from research.page.validation import about_validation
from research.page.voice import Text, Voice
from research.progress import Progress, silent
from research.reports import Report

SECTIONS: tuple[Callable[[Voice, Report], Section | None], ...] = (
    headline,
    about_drivers,
    about_quadrants,
    about_stakes,
    about_curves,
    about_groups,
    about_network,
    about_agreement,
    about_hidden_causes,
    about_quality,
    about_validation,
    about_provenance,
)

_UNTITLED = Text("Survey", "Enquête")
_WHY = Text("Why {target} is as it is", "Ce qui explique {target}")
_WHAT = Text("What holds together in these answers", "Ce qui tient ensemble dans ces réponses")
_BASIS = Text(
    "{respondents} respondents. Ranges in brackets are 90% intervals.",
    "{respondents} répondants. Les plages entre parenthèses sont des intervalles à 90 %.",
)
_SKIP = Text("Skip to the content", "Aller au contenu")
_CONTENTS = Text("Contents", "Sommaire")

_PAGE = Markup(
    """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#headline">{skip}</a>
<header><p class="survey">{survey}</p><h1>{heading}</h1><p>{basis}</p></header>
<nav aria-label="{contents}"><ol>{links}</ol></nav>
<main>
{sections}</main>
</body>
</html>
"""
)


def render_page(report: Report, lang: Language, progress: Progress = silent) -> str:
    """The page of one report, as HTML.

    Parameters
    ----------
    report : dict
        What `research.reports.report` gives, or report.json read back.
    lang : "en" or "fr"
    progress : Progress
    """
    voice = Voice(lang, report["labels"])
    sections = list(_sections(voice, report, progress))
    target = report.get("target")
    heading = voice.say(_WHAT) if target is None else voice.say(_WHY, target=voice.quoted(target["name"]))
    title = report["survey"]["title"]  # One text for all languages, where an older version wrote the report.
    title = title if isinstance(title, str) else wording(title, lang, "")
    return str(
        _PAGE.format(
            lang=lang,
            title=bare(heading),
            # The style sheet is ours and holds no markup.
            style=Markup(files("research.page").joinpath("page.css").read_text(encoding="utf-8")),  # noqa: S704
            skip=voice.say(_SKIP),
            survey=voice.name(title) if title else voice.say(_UNTITLED),
            heading=heading,
            basis=voice.say(_BASIS, respondents=voice.count(report["survey"]["respondents"])),
            contents=bare(voice.say(_CONTENTS)),
            links=NOTHING.join(
                Markup('<li><a href="#{}">{}</a></li>').format(section.anchor, section.title) for section in sections
            ),
            sections=NOTHING.join(section.html() for section in sections),
        )
    )


def _sections(voice: Voice, report: Report, progress: Progress) -> Iterator[Section]:
    """Those that have something to say, one after the other: drawing their charts takes seconds."""
    for number, about in enumerate(SECTIONS, start=1):
        section = about(voice, report)
        progress("Drawing report.html", number, len(SECTIONS))
        if section is not None:
            yield section
