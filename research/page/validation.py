"""How well the network holds on respondents it has not seen, and whether its probabilities can be believed."""

from collections.abc import Iterator

from markupsafe import Markup

from research.charts import draw_calibration, draw_validation
from research.drivers.target import Level
from research.page.findings import Row
from research.page.markup import Section, bullets, figure, heading, note, paragraph, table
from research.page.notices import told_all
from research.page.notices.telling import ABOUT_VALIDATION
from research.page.voice import Text, Voice
from research.reports import Report

_TITLE = Text("Does it hold on customers it has not seen?", "Est-ce que cela tient sur des clients jamais vus ?")
_LEAD_TARGET = Text(
    "Yes: told a customer’s other answers, the network foretells {item} better than its overall shares do.",
    "Oui : d’après les autres réponses d’un client, le réseau prédit {item} mieux que sa répartition d’ensemble.",
)
_LEAD_NOT = Text(
    "No: the other answers do not help to foretell {item}.", "Non : les autres réponses n’aident pas à prédire {item}."
)
_LEAD_HOLDS = Text(
    "Yes: on customers it has not seen the network foretells answers better than no network would.",
    "Oui : sur des clients jamais vus, le réseau prédit les réponses mieux que l’absence de réseau.",
)
_LEAD_NOTHING = Text(
    "This could not be shown: on customers it has not seen the network has no sure advantage.",
    "On n’a pas pu le montrer : sur des clients jamais vus, le réseau n’a pas d’avantage sûr.",
)
_FORETOLD_BY: dict[Level, Text] = {
    "construct": Text(
        "The network of constructs foretells the target here, as it does so at least as well as the one of items.",
        "C’est le réseau des thèmes qui prédit ici la cible, au moins aussi bien que celui des questions.",
    ),
    "item": Text(
        "The network of items foretells the target here.", "C’est le réseau des questions qui prédit ici la cible."
    ),
}
_TARGET = Text("Foretelling the target", "Prédire la cible")
_VALIDATION_CHART = Text(
    "By how much the network foretells better (right of zero) or worse than each usual method, with 90% intervals.",
    "De combien le réseau prédit mieux (à droite de zéro) ou moins bien que chaque méthode usuelle, avec les "
    "intervalles à 90 %.",
)
_CALIBRATION_CHART = Text(
    "Of customers told to be content with a given probability, how many were: on the diagonal the probabilities can "
    "be believed.",
    "Parmi les clients dits contents avec une probabilité donnée, combien l’étaient : sur la diagonale, on peut "
    "croire les probabilités.",
)
_METHODS = {
    "construct": Text("Network of constructs", "Réseau des thèmes"),
    "item": Text("Network of items", "Réseau des questions"),
    "ordered_logit": Text("Ordered logit", "Logit ordonné"),
    "multinomial_logit": Text("Multinomial logit", "Logit multinomial"),
    "naive_bayes": Text("Naive Bayes", "Bayes naïf"),
    "marginal": Text("Overall shares", "Répartition d’ensemble"),
}
_METHOD = Text("Method", "Méthode")
_LOG_LOSS = Text("Log-loss (nats an answer)", "Perte logarithmique (nats par réponse)")
_BETTER = Text("Network better by", "Réseau meilleur de")
_LOSSES = Text(
    "Log-loss of {item} on answers held out; smaller is better",
    "Perte logarithmique de {item} sur réponses mises de côté ; moins vaut mieux",
)
_PREDICTED = Text("Predicted", "Prédit")
_OBSERVED = Text("Observed", "Observé")
_RESPONDENTS = Text("Respondents", "Répondants")
_BINS = Text("Answers above the middle of the scale", "Réponses au-dessus du milieu de l’échelle")
_WHOLE = Text("The whole network of items", "Tout le réseau des questions")
_GAIN = Text(
    "On {answers} answers held out, in {folds} parts, the network gains {independence} nats a respondent over no "
    "network and {saturated} over free tables.",
    "Sur {answers} réponses mises de côté, en {folds} parts, le réseau gagne {independence} nats par répondant sur "
    "l’absence de réseau et {saturated} sur des tables libres.",
)
_CHECK = Text(
    "Of {pairs} tables of two items {share} are farther from {drawn} surveys drawn from the network than chance "
    "allows (5% would be chance).",
    "Sur {pairs} tables de deux questions, {share} s’éloignent de {drawn} enquêtes tirées du réseau plus que le "
    "hasard ne le permet (5 % seraient le hasard).",
)
_WORST = Text("The worst tables of two items", "Les pires tables de deux questions")
_FIRST, _SECOND = Text("Item", "Question"), Text("with", "avec")
_SEEN = Text("Correlation observed", "Corrélation observée")
_BY_NETWORK = Text("By the network", "Selon le réseau")
_P_VALUE = Text("p-value", "Valeur p")
_DEFINITION = Text(
    "Held out means learned again without them, gaps filled from the others alone. Log-loss is the mean of minus the "
    "logarithm of the probability given to the answer that came. A construct is judged by the item that says most of "
    "it.",
    "Mettre de côté veut dire réapprendre sans ces réponses, les manques étant complétés d’après les autres. La perte "
    "logarithmique est la moyenne de l’opposé du logarithme de la probabilité donnée à la réponse survenue. Un thème "
    "est jugé par la question qui en dit le plus.",
)


def about_validation(voice: Voice, report: Report) -> Section:
    found = report["validation"]
    target = found.get("predicted_item") is not None
    return Section(
        "validation",
        voice.say(_TITLE),
        _lead(voice, found, target),
        (
            bullets(told_all(voice, report, ABOUT_VALIDATION), "warned"),
            *(_target(voice, report) if target else ()),
            heading(voice.say(_WHOLE)),
            *_whole(voice, found),
            note(voice.say(_DEFINITION)),
        ),
    )


def _lead(voice: Voice, found: Row, target: bool) -> Markup:
    if target:
        text = _LEAD_TARGET if found["better_than_margin"] else _LEAD_NOT
        return voice.say(text, item=voice.quoted(found["predicted_item"]))
    holds = found["held_out"] is not None and found["held_out"]["over_independence"]["low"] > 0
    return voice.say(_LEAD_HOLDS if holds else _LEAD_NOTHING)


def _target(voice: Voice, report: Report) -> Iterator[Markup]:
    found = report["validation"]
    yield heading(voice.say(_TARGET))
    yield paragraph(voice.say(_FORETOLD_BY[found["foretold_by"]]))
    yield figure(draw_validation(report, voice.lang), voice.say(_VALIDATION_CHART))
    losses = found["networks"] | found["baselines"]
    yield table(
        voice.say(_LOSSES, item=voice.quoted(found["predicted_item"])),
        [*map(voice.say, (_METHOD, _LOG_LOSS, _BETTER))],
        (
            (
                voice.say(_METHODS[method]),
                voice.fine(losses[method]),
                voice.between(found["over_baselines"].get(method), voice.fine),
            )
            for method in _METHODS
            if method in losses
        ),
    )
    yield figure(draw_calibration(report, voice.lang), voice.say(_CALIBRATION_CHART))
    yield table(
        voice.say(_BINS),
        [*map(voice.say, (_PREDICTED, _OBSERVED, _RESPONDENTS))],
        (
            (
                voice.share(each["predicted"]),
                voice.between({**each, "value": each["observed"]}, voice.share),
                voice.count(each["respondents"]),
            )
            for each in found["calibration"]
        ),
    )


def _whole(voice: Voice, found: Row) -> Iterator[Markup]:
    held_out, predictive = found["held_out"], found["predictive"]
    if held_out is not None:
        yield paragraph(
            voice.say(
                _GAIN,
                answers=voice.count(held_out["answers_scored"]),
                folds=voice.count(held_out["folds"]),
                independence=voice.between(held_out["over_independence"]),
                saturated=voice.between(held_out["over_saturated"]),
            )
        )
    yield paragraph(
        voice.say(
            _CHECK,
            pairs=voice.count(predictive["pairs"]),
            share=voice.share(predictive["share_below_05"]),
            drawn=voice.count(predictive["surveys_drawn"]),
        )
    )
    yield table(
        voice.say(_WORST),
        [*map(voice.say, (_FIRST, _SECOND, _SEEN, _BY_NETWORK, _P_VALUE))],
        (
            (
                voice.name(each["first"]),
                voice.name(each["second"]),
                voice.decimal(each["observed"]),
                voice.decimal(each["predicted"]),
                voice.decimal(each["p_value"]),
            )
            for each in predictive["worst"]
        ),
    )
