"""What is said of drivers and gestures: the published figures, in both languages, and never more than they carry."""

from typing import Any

import pytest

from field_api.insights import words
from field_api.intervals import Share, rate_difference
from tests.field_api.insights.findings import driver_like

LOYALTY = {"en": "Loyalty", "fr": "Fidélité"}


def driver(**change: Any) -> dict[str, Any]:
    return driver_like() | {"carried": True, "fragile": False} | change


def test_a_reason_tells_the_published_interval_and_the_number_of_answers() -> None:
    told = words.reason(driver(), LOYALTY, 2_431)
    assert told["en"] == (
        "“Being recognition” counts: as 2,431 answers tell, lifting a customer from low to high would raise “Loyalty” "
        "by 0.30 to 0.52 step of its scale (90 % interval, as far as the model holds). It may matter to this customer "
        "too."
    )
    assert told["fr"] == (
        "« Être recognition » compte : d’après 2\u202f431 réponses, faire passer un client de bas à haut ferait monter "
        "« Fidélité » de 0,30 à 0,52 échelon (intervalle à 90 %, pour autant que le modèle tienne). Cela peut compter "
        "aussi pour ce client."
    )


def test_of_a_driver_whose_size_is_open_the_range_over_all_networks_that_fit_is_told() -> None:
    told = words.reason(driver(open=True, class_low=0.11, class_high=2.5), LOYALTY, 100)
    assert "by 0.11 to 2.50 steps of its scale, whichever way its ties point" in told["en"]
    assert "de 0,11 à 2,50 échelons, dans quelque sens qu’aillent ses liens" in told["fr"]


def test_an_effect_that_a_hidden_cause_could_undo_says_so() -> None:
    told = words.reason(driver(fragile=True), LOYALTY, 100)
    assert "a cause that the survey does not ask about could be behind it" in told["en"]
    assert "une cause que le questionnaire ignore pourrait l’expliquer" in told["fr"]


def test_steps_are_counted_as_each_language_does() -> None:
    assert "3.10 steps" in words.reason(driver(high=3.1), LOYALTY, 100)["en"]
    assert "3,10 échelons" in words.reason(driver(high=3.1), LOYALTY, 100)["fr"]


@pytest.mark.parametrize(("change", "why"), [({"open": True}, "leave open"), ({"low": -0.1}, "effect of zero")])
def test_of_what_is_not_carried_it_is_said_that_it_is_not_known(change: dict[str, Any], why: str) -> None:
    told = words.finding(driver(carried=False, **change), LOYALTY, 100)
    assert (told["en"].startswith("Not known: "), why in told["en"]) == (True, True)
    assert told["fr"].startswith("On ne sait pas : ")
    assert not any(character.isdigit() for sentence in told.values() for character in sentence)


def test_a_difference_that_may_be_chance_is_called_so() -> None:
    same, more = Share(30, 100), Share(60, 100)
    chance = words.of_rates(same, same, rate_difference(same, same))
    assert ("may be chance" in chance["en"], "hasard" in chance["fr"]) == (True, True)
    clear = words.of_rates(more, same, rate_difference(more, same))
    assert ("is positive" in clear["en"], "est positif" in clear["fr"]) == (True, True)


def test_too_early_and_too_few_are_two_things() -> None:
    assert words.too_few(3, 2, 30, early=True)["en"].startswith("Too early")
    assert words.too_few(3, 2, 30, early=False)["fr"].startswith("Trop peu")
