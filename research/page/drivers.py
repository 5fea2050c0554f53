"""The drivers of the target: what goes with it, and what would follow if each were moved, on both levels."""

from collections.abc import Sequence

from markupsafe import Markup

from research.charts import draw_drivers, draw_ranks
from research.drivers.target import Level
from research.page.findings import Row, drivers_at, has_target, headline_drivers, levels, tells_moves
from research.page.markup import NOTHING, Section, figure, heading, note, table
from research.page.notices import told_all
from research.page.voice import UNKNOWN, Text, Voice
from research.reports import Report

_TITLE = Text("What drives {target}", "Ce qui agit sur {target}")
_LEAD = Text(
    "Push where the mark for “if we change it” stands far to the right and its line stays clear of zero: first of all "
    "at {driver}.",
    "Agissez là où le repère « si on le change » est loin à droite et où son trait reste à l’écart de zéro : d’abord "
    "sur {driver}.",
)
_LEAD_FEW = Text(
    "So far these answers show only what goes with {target}; more answers are needed to say what would move it.",
    "Ces réponses ne montrent encore que ce qui va de pair avec {target} ; il en faut davantage pour dire ce qui le "
    "ferait changer.",
)
_LEVELS: dict[Level, Text] = {
    "construct": Text("By construct", "Par thème"),
    "item": Text("By single item", "Par question"),
}
_CHART = Text(
    "Each mark is the effect of going from low to high on a driver, each line its 90% interval; “observed” compares "
    "customers as they are, “if we change it” says what acting would change.",
    "Chaque repère est l’effet d’un passage de bas à haut sur un levier, chaque trait son intervalle à 90 % ; "
    "« observé » compare les clients tels qu’ils sont, « si on le change » dit ce qu’une action changerait.",
)
_RANKS = Text(
    "How surely each driver holds its place: the line covers the ranks it takes in 90% of redrawn surveys.",
    "Avec quelle sûreté chaque levier tient sa place : le trait couvre ses rangs dans 90 % des enquêtes retirées au "
    "sort.",
)
_DRIVER = Text("Driver", "Levier")
_OBSERVE = Text("Observed (s.d.)", "Observé (é.‑t.)")
_DO = Text("If changed (s.d.)", "Si on le change (é.‑t.)")
_CLASS = Text("Anywhere from … to (s.d.)", "N’importe où de … à (é.‑t.)")
_UNITS = Text("If changed (steps)", "Si on le change (échelons)")
_RANK = Text("Rank", "Rang")
_FIRST = Text("Comes first", "Vient en tête")
_DIRECT = Text("Direct effect (s.d.)", "Effet direct (é.‑t.)")
_INFORMATION = Text("Mutual information (nats)", "Information mutuelle (nats)")
_BY_PATHS = Text("If changed, path model (s.d.)", "Si on le change, modèle de chemins (é.‑t.)")
_EFFECTS = Text("Effects on {target}", "Effets sur {target}")
_MEASURES = Text("Further measures", "Autres mesures")
_RANGE = Text("{low} to {high}", "{low} à {high}")
_RANKED = Text("{value} ({low} to {high})", "{value} ({low} à {high})")
_DEFINITION = Text(
    "Effects are for a move from the first to the third quartile of the driver, in standard deviations (s.d.) of the "
    "target or in steps of its scale. The range “anywhere” runs over all networks that the answers cannot tell apart; "
    "it is given where these differ by more than .02. Intervals are percentiles over bootstrap replicates, each with "
    "its own structure and tables.",
    "Les effets valent pour un passage du premier au troisième quartile du levier, en écarts-types (é.‑t.) de la "
    "cible ou en échelons de son échelle. La plage « n’importe où » parcourt tous les réseaux que les réponses ne "
    "distinguent pas ; elle est donnée s’ils diffèrent de plus de 0,02. Les intervalles sont des percentiles sur les "
    "réplications bootstrap, chacune avec sa structure et ses tables.",
)


def about_drivers(voice: Voice, report: Report) -> Section | None:
    if not has_target(report):
        return None
    target = voice.target(report["target"]["name"])
    first = voice.quoted(headline_drivers(report)[0]["name"])
    lead = _LEAD if tells_moves(report) else _LEAD_FEW
    body = [part for level in levels(report) for part in _level(voice, report, level)]
    return Section(
        "drivers",
        voice.say(_TITLE, target=target),
        voice.say(lead, target=target, driver=first),
        (*body, note(voice.say(_DEFINITION))),
    )


def _level(voice: Voice, report: Report, level: Level) -> Sequence[Markup]:
    rows = drivers_at(report, level)
    caption = voice.say(_EFFECTS, target=voice.target(report["target"]["name"]))
    warned = told_all(voice, report, {"items_near_zero", "items_banded"}) if level == "item" else []
    moves = tells_moves(report)
    return (
        heading(voice.say(_LEVELS[level])),
        NOTHING.join(Markup('<p class="warned">{}</p>').format(told) for told in warned),
        figure(draw_drivers(report, voice.lang, level), voice.say(_CHART)),
        figure(draw_ranks(report, voice.lang, level), voice.say(_RANKS)) if moves else NOTHING,
        _effects(voice, caption, rows) if moves else _seen(voice, caption, rows),
        _measures(voice, rows) if moves else NOTHING,
    )


def _effects(voice: Voice, caption: Markup, rows: Sequence[Row]) -> Markup:
    columns = [voice.say(text) for text in (_DRIVER, _DO, _CLASS, _OBSERVE, _UNITS, _RANK, _FIRST)]
    cells = (
        (
            voice.name(row["name"]),
            voice.between(row["do"]),
            _class_range(voice, row),
            voice.between(row["observe"]),
            voice.between(row["units"]["do"]),
            voice.say(_RANKED, **{key: voice.count(row["rank"][key]) for key in ("value", "low", "high")}),
            voice.share(row["rank"]["first"]),
        )
        for row in rows
    )
    return table(caption, columns, cells)


def _class_range(voice: Voice, row: Row) -> Markup:
    if not row["do"]["open"]:
        return UNKNOWN
    return voice.say(_RANGE, low=voice.decimal(row["do"]["class_low"]), high=voice.decimal(row["do"]["class_high"]))


def _seen(voice: Voice, caption: Markup, rows: Sequence[Row]) -> Markup:
    columns = [voice.say(text) for text in (_DRIVER, _OBSERVE, _INFORMATION)]
    cells = (
        (voice.name(row["name"]), voice.between(row["observe"]), voice.between(row["information"])) for row in rows
    )
    return table(caption, columns, cells)


def _measures(voice: Voice, rows: Sequence[Row]) -> Markup:
    paths = rows[0]["path_model"] is not None
    columns = [voice.say(text) for text in (_DRIVER, _DIRECT, _INFORMATION, *((_BY_PATHS,) if paths else ()))]
    cells = (
        (
            voice.name(row["name"]),
            voice.between(row["direct"]),
            voice.between(row["information"]),
            *((voice.between(row["path_model"]["do"]),) if paths else ()),
        )
        for row in rows
    )
    return table(voice.say(_MEASURES), columns, cells)
