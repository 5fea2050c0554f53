"""What may be said of an insight and of its gestures, in plain sentences, English and French.

A reason speaks of those who have answered, with the published interval, and of the customer only as of somebody for
whom it may hold too: no score and no answer of a single person stands in it.
"""

from collections.abc import Mapping
from typing import Any

from field_api.intervals import Estimate, Share, Spread
from field_api.shops.money import written

Sentence = dict[str, str]

# Every interval of the research package is one of 90 %.
CONFIDENCE_PERCENT = 90
# Said where networks that fit as well differ on the effect, and none of them gives none.
_OPEN = (", whichever way its ties point", ", dans quelque sens qu’aillent ses liens")
_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"

NOBODY_HELD_OUT: Sentence = {
    "en": "Nobody was held out of this gesture, so what customers would have bought without it is not known.",
    "fr": "Personne n’a été tenu à l’écart de ce geste : ce que les clients auraient acheté sans lui reste inconnu.",
}
TOO_FEW_BUYERS: Sentence = {
    "en": "Too few buyers for a claim about what is spent.",
    "fr": "Trop peu d’acheteurs pour conclure sur les dépenses.",
}


def reason(driver: Mapping[str, Any], target_label: Mapping[str, str], respondents: int) -> Sentence:
    """Why a gesture is suggested: what the answers carry of its driver, and that it may hold here too.

    From low to high is from the first quartile of customers to the third.
    """
    told = finding(driver, target_label, respondents)
    return {
        "en": f"{told['en']} It may matter to this customer too.",
        "fr": f"{told['fr']} Cela peut compter aussi pour ce client.",
    }


def finding(driver: Mapping[str, Any], target_label: Mapping[str, str], respondents: int) -> Sentence:
    """What is known of a driver: its effect, or that it is not known, and why."""
    if driver["carried"]:
        return _effect(driver, target_label, respondents)
    if driver["open"]:
        return {
            "en": "Not known: the answers leave open whether it moves the target or is moved with it.",
            "fr": "On ne sait pas : les réponses laissent ouvert s’il agit sur la cible ou bouge avec elle.",
        }
    return {
        "en": "Not known: an effect of zero, or one the other way, fits the answers too.",
        "fr": "On ne sait pas : un effet nul, ou contraire, s’accorde aussi avec les réponses.",
    }


def _effect(driver: Mapping[str, Any], target_label: Mapping[str, str], respondents: int) -> Sentence:
    ends = ("class_low", "class_high") if driver["open"] else ("low", "high")
    low, high = (f"{driver[name]:.2f}" for name in ends)
    steps, echelons = ("steps", "échelons") if driver[ends[1]] >= 2 else ("step", "échelon")
    whichever, quelque = _OPEN if driver["open"] else ("", "")
    return {
        "en": f"“{driver['label']['en']}” counts: as {respondents:,} answers tell, lifting a customer from low to high "
        f"would raise “{target_label['en']}” by {low} to {high} {steps} of its scale{whichever} "
        f"({CONFIDENCE_PERCENT} % interval, as far as the model holds{_fragile(driver, 'en')}).",
        "fr": f"« {driver['label']['fr']} » compte : d’après {_nombre(respondents)} réponses, faire passer un client "
        f"de bas à haut ferait monter « {target_label['fr']} » de {_comma(low)} à {_comma(high)} {echelons}{quelque} "
        f"(intervalle à {CONFIDENCE_PERCENT} %, pour autant que le modèle tienne{_fragile(driver, 'fr')}).",
    }


def too_few(meant: int, held_out: int, fewest: int, *, early: bool) -> Sentence:
    """While a group is too small for any claim: it is `early` where it will be large enough when its time is over."""
    when = "Too early for a claim" if early else "Too few for a claim"
    quand = "Trop tôt pour conclure" if early else "Trop peu pour conclure"
    return {
        "en": f"{when}: the time is over for {meant} customers for whom it was meant and {held_out} held out; "
        f"each group needs {fewest}.",
        "fr": f"{quand} : la période est écoulée pour {meant} clients à qui il était destiné et {held_out} témoins ; "
        f"il en faut {fewest} dans chaque groupe.",
    }


def of_rates(meant: Share, held_out: Share, difference: Estimate) -> Sentence:
    """How many more bought among those for whom the gesture was meant, done or not."""
    seen = f"{_percent(meant.rate)} of those for whom it was meant bought, {_percent(held_out.rate)} of those held out"
    vu = f"{_pourcent(meant.rate)} de ceux à qui il était destiné ont acheté, {_pourcent(held_out.rate)} des témoins"
    ends = [f"{100 * end:+.1f}" for end in (difference.low, difference.high)]
    french = f"de {_comma(ends[0])} à {_comma(ends[1])} points"
    return _judged(difference, (seen, vu), (f"from {ends[0]} to {ends[1]} points", french))


def of_spending(meant: Spread, held_out: Spread, difference: Estimate, currency: str) -> Sentence:
    """How much more they spent."""
    one, other, low, high = (
        written(round(amount), currency) for amount in (meant.mean, held_out.mean, difference.low, difference.high)
    )
    seen = f"A customer for whom it was meant spent {one} on average, one held out {other}"
    vu = f"Un client à qui il était destiné a dépensé {_comma(one)} en moyenne, un témoin {_comma(other)}"
    return _judged(difference, (seen, vu), (f"from {low} to {high}", f"de {_comma(low)} à {_comma(high)}"))


def _judged(difference: Estimate, seen: tuple[str, str], between: tuple[str, str]) -> Sentence:
    if difference.low <= 0 <= difference.high:
        return {
            "en": f"{seen[0]}: this may be chance. The data fit a difference anywhere {between[0]} "
            f"({CONFIDENCE_PERCENT} % interval), zero among them.",
            "fr": f"{seen[1]} : cela peut être le hasard. Les données admettent un écart {between[1]} "
            f"(intervalle à {CONFIDENCE_PERCENT} %), zéro compris.",
        }
    effect, effet = ("positive", "positif") if difference.low > 0 else ("negative", "négatif")
    return {
        "en": f"{seen[0]}. The effect of suggesting it is {effect}: {between[0]} ({CONFIDENCE_PERCENT} % interval).",
        "fr": f"{seen[1]}. L’effet de le suggérer est {effet} : {between[1]} (intervalle à {CONFIDENCE_PERCENT} %).",
    }


def _fragile(driver: Mapping[str, Any], language: str) -> str:
    if not driver["fragile"]:
        return ""
    return {
        "en": "; a cause that the survey does not ask about could be behind it",
        "fr": " ; une cause que le questionnaire ignore pourrait l’expliquer",
    }[language]


def _nombre(count: int) -> str:
    return f"{count:,}".replace(",", _NARROW_SPACE)


def _comma(text: str) -> str:
    return text.replace(".", ",")


def _percent(rate: float) -> str:
    return f"{100 * rate:.1f} %"


def _pourcent(rate: float) -> str:
    return _comma(_percent(rate))
