"""A pair is called unfair exactly when two people alike in all but role and purchases can be found who show it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from field_api.geo import Box
from field_api.offers.audience import judge
from field_api.offers.rules_clauses import Person
from field_api.offers.rules_fairness import Weighed, favours_prospects, may_favour_prospects
from field_api.shops.rules import Bought
from tests.field_api.offers.stand import RENNES, Stand

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
PARIS, LILLE = Box(48.8, 48.9, 2.2, 2.4), Box(50.6, 50.7, 3.0, 3.1)

# Histories on both sides of every bound below: what was bought 5, 15, 25 and 35 days ago, in minor units.
ONCE_OR_TWICE = ((), (0,), (40,), (90,), (0, 0), (0, 40), (0, 90))
HISTORIES = [
    tuple(
        Bought(NOW - timedelta(days=age), "EUR", amount, 0)
        for age, amounts in zip((5, 15, 25, 35), bought, strict=True)
        for amount in amounts
    )
    for bought in product(ONCE_OR_TWICE, ONCE_OR_TWICE, ONCE_OR_TWICE, ((), (0,)))
]


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, min_size=1, max_size=2, unique=True)


FACT = st.fixed_dictionaries(
    {}, optional={"any_of": some(st.sampled_from("ab")), "none_of": some(st.sampled_from("ab"))}
)
PURCHASES = st.fixed_dictionaries(
    {"within_days": st.sampled_from((10, 20, 30))},
    optional={
        "count_at_least": st.integers(0, 2),
        "count_at_most": st.integers(0, 1),
        "amount_minor_at_least": st.sampled_from((0, 40, 80)),
    },
).map(lambda asked: asked | ({"currency": "EUR"} if "amount_minor_at_least" in asked else {}))
AUDIENCE = st.fixed_dictionaries(
    {},
    optional={
        "roles": some(st.sampled_from(("prospect", "client", "visitor"))),
        "facts": st.fixed_dictionaries({}, optional={"tier": FACT, "tag": FACT}),
        "purchases": PURCHASES,
        "last_purchase": st.fixed_dictionaries(
            {},
            optional={"older_than_days": st.sampled_from((10, 20)), "younger_than_days": st.sampled_from((20, 30))},
        ),
    },
)


def weighed(size: int, audience: dict[str, Any], **more: Any) -> Weighed:
    told = {"id": str(size), "starts_at": SINCE, "ends_at": None, "boxes": None, "paths": None, "listed_roles": None}
    return Weighed(size=size, audience=audience, **told | more)


def alike() -> Iterator[dict[str, frozenset[str]]]:
    for tier, tags in product((set(), {"a"}, {"b"}, {"c"}), (set(), {"a"}, {"b"}, {"a", "b"})):
        yield {"tier": frozenset(tier), "tag": frozenset(tags)}


def of(audience: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in audience.items() if name in names}


def may(audience: dict[str, Any], role: str, facts: dict[str, frozenset[str]], bought: tuple[Bought, ...]) -> bool:
    return judge("x", audience, Person("x", role, "shop", SINCE, facts, bought=bought), NOW).eligible


def found_among_people(larger: dict[str, Any], smaller: dict[str, Any]) -> bool:
    # Clauses on facts and on purchases look at different things, so that each is asked once.
    buying = ("purchases", "last_purchase")
    bought = [(may(of(larger, *buying), "x", {}, one), may(of(smaller, *buying), "x", {}, one)) for one in HISTORIES]
    for facts in alike():
        large, small = of(larger, "roles", "facts"), of(smaller, "roles", "facts")
        prospect = may(large, "prospect", facts, ()) and any(keeps for keeps, _ in bought)
        both, client = may(large, "client", facts, ()), may(small, "client", facts, ())
        if prospect and client and any(smaller_too and not (both and keeps) for keeps, smaller_too in bought):
            return True
    return False


# A purchase of exactly thirty days ago lies within thirty days and is not younger: no pair is unfair for an instant.
@example(
    larger={"last_purchase": {"younger_than_days": 30}}, smaller={"purchases": {"within_days": 30, "count_at_least": 1}}
)
@given(larger=AUDIENCE, smaller=AUDIENCE)
@settings(max_examples=100, deadline=None)
def test_the_rules_tell_what_looking_at_people_tells(larger: dict[str, Any], smaller: dict[str, Any]) -> None:
    told = favours_prospects(weighed(20, larger), weighed(10, smaller))
    assert (told is not None) == found_among_people(larger, smaller)


TO_PROSPECTS, TO_CLIENTS = {"roles": ["prospect"]}, {"roles": ["client"]}


@given(larger=AUDIENCE, smaller=AUDIENCE)
@settings(max_examples=300, deadline=None)
def test_what_cannot_favour_prospects_favours_none_over_any_client(
    larger: dict[str, Any], smaller: dict[str, Any]
) -> None:
    one, other = weighed(20, larger), weighed(10, smaller)
    assert may_favour_prospects(one) or favours_prospects(one, other) is None
    assert not may_favour_prospects(weighed(20, of(larger, "facts")))


@pytest.mark.parametrize(
    ("larger", "smaller", "unfair"),
    [
        (weighed(20, TO_PROSPECTS), weighed(10, TO_CLIENTS), True),
        (weighed(20, TO_PROSPECTS), weighed(10, {}), True),
        (weighed(20, {}), weighed(10, TO_CLIENTS), False),
        (weighed(10, TO_PROSPECTS), weighed(10, TO_CLIENTS), False),
        (weighed(20, TO_PROSPECTS, ends_at=NOW), weighed(10, TO_CLIENTS, starts_at=NOW), False),
        (weighed(20, TO_PROSPECTS, boxes=[PARIS]), weighed(10, TO_CLIENTS, boxes=[LILLE]), False),
        (weighed(20, TO_PROSPECTS, boxes=[PARIS]), weighed(10, TO_CLIENTS, boxes=[LILLE, PARIS]), True),
        (weighed(20, TO_PROSPECTS, paths=["/fr/"]), weighed(10, TO_CLIENTS, paths=["/fr/ouest/"]), True),
        (weighed(20, TO_PROSPECTS, paths=["/fr/est/"]), weighed(10, TO_CLIENTS, paths=["/fr/ouest/"]), False),
        (weighed(20, TO_PROSPECTS, listed_roles={"client"}), weighed(10, TO_CLIENTS), False),
        (
            weighed(20, TO_PROSPECTS | {"first_touch": {"sources": ["shop"]}}),
            weighed(10, TO_CLIENTS | {"first_touch": {"sources": ["phone"]}}),
            False,
        ),
    ],
)
def test_a_pair_is_unfair_only_to_people_alike_who_can_have_both(
    larger: Weighed, smaller: Weighed, unfair: bool
) -> None:
    assert (favours_prospects(larger, smaller) is not None) is unfair


def test_the_route_lists_pairs_page_by_page_with_the_reason(stand: Stand) -> None:
    welcome = stand.live(percent=20, audience=TO_PROSPECTS)
    thanks = [stand.live(percent=percent, audience=TO_CLIENTS) for percent in (5, 15)]
    stand.live(percent=1, audience=TO_CLIENTS, stacking_group="other")
    stand.live(percent=1, audience=TO_CLIENTS, places=[RENNES | {"lat": 43.6}])
    stand.made(percent=2, audience=TO_CLIENTS)
    told: list[dict[str, Any]] = []
    path, query = "/v1/offers/unfair-pairs", {"limit": "1"}
    while path:
        answer = stand.sector.get(path, stand.sector.admin, **query)
        told += answer.get_json()["items"]
        link = answer.headers.get("Link", "<>")
        path, query = link[1 : link.index(">")], {}
    assert [one["client_offer_id"] for one in told] == sorted(one["id"] for one in thanks)
    assert {one["prospect_offer_id"] for one in told} == {welcome["id"]}
    assert {(one["prospect_benefit"], one["client_benefit"]) for one in told} == {(20, 5), (20, 15)}
    assert told[0]["because"]["fr"] == "Elle n’est pas faite aux clients."
    assert stand.sector.get("/v1/offers/unfair-pairs").status_code == 403
