"""Whether answers can be trusted, and how high each construct stands, in words."""

from collections.abc import Iterator

from markupsafe import Markup

from research.lab.shown import Shown
from research.languages import Language
from research.page.markup import Section, bullets, table
from research.page.notices import told_all
from research.page.notices.telling import ABOUT_ANSWERS
from research.page.voice import Text, Voice
from research.quality.measurement import WEAK_RELIABILITY
from research.reports import Report

CARELESS = 0.05

_TITLE = Text("Can we trust these answers?", "Peut-on se fier à ces réponses ?")
_YES = Text(
    "Yes: the questions of every topic go together (at worst with a reliability of {omega}, for {weakest}), and few "
    "customers answered without reading.",
    "Oui : les questions de chaque thème vont ensemble (au pire avec une fiabilité de {omega}, pour {weakest}), et peu "
    "de clients ont répondu sans lire.",
)
_UNKNOWN = Text(
    "Nobody can say: no topic is asked about by two questions, so nothing tells how well they measure it.",
    "Nul ne peut le dire : aucun thème n’a deux questions, et rien ne dit si elles le mesurent bien.",
)
_WEAK = Text(
    "In part: the questions on {weak} do not go together well enough, so what is said of them is blurred.",
    "En partie : les questions sur {weak} ne vont pas assez bien ensemble, ce qui s’en dit reste flou.",
)
_CARELESS = Text(
    "In part: {share} of the customers ticked one column or hurried, which makes everything look tied to everything.",
    "En partie : {share} des clients ont coché une seule colonne ou se sont hâtés, et tout semble alors lié à tout.",
)
_WHO = Text(
    "{respondents} customers answered; after weighting they are worth {worth}. {missing} of the answers are missing.",
    "{respondents} clients ont répondu ; après pondération ils en valent {worth}. {missing} des réponses manquent.",
)
_HIGH_LOW = Text(
    "Customers stand highest on {highest}, {top} of 100, and lowest on {lowest}, {bottom}.",
    "Les clients sont au plus haut sur {highest}, {top} sur 100, et au plus bas sur {lowest}, {bottom}.",
)
_CAPTION = Text("Indices, with 90% intervals in brackets", "Indices, intervalles à 90 % entre parenthèses")
_TOPIC, _INDEX = Text("Topic", "Thème"), Text("Index, 0 to 100", "Indice, 0 à 100")
_ALPHA, _OMEGA = Text("Alpha", "Alpha"), Text("Omega", "Oméga")


def tell_trust(report: Report, lang: Language) -> Shown:
    """A verdict on the answers, who gave them, where the indices stand, and every warning about the answers."""
    voice = Voice(lang, report["labels"])
    points = [*_points(voice, report), *told_all(voice, report, ABOUT_ANSWERS)]
    return Shown.of(Section("trust", voice.say(_TITLE), _verdict(voice, report), (bullets(points),)).html())


def tabulate_indices(report: Report, lang: Language) -> Shown:
    """Every construct's index from 0 to 100 with its reliability, each with its interval."""
    voice = Voice(lang, report["labels"])
    columns = [voice.say(text) for text in (_TOPIC, _INDEX, _ALPHA, _OMEGA)]
    rows = [
        (
            voice.name(name),
            voice.between(index, voice.count),
            voice.between(report["reliability"][name]["alpha"]),
            voice.between(report["reliability"][name]["omega"]),
        )
        for name, index in report["indices"].items()
    ]
    return Shown.of(table(voice.say(_CAPTION), columns, rows))


def _verdict(voice: Voice, report: Report) -> Markup:
    quality, omegas = report["quality"], {name: own["omega"] for name, own in report["reliability"].items()}
    weak = [name for name, omega in omegas.items() if omega["value"] < WEAK_RELIABILITY]
    careless = max((quality[key] or {"share": 0.0})["share"] for key in ("straight_lining", "too_fast"))
    if careless > CARELESS:
        return voice.say(_CARELESS, share=voice.share(careless))
    if not omegas:
        return voice.say(_UNKNOWN)
    if weak:
        return voice.say(_WEAK, weak=voice.listed(weak))
    weakest = min(omegas, key=lambda name: omegas[name]["value"])
    return voice.say(_YES, omega=voice.between(omegas[weakest]), weakest=voice.quoted(weakest))


def _points(voice: Voice, report: Report) -> Iterator[Markup]:
    survey, indices = report["survey"], report["indices"]
    yield voice.say(
        _WHO,
        respondents=voice.count(survey["respondents"]),
        worth=voice.count(survey["n_eff"]),
        missing=voice.share(survey["missing_share"]),
    )
    if len(indices) > 1:
        lowest, *_, highest = sorted(indices, key=lambda name: indices[name]["value"])
        yield voice.say(
            _HIGH_LOW,
            highest=voice.quoted(highest),
            top=voice.between(indices[highest], voice.count),
            lowest=voice.quoted(lowest),
            bottom=voice.between(indices[lowest], voice.count),
        )
