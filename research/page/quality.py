"""Whether the answers can be trusted: gaps, careless respondents, distributions, and what the constructs are worth."""

from collections.abc import Iterator

from markupsafe import Markup

from research.charts import draw_distributions, draw_missing, draw_reliability
from research.page.findings import Row
from research.page.markup import NOTHING, Section, bullets, figure, heading, note, table
from research.page.notices import told_all
from research.page.notices.telling import ABOUT_ANSWERS
from research.page.voice import Text, Voice
from research.reports import Report

_TITLE = Text("Can these answers be trusted?", "Peut-on se fier à ces réponses ?")
_LEAD = Text(
    "{respondents} respondents answered, worth {worth} after weighting; {missing} of the answers are missing.",
    "{respondents} répondants, qui en valent {worth} après pondération ; {missing} des réponses manquent.",
)
_ANSWERS = Text("What was answered", "Ce qui a été répondu")
_DISTRIBUTIONS_CHART = Text(
    "How the answers to every item are spread, from worst to best.",
    "La répartition des réponses à chaque question, de la pire à la meilleure.",
)
_MISSING_CHART = Text(
    "Share of each item’s answers that are missing or did not apply.",
    "Part des réponses de chaque question qui manquent ou étaient sans objet.",
)
_CAPTION = Text("Answers to every item", "Réponses à chaque question")
_ITEM = Text("Item", "Question")
_ANSWERED = Text("Answered", "Réponses")
_MISSING = Text("Missing", "Manquantes")
_MEAN = Text("Mean", "Moyenne")
_TOP_TWO = Text("Two best answers", "Deux meilleures réponses")
_RECOMMENDATION = Text("Recommendation score", "Score de recommandation")
_SAME_SCORE = Text("Means with the same score", "Moyennes au même score")
_RANGE = Text("{low} to {high}", "{low} à {high}")
_RELIABILITY = Text("How well items measure their construct", "Si les questions mesurent bien leur thème")
_RELIABILITY_CHART = Text(
    "Reliability of each construct with its 90% interval; under 0.7 effects are blurred.",
    "Fiabilité de chaque thème avec son intervalle à 90 % ; sous 0,7, les effets sont flous.",
)
_CONSTRUCT = Text("Construct", "Thème")
_INDEX = Text("Index (0 to 100)", "Indice (0 à 100)")
_ALPHA, _OMEGA = Text("Alpha", "Alpha"), Text("Omega", "Oméga")
_LOWEST = Text("Lowest item-rest correlation", "Corrélation question-reste la plus basse")
_CARELESS = Text("Respondents who may not have read", "Répondants qui n’ont peut-être pas lu")
_STRAIGHT = Text(
    "One answer to all {items} questions of a scale: {respondents} ({share}), {best} of them the best one.",
    "Une seule réponse aux {items} questions d’une échelle : {respondents} ({share}), dont {best} la meilleure.",
)
_FAST = Text(
    "Under {limit} s, where the median is {median} s: {respondents} ({share}).",
    "En moins de {limit} s, pour une médiane de {median} s : {respondents} ({share}).",
)
_TWICE = Text("Ids in several rows: {ids}.", "Identifiants sur plusieurs lignes : {ids}.")
_COMMON = Text(
    "First component of all items: {share} of the variance (Harman’s check; over half would suggest the way of "
    "asking).",
    "Première composante de toutes les questions : {share} de la variance (test de Harman ; plus de la moitié ferait "
    "soupçonner la façon de demander).",
)
_DEFINITION = Text(
    "Nothing is dropped or corrected, only told. The recommendation score counts the best answers less the worst and "
    "everything between as nothing; on scales other than 0 to 10 it is cut at the same places of their length, and "
    "the last column gives the means that share the very same score. The index of a construct is its mean answer from "
    "the worst (0) to the best (100). Alpha and omega come with jackknife intervals.",
    "Rien n’est ôté ni corrigé, tout est dit. Le score de recommandation compte les meilleures réponses moins les "
    "pires et ignore le reste ; sur une échelle autre que 0 à 10, il est coupé aux mêmes endroits de sa longueur, et "
    "la dernière colonne donne les moyennes qui ont exactement le même score. L’indice d’un thème est sa réponse "
    "moyenne, de la pire (0) à la meilleure (100). Alpha et oméga ont des intervalles jackknife.",
)


def about_quality(voice: Voice, report: Report) -> Section:
    survey = report["survey"]
    return Section(
        "quality",
        voice.say(_TITLE),
        voice.say(
            _LEAD,
            respondents=voice.count(survey["respondents"]),
            worth=voice.count(survey["n_eff"]),
            missing=voice.share(survey["missing_share"]),
        ),
        (
            bullets(told_all(voice, report, ABOUT_ANSWERS), "warned"),
            heading(voice.say(_RELIABILITY)) if report["quality"]["constructs"] else NOTHING,
            figure(draw_reliability(report, voice.lang), voice.say(_RELIABILITY_CHART)),
            _reliability(voice, report),
            heading(voice.say(_CARELESS)),
            bullets(_careless(voice, report["quality"])),
            heading(voice.say(_ANSWERS)),
            figure(draw_distributions(report, voice.lang), voice.say(_DISTRIBUTIONS_CHART)),
            figure(draw_missing(report, voice.lang), voice.say(_MISSING_CHART)),
            _distributions(voice, report["quality"]),
            note(voice.say(_DEFINITION)),
        ),
    )


def _reliability(voice: Voice, report: Report) -> Markup:
    constructs = report["quality"]["constructs"]
    if not constructs:
        return NOTHING
    cells = (
        (
            voice.name(each["construct"]),
            voice.between(each["index"], voice.count),
            voice.between(each["reliability"]["alpha"]),
            voice.between(each["reliability"]["omega"]),
            voice.decimal(min(each["reliability"]["item_rest"])),
        )
        for each in constructs
    )
    return table(voice.say(_RELIABILITY), [*map(voice.say, (_CONSTRUCT, _INDEX, _ALPHA, _OMEGA, _LOWEST))], cells)


def _careless(voice: Voice, quality: Row) -> Iterator[Markup]:
    straight, fast, twice = quality["straight_lining"], quality["too_fast"], quality["duplicate_ids"]
    if straight is not None:
        yield voice.say(
            _STRAIGHT,
            items=voice.count(straight["items"]),
            respondents=voice.count(straight["respondents"]),
            share=voice.share(straight["share"]),
            best=voice.count(straight["in_best_state"]),
        )
    if fast is not None:
        yield voice.say(
            _FAST,
            limit=voice.count(fast["limit_s"]),
            median=voice.count(fast["median_s"]),
            respondents=voice.count(fast["respondents"]),
            share=voice.share(fast["share"]),
        )
    if twice is not None:
        yield voice.say(_TWICE, ids=voice.count(twice["ids"]))
    yield voice.say(_COMMON, share=voice.share(quality["common_method"]["first_factor_share"]))


def _distributions(voice: Voice, quality: Row) -> Markup:
    missing = {gaps["item"]: gaps["missing"] for gaps in quality["missingness"]["by_item"]}
    columns = [*map(voice.say, (_ITEM, _ANSWERED, _MISSING, _MEAN, _TOP_TWO, _RECOMMENDATION, _SAME_SCORE))]
    cells = (
        (
            voice.name(each["item"]),
            voice.count(each["answered"]),
            voice.share(missing[each["item"]]),
            voice.between(each["mean"]),
            voice.between(each["top2"], voice.share),
            voice.between(each["recommendation"]["score"], voice.share),
            voice.say(
                _RANGE,
                low=voice.decimal(each["recommendation"]["mean_low"]),
                high=voice.decimal(each["recommendation"]["mean_high"]),
            ),
        )
        for each in quality["distributions"]
    )
    return table(voice.say(_CAPTION), columns, cells)
