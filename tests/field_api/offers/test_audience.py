"""An audience takes in whom all its clauses take in, and every clause says why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from field_api.offers.audience import judge
from field_api.offers.rules_clauses import Person
from field_api.shops.rules import Bought

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OFFER = "an offer"


def person(**change: Any) -> Person:
    bought = (
        Bought(NOW - timedelta(days=200), "EUR", 9_000, 0),
        Bought(NOW - timedelta(days=40), "EUR", 3_000, 1_000),
        Bought(NOW - timedelta(days=10), "CHF", 2_000, 2_000),
    )
    told: dict[str, Any] = {
        "id": "somebody",
        "role": "client",
        "first_touch_source": "shop",
        "first_touch_at": NOW - timedelta(days=400),
        "facts": {"tier": frozenset({"gold"}), "tag": frozenset({"tea", "wine"})},
        "territory_ids": frozenset({"France", "Ouest", "Bretagne"}),
        "bought": bought,
        "listed_in": frozenset({OFFER}),
    }
    return Person(**told | change)


@pytest.mark.parametrize(
    ("clause", "value", "holds"),
    [
        ("roles", ["client", "ambassador"], True),
        ("roles", ["prospect"], False),
        ("facts", {"tier": {"any_of": ["gold", "silver"]}}, True),
        ("facts", {"tier": {"any_of": ["silver"]}}, False),
        ("facts", {"tag": {"none_of": ["wine"]}}, False),
        ("facts", {"tag": {"any_of": ["tea"], "none_of": ["coffee"]}}, True),
        ("facts", {"segment": {"none_of": ["bargain hunters"]}}, True),
        ("facts", {"segment": {"any_of": ["bargain hunters"]}}, False),
        ("territories", ["Ouest"], True),
        ("territories", ["Est"], False),
        ("first_touch", {"sources": ["shop"]}, True),
        ("first_touch", {"since": "2026-01-01T00:00:00+00:00"}, False),
        ("first_touch", {"sources": ["phone"], "since": "2020-01-01T00:00:00+00:00"}, False),
        # What was given back in full counts for nothing: of the two of the last 90 days, one is left.
        ("purchases", {"within_days": 90, "count_at_least": 1, "count_at_most": 1}, True),
        ("purchases", {"within_days": 90, "count_at_least": 2}, False),
        ("purchases", {"within_days": 365, "count_at_least": 2}, True),
        ("purchases", {"within_days": 5, "count_at_most": 0}, True),
        ("purchases", {"within_days": 365, "amount_minor_at_least": 11_000, "currency": "EUR"}, True),
        ("purchases", {"within_days": 365, "amount_minor_at_least": 11_001, "currency": "EUR"}, False),
        ("purchases", {"within_days": 365, "amount_minor_at_most": 0, "currency": "CHF"}, True),
        ("last_purchase", {"older_than_days": 30}, True),
        ("last_purchase", {"older_than_days": 40}, False),
        ("last_purchase", {"younger_than_days": 41}, True),
        ("last_purchase", {"younger_than_days": 40}, False),
        ("listed", True, True),
    ],
)
def test_a_clause_holds_or_not_and_says_so(clause: str, value: Any, holds: bool) -> None:
    verdict = judge(OFFER, {clause: value}, person(), NOW)
    assert verdict.eligible is holds
    (reason,) = verdict.reasons
    assert reason.clause.startswith(clause)
    assert reason.holds is holds
    assert reason.en.endswith(".")
    assert reason.fr.endswith(".")
    assert reason.en != reason.fr


def test_every_clause_must_hold_and_each_is_told() -> None:
    audience = {"listed": True, "roles": ["client"], "facts": {"tier": {"any_of": ["gold"]}, "tag": {"any_of": ["x"]}}}
    verdict = judge(OFFER, audience, person(), NOW)
    assert not verdict.eligible
    told = [(reason.clause, reason.holds) for reason in verdict.reasons]
    assert told == [("roles", True), ("facts.tier", True), ("facts.tag", False), ("listed", True)]


def test_no_clause_takes_in_everybody() -> None:
    assert judge(OFFER, {}, person(role="visitor", bought=()), NOW).eligible


def test_who_never_bought_has_no_last_purchase_of_any_age() -> None:
    for bounds in ({"older_than_days": 0}, {"younger_than_days": 36_500}):
        assert not judge(OFFER, {"last_purchase": bounds}, person(bought=()), NOW).eligible


def test_a_list_is_that_of_the_offer() -> None:
    assert not judge("another offer", {"listed": True}, person(), NOW).eligible


def test_reasons_name_what_was_found_and_what_was_asked_for() -> None:
    audience = {
        "roles": ["prospect", "visitor"],
        "purchases": {"within_days": 90, "amount_minor_at_least": 5_000, "currency": "EUR"},
    }
    roles, bought = judge(OFFER, audience, person(), NOW).reasons
    assert roles.en == "Role: Client; asked for: Prospect or Visitor."
    assert roles.fr == "Rôle : Client ; demandé : Prospect ou Visiteur."
    assert bought.en == "Purchases within 90 days: 1; spent: 20.00 EUR; asked for: at least 50.00 EUR."
    assert bought.fr == "Achats en 90 jours : 1 ; dépensé : 20.00 EUR ; demandé : au moins 50.00 EUR."
