"""Segments and waves side by side, and segments the answers show by themselves."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from research.charts import draw_segments
from research.charts.groups import Grouping
from research.groups import SURE, Pooling
from research.page.findings import Row
from research.page.markup import NOTHING, Section, bullets, figure, heading, note, paragraph, table
from research.page.own_segments import own_segments
from research.page.voice import Text, Voice
from research.reports import Report

_TITLE = Text("Segments and waves", "Segments et vagues")
_LEAD_HIDDEN = Text(
    "The usual score hides something: {first} and {second} score alike, but not for the same reasons.",
    "Le score habituel cache quelque chose : {first} et {second} ont le même score, mais pas pour les mêmes raisons.",
)
_LEAD_DIFFER = Text(
    "What drives {target} is not the same everywhere: the groups need different actions.",
    "Ce qui agit sur {target} n’est pas le même partout : les groupes appellent des actions différentes.",
)
_LEAD_SAME = Text(
    "Nothing shows that groups need different actions: no driver surely matters more in one than in another.",
    "Rien ne montre qu’il faille agir autrement d’un groupe à l’autre : aucun levier ne compte sûrement plus ici que "
    "là.",
)
_LEAD_OWN = Text(
    "No segments or waves were given; what the answers themselves show of kinds of customers stands below.",
    "Aucun segment, aucune vague n’a été donné ; ce que les réponses montrent d’elles-mêmes est ci-dessous.",
)
_BY: dict[Grouping, Text] = {"given": Text("Segments", "Segments"), "waves": Text("Waves", "Vagues")}
_CHART = Text(
    "The scores of the groups, and beside them what moves {target} in each, with 90% intervals.",
    "Les scores des groupes et, à côté, ce qui agit sur {target} dans chacun, avec les intervalles à 90 %.",
)
_POOLING: dict[Pooling, Text] = {
    "pooled": Text(
        "Answers held out are foretold best by the same tables for all groups: no difference is claimed.",
        "Les réponses mises de côté sont le mieux prédites par les mêmes tables pour tous : aucune différence n’est "
        "affirmée.",
    ),
    "partly_pooled": Text(
        "Answers held out are foretold best by tables of each group drawn towards those of all: the groups differ, "
        "within bounds.",
        "Les réponses mises de côté sont le mieux prédites par des tables de chaque groupe tirées vers celles de tous "
        ": les groupes diffèrent, dans une certaine mesure.",
    ),
    "separate": Text(
        "Answers held out are foretold best by tables of each group alone: the groups differ.",
        "Les réponses mises de côté sont le mieux prédites par des tables propres à chaque groupe : les groupes "
        "diffèrent.",
    ),
}
_TOO_SMALL = Text(
    "There are no two groups large enough to be compared.",
    "Il n’y a pas deux groupes assez grands pour être comparés.",
)
_ALIKE = Text(
    "{first} and {second} have scores that cannot be told apart, yet {driver} moves {target} more in {more}: the "
    "score alone would hide it.",
    "{first} et {second} ont des scores qu’on ne distingue pas ; pourtant {driver} agit plus sur {target} dans {more} "
    ": le score seul le cacherait.",
)
_SCORES = Text("Scores of {target}", "Scores de {target}")
_GROUP = Text("Group", "Groupe")
_RESPONDENTS = Text("Respondents", "Répondants")
_MEAN = Text("Mean (steps)", "Moyenne (échelons)")
_TOP_TWO = Text("Two best answers", "Deux meilleures réponses")
_RECOMMENDATION = Text("Recommendation score (points)", "Score de recommandation (points)")
_DIFFERENCES = Text("Where drivers differ, the surest first", "Où les leviers diffèrent, les plus sûrs d’abord")
_DRIVER = Text("Driver", "Levier")
_GROUPS = Text("Groups", "Groupes")
_PAIR = Text("{first}, {second}", "{first}, {second}")
_FIRST_LESS_SECOND = Text("First less second (s.d.)", "Premier moins second (é.‑t.)")
_MORE_IN = Text("Matters more in", "Compte plus dans")
_CERTAINTY = Text("Certainty of the sign", "Sûreté du signe")
_UNTOLD = Text("not sure", "incertain")
_DEFINITION = Text(
    "Groups are compared by the mean log-likelihood of answers held out, under tables that are the same for all, "
    "partly pooled, or separate. Effects are those of moving a driver from its first to its third quartile, estimated "
    "in each group alone. A difference is told as sure where 95% of the replicates agree on its sign. The "
    "recommendation score (9 and 10 less 0 to 6) exists only for targets asked from 0 to 10.",
    "Les groupes sont comparés par la log-vraisemblance moyenne de réponses mises de côté, avec des tables communes, "
    "en partie communes, ou séparées. Les effets sont ceux d’un passage du premier au troisième quartile du levier, "
    "estimés dans chaque groupe. Une différence est dite sûre si 95 % des réplications s’accordent sur son signe. Le "
    "score de recommandation (9 et 10 moins 0 à 6) n’existe que pour une cible demandée de 0 à 10.",
)


def about_groups(voice: Voice, report: Report) -> Section | None:
    segments = report["segments"]
    if not any(segments.values()):
        return None
    given: list[Grouping] = [by for by in _BY if segments[by] is not None]
    return Section(
        "groups",
        voice.say(_TITLE),
        _lead(voice, report, given),
        (
            *(part for by in given for part in _compared(voice, report, by)),
            own_segments(voice, segments["survey_derived"]),
            note(voice.say(_DEFINITION)) if given else NOTHING,
        ),
    )


def _lead(voice: Voice, report: Report, given: Sequence[Grouping]) -> Markup:
    if not given:
        return voice.say(_LEAD_OWN)
    groups = [report["segments"][by] for by in given]
    target = voice.target(report["target"]["name"])
    for group in groups:
        for one in _alike(group):
            return voice.say(_LEAD_HIDDEN, first=voice.quoted(one["first"]), second=voice.quoted(one["second"]))
    differ = any(one["certainty"] >= SURE for group in groups for one in group["differences"])
    return voice.say(_LEAD_DIFFER if differ else _LEAD_SAME, target=target)


def _alike(groups: Row) -> list[Row]:
    """Sure differences of a driver between groups whose means cannot be told apart."""
    means = {row["group"]: row["mean"] for row in groups["rows"]}
    return [
        one
        for one in groups["differences"]
        if one["certainty"] >= SURE
        and means[one["first"]]["low"] <= means[one["second"]]["high"]
        and means[one["second"]]["low"] <= means[one["first"]]["high"]
    ]


def _compared(voice: Voice, report: Report, by: Grouping) -> Iterator[Markup]:
    groups, target = report["segments"][by], voice.target(report["target"]["name"])
    yield heading(voice.say(_BY[by]))
    if not groups["rows"]:
        yield paragraph(voice.say(_TOO_SMALL))
        return
    yield paragraph(voice.say(_POOLING[groups["pooling"]]))
    yield bullets(
        voice.say(
            _ALIKE,
            target=target,
            driver=voice.quoted(one["driver"]),
            first=voice.quoted(one["first"]),
            second=voice.quoted(one["second"]),
            more=voice.quoted(_more(one)),
        )
        for one in _alike(groups)
    )
    yield figure(draw_segments(report, voice.lang, by), voice.say(_CHART, target=target))
    yield _scores(voice, groups["rows"], voice.say(_SCORES, target=target))
    if groups["differences"]:
        columns = [*map(voice.say, (_DRIVER, _GROUPS, _FIRST_LESS_SECOND, _MORE_IN, _CERTAINTY))]
        yield table(voice.say(_DIFFERENCES), columns, (_difference(voice, one) for one in groups["differences"]))


def _scores(voice: Voice, rows: Sequence[Row], caption: Markup) -> Markup:
    columns = [*map(voice.say, (_GROUP, _RESPONDENTS, _MEAN, _TOP_TWO, _RECOMMENDATION))]
    cells = (
        (
            voice.name(row["group"]),
            voice.count(row["respondents"]),
            voice.between(row["mean"]),
            voice.between(row["top_two"], voice.share),
            voice.between(row["recommendation"], voice.points),
        )
        for row in rows
    )
    return table(caption, columns, cells)


def _difference(voice: Voice, one: Row) -> tuple[Markup, ...]:
    return (
        voice.name(one["driver"]),
        voice.say(_PAIR, first=voice.name(one["first"]), second=voice.name(one["second"])),
        voice.between(one["difference"]),
        voice.name(_more(one)) if one["certainty"] >= SURE else voice.say(_UNTOLD),
        voice.share(one["certainty"]),
    )


def _more(one: Row) -> str:
    """The group in which the driver moves the target more."""
    return str(one["first"] if one["difference"]["value"] >= 0 else one["second"])
