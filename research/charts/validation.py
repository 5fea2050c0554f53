"""How well unseen respondents are foretold: better than the usual methods, and as often right as it says."""

from typing import Any

import altair as alt

from research.charts.forest import Panel, forest
from research.charts.rows import Row, described
from research.charts.texts import label, lines, number, quoted, told
from research.charts.theme import BLUE, MUTED, WIDTH, Chart, finished, plotted
from research.languages import Language
from research.reports import Report

_TITLE = {
    "en": "Is the network any good on people it has not seen?",
    "fr": "Le réseau vaut-il quelque chose pour des inconnus ?",
}
_HOW = {
    "en": "Right of the line the network foretells better than the method named. Thick lines: 90 % intervals.",
    "fr": "À droite du trait, le réseau prédit mieux que la méthode nommée. Traits épais : intervalles à 90 %.",
}
_BASELINES = {
    "en": {
        "marginal": "overall shares alone",
        "naive_bayes": "naive Bayes",
        "ordered_logit": "ordered logit",
        "multinomial_logit": "multinomial logit",
    },
    "fr": {
        "marginal": "les seules proportions d’ensemble",
        "naive_bayes": "Bayes naïf",
        "ordered_logit": "logit ordonné",
        "multinomial_logit": "logit multinomial",
    },
}
_WHOLE = {
    "en": {"over_independence": "no network at all", "over_saturated": "free tables"},
    "fr": {
        "over_independence": "aucun réseau",
        "over_saturated": "des tables libres",
    },
}
_AXIS = {
    "en": "Gain in log-loss for {item} (nats per answer)",
    "fr": "Gain de log-vraisemblance pour {item} (nats par réponse)",
}
_WHOLE_AXIS = {
    "en": "Gain in log-likelihood of all items (nats per respondent)",
    "fr": "Gain de log-vraisemblance de toutes les questions (nats par répondant)",
}
_CALIBRATED = {
    "en": "When it says 70 %, is it 7 in 10?",
    "fr": "Quand il dit 70 %, est-ce 7 sur 10 ?",
}
_CALIBRATED_HOW = {
    "en": "Each point: a tenth of the respondents, none seen while learning. Vertical line: 90 % interval. On the "
    "dashed line what is foretold is what happens.",
    "fr": "Chaque point : un dixième des répondants, jamais vus à l’apprentissage. Trait vertical : intervalle à 90 %. "
    "Sur la diagonale, ce qui est prédit arrive.",
}
_FORETOLD = {
    "en": "Foretold probability of a good answer to {item}",
    "fr": "Probabilité prédite d’une bonne réponse à {item}",
}
_OBSERVED = {"en": "Observed share of good answers", "fr": "Part observée de bonnes réponses"}
_POINT = {"en": "foretold {predicted}, observed {observed}", "fr": "prédit {predicted}, observé {observed}"}


def draw_validation(report: Report, lang: Language) -> Chart | None:
    """The network's gain over the usual methods on held-out answers; None where too few could be held out."""
    validation = report.get("validation", {})
    over, held_out = validation.get("over_baselines") or {}, validation.get("held_out") or {}
    rows = [
        Row(name, text, {"gain": over[name]}, told(over[name], lang, ".3f"))
        for name, text in _BASELINES[lang].items()
        if name in over
    ]
    whole = [
        Row(name, text, {"gain": held_out[name]}, told(held_out[name], lang))
        for name, text in _WHOLE[lang].items()
        if name in held_out
    ]
    axis = _AXIS[lang].format(item=_item(report, lang)) if over else ""
    parts = [forest(rows, [Panel(("gain",), axis, ".2~f")]) if rows else None]
    parts += [forest(whole, [Panel(("gain",), _WHOLE_AXIS[lang], ".2~f")]) if whole else None]
    shown = [part for part in parts if part is not None]
    if not shown:
        return None
    said = described([*rows, *whole], "gain", lang, ".3f")
    return finished(alt.vconcat(*shown, spacing=24), _TITLE[lang], _HOW[lang], f"{_TITLE[lang]} {said}", lang)


def draw_calibration(report: Report, lang: Language) -> Chart | None:
    """Foretold against observed shares of good answers; None without a target or with too few answers held out."""
    bins = report.get("validation", {}).get("calibration") or []
    if not bins:
        return None
    axis: dict[str, Any] = {"format": ".0%", "tickCount": 5}
    scale = alt.Scale(domain=[0, 1])
    base = plotted(bins).encode(
        x=alt.X(
            "predicted:Q",
            scale=scale,
            axis=alt.Axis(title=lines(_FORETOLD[lang].format(item=_item(report, lang)), 50), **axis),
        )
    )
    low = alt.Y("low:Q", scale=scale, axis=alt.Axis(title=_OBSERVED[lang], grid=False, **axis))
    tips = [alt.Tooltip(f"{key}:Q", format=form) for key, form in _TIPS.items()]
    diagonal = plotted([{}]).mark_rule(strokeDash=[4, 4], color=MUTED)
    chart = alt.layer(
        diagonal.encode(x=alt.XDatum(0), x2=alt.X2Datum(1), y=alt.YDatum(0), y2=alt.Y2Datum(1)),
        base.mark_rule(color=BLUE, strokeWidth=2.2).encode(y=low, y2="high:Q"),
        base.mark_point(filled=True, size=70, opacity=1, color=BLUE).encode(
            y=alt.Y("observed:Q", scale=scale), tooltip=tips
        ),
    ).properties(width=WIDTH - 50, height=WIDTH - 100)
    said = "; ".join(
        _POINT[lang].format(**{key: number(one[key], lang, ".0%") for key in ("predicted", "observed")}) for one in bins
    )
    return finished(chart, _CALIBRATED[lang], _CALIBRATED_HOW[lang], f"{_CALIBRATED[lang]} {said}.", lang)


_TIPS = {"predicted": ".0%", "observed": ".0%", "low": ".0%", "high": ".0%", "respondents": "d"}


def _item(report: Report, lang: Language) -> str:
    return quoted(label(report, report["validation"]["predicted_item"], lang), lang)
