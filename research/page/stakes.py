"""What is at stake in money: dissatisfied customers, the turnover they carry, what a step up would be worth."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from research.charts import draw_stakes
from research.page.findings import Row, includes_nothing, tells_moves
from research.page.markup import NOTHING, Section, figure, note, paragraph, table
from research.page.notices import told_all
from research.page.voice import Text, Voice
from research.reports import Report

_TITLE = Text("What is at stake", "Ce qui est en jeu")
_LEAD = Text(
    "The most money lies with {driver}: raising every dissatisfied customer one step there would be worth {worth}.",
    "Le plus d’argent se joue sur {driver} : y faire monter d’un échelon chaque client mécontent vaudrait {worth}.",
)
_LEAD_UNSURE = Text(
    "No step up is surely worth money; the most would be expected of {driver}: {worth}.",
    "Aucun échelon de plus ne vaut sûrement de l’argent ; on en attendrait le plus de {driver} : {worth}.",
)
_LEAD_NONE = Text(
    "Nothing can be said of money: the fit was given no turnover.",
    "Rien ne peut être dit de l’argent : l’analyse n’a pas reçu de chiffre d’affaires.",
)
_CHART = Text(
    "What one step up for every dissatisfied customer would be worth, with 90% intervals; one that reaches zero may "
    "be worth nothing.",
    "Ce que vaudrait un échelon de plus pour chaque client mécontent, avec les intervalles à 90 % ; celui qui touche "
    "zéro ne vaut peut-être rien.",
)
_PREMISE = Text(
    "Between customers today one step of {target} goes with {per_step} of turnover. What a step up is worth supposes "
    "that turnover would follow {target} just so if it were moved, which no survey can prove. Turnover is known for "
    "{known} of the customers and stands in the currency of the file.",
    "Entre clients, aujourd’hui, un échelon de {target} va de pair avec {per_step} de chiffre d’affaires. La valeur "
    "d’un échelon suppose que le chiffre d’affaires suivrait de même si l’on agissait sur {target}, ce qu’aucune "
    "enquête ne prouve. Le chiffre d’affaires est connu pour {known} des clients, dans la monnaie du fichier.",
)
_ALL = Text("All customers", "Tous les clients")
_SEGMENT = Text("Segment {segment}", "Segment {segment}")
_SINGLE = Text("All customers, by single item", "Tous les clients, par question")
_DRIVER = Text("Driver", "Levier")
_CUSTOMERS = Text("Dissatisfied customers", "Clients mécontents")
_TURNOVER = Text("Turnover they carry", "Chiffre d’affaires porté")
_WORTH = Text("Worth of a step up", "Valeur d’un échelon")
_DEFINITION = Text(
    "Dissatisfied is who answers below the middle of the driver’s scale; customers are counted by their survey "
    "weights. The worth of a step multiplies the effect of moving the driver, in steps of the target, by the turnover "
    "per step; intervals are percentiles over replicates that redraw customers, turnover and effects together.",
    "Est mécontent qui répond sous le milieu de l’échelle du levier ; les clients comptent selon leur poids "
    "d’enquête. La valeur d’un échelon multiplie l’effet d’une action sur le levier, en échelons de la cible, par le "
    "chiffre d’affaires par échelon ; les intervalles sont des percentiles sur des réplications qui retirent ensemble "
    "clients, chiffre d’affaires et effets.",
)


def about_stakes(voice: Voice, report: Report) -> Section | None:
    if not tells_moves(report):
        return None
    stakes = report["stakes"]
    if stakes is None or not stakes["rows"]:
        return Section("stakes", voice.say(_TITLE), voice.say(_LEAD_NONE), ())
    premise = voice.say(
        _PREMISE,
        target=voice.target(report["target"]["name"]),
        per_step=voice.between(stakes["turnover_per_step"], voice.count),
        known=voice.share(stakes["turnover_known"]),
    )
    return Section(
        "stakes",
        voice.say(_TITLE),
        _lead(voice, stakes["rows"][0]),
        (
            figure(draw_stakes(report, voice.lang), voice.say(_CHART)),
            paragraph(premise),
            *map(paragraph, told_all(voice, report, {"small_segment"})),
            NOTHING.join(_tables(voice, stakes["rows"])),
            note(voice.say(_DEFINITION)),
        ),
    )


def _lead(voice: Voice, row: Row) -> Markup:
    text = _LEAD_UNSURE if includes_nothing(row["step_up"]) else _LEAD
    return voice.say(text, driver=voice.quoted(row["name"]), worth=voice.between(row["step_up"], voice.count))


def _tables(voice: Voice, rows: Sequence[Row]) -> Iterator[Markup]:
    """All customers and every segment by the level of the headline; single items for all customers only."""
    headline = rows[0]["level"]
    for segment in dict.fromkeys(row["segment"] for row in rows):
        title = voice.say(_ALL) if segment is None else voice.say(_SEGMENT, segment=voice.quoted(segment))
        yield _table(voice, title, [row for row in rows if row["segment"] == segment and row["level"] == headline])
    if single := [row for row in rows if row["segment"] is None and row["level"] != headline]:
        yield _table(voice, voice.say(_SINGLE), single)


def _table(voice: Voice, title: Markup, rows: Sequence[Row]) -> Markup:
    cells = (
        (
            voice.name(row["name"]),
            *(voice.between(row[key], voice.count) for key in ("dissatisfied", "turnover", "step_up")),
        )
        for row in rows
    )
    return table(title, [*map(voice.say, (_DRIVER, _CUSTOMERS, _TURNOVER, _WORTH))], cells)
