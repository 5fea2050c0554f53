"""What may be said of a lift, in plain sentences, English and French; most of all when little may be said."""

from field_api.intervals import Estimate, Share, Spread
from field_api.shops.money import written

Sentence = dict[str, str]

NOBODY_HELD_OUT: Sentence = {
    "en": "Nobody was held out of this campaign, so what customers would have bought without it is not known.",
    "fr": "Personne n’a été tenu à l’écart de cette campagne : ce que les clients auraient acheté sans elle "
    "reste inconnu.",
}


def too_few_customers(treated: int, held_out: int, fewest: int) -> Sentence:
    """While a group is too small for any claim."""
    return {
        "en": f"Too early or too few for a claim: the window is over for {treated} customers with a coupon and "
        f"{held_out} held out; each group needs {fewest}.",
        "fr": f"Trop tôt ou trop peu pour conclure : la période est écoulée pour {treated} clients avec coupon et "
        f"{held_out} témoins ; il en faut {fewest} dans chaque groupe.",
    }


def too_few_buyers(fewest: int) -> Sentence:
    """While a mean hangs on a few purchases."""
    return {
        "en": f"Too few buyers for a claim about revenue: each group needs {fewest}.",
        "fr": f"Trop peu d’acheteurs pour conclure sur le chiffre d’affaires : il en faut {fewest} dans chaque groupe.",
    }


def of_rates(treated: Share, held_out: Share, difference: Estimate) -> Sentence:
    """How many more bought."""
    seen = f"{_percent(treated.rate)} with a coupon bought, {_percent(held_out.rate)} of those held out"
    vu = f"{_pourcent(treated.rate)} des clients avec coupon ont acheté, {_pourcent(held_out.rate)} des témoins"
    ends = [difference.low, difference.high]
    english = f"from {_points(ends[0])} to {_points(ends[1])} points"
    french = f"de {_comma(_points(ends[0]))} à {_comma(_points(ends[1]))} points"
    return _judged(difference, (seen, vu), (english, french))


def of_revenue(treated: Spread, held_out: Spread, difference: Estimate, currency: str) -> Sentence:
    """How much more was spent."""
    one, other, low, high = (
        written(round(amount), currency) for amount in (treated.mean, held_out.mean, difference.low, difference.high)
    )
    seen = f"A customer with a coupon spent {one} on average, one held out {other}"
    vu = f"Un client avec coupon a dépensé {_comma(one)} en moyenne, un témoin {_comma(other)}"
    return _judged(difference, (seen, vu), (f"from {low} to {high}", f"de {_comma(low)} à {_comma(high)}"))


def _judged(difference: Estimate, seen: tuple[str, str], between: tuple[str, str]) -> Sentence:
    if difference.low <= 0 <= difference.high:
        return {
            "en": f"{seen[0]}: this may be chance. The data fit a difference anywhere {between[0]} (90 % interval), "
            "zero among them.",
            "fr": f"{seen[1]} : cela peut être le hasard. Les données admettent un écart {between[1]} "
            "(intervalle à 90 %), zéro compris.",
        }
    effect, effet = ("positive", "positif") if difference.low > 0 else ("negative", "négatif")
    return {
        "en": f"{seen[0]}. The campaign's effect is {effect}: {between[0]} (90 % interval).",
        "fr": f"{seen[1]}. L’effet de la campagne est {effet} : {between[1]} (intervalle à 90 %).",
    }


def _percent(rate: float) -> str:
    return f"{100 * rate:.1f} %"


def _pourcent(rate: float) -> str:
    return _comma(_percent(rate))


def _points(difference: float) -> str:
    return f"{100 * difference:+.1f}"


def _comma(text: str) -> str:
    return text.replace(".", ",")
