"""The clauses that an audience is made of: whether each holds for somebody, and the sentence that tells why."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from field_api.customers.code_lists import CODE_LISTS
from field_api.shops.money import written
from field_api.shops.rules import Bought, Habit, habit

_LABELS = {one.name: one.labels for one in CODE_LISTS}
FACTS = ("tier", "segment", "tag")
_FACT_NAMES = {"tier": ("Tier", "Statut"), "segment": ("Segment", "Segment"), "tag": ("Tags", "Étiquettes")}


@dataclass(frozen=True)
class Person:
    """What an audience looks at, as of one moment.

    `facts` are the values of each kind that hold; `territory_ids` the customer's territory and all above it; `bought`
    their purchases so far; `listed_in` the offers on whose closed lists they stand.
    """

    id: str
    role: str
    first_touch_source: str
    first_touch_at: datetime
    facts: Mapping[str, frozenset[str]]
    territory_ids: frozenset[str] = frozenset()
    bought: tuple[Bought, ...] = ()
    listed_in: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reason:
    """One clause, whether it holds, and why in both languages."""

    clause: str
    holds: bool
    en: str
    fr: str


Judge = Callable[[Any, Person, str, datetime], Iterator[Reason]]


def _roles(asked: Sequence[str], person: Person, _offer_id: str, _at: datetime) -> Iterator[Reason]:
    (mine_en, mine_fr), (en, fr) = _labels("role", [person.role]), _labels("role", asked)
    yield Reason(
        "roles",
        person.role in asked,
        f"Role: {mine_en}; asked for: {en}.",
        f"Rôle : {mine_fr} ; demandé : {fr}.",
    )


def _facts(asked: Mapping[str, Any], person: Person, _offer_id: str, _at: datetime) -> Iterator[Reason]:
    for kind in FACTS:
        if kind in asked:
            has, wanted, unwanted = person.facts.get(kind, frozenset()), *_both(asked[kind])
            holds = (wanted is None or not has.isdisjoint(wanted)) and has.isdisjoint(unwanted or ())
            en = [_any_of(sorted(has), "and") or "none"]
            fr = [_any_of(sorted(has), "et") or "aucun"]
            if wanted is not None:
                en, fr = [*en, f"asked for: {_any_of(wanted)}"], [*fr, f"demandé : {_any_of(wanted, 'ou')}"]
            if unwanted is not None:
                en, fr = [*en, f"left out: {_any_of(unwanted)}"], [*fr, f"exclu : {_any_of(unwanted, 'ou')}"]
            name_en, name_fr = _FACT_NAMES[kind]
            yield Reason(f"facts.{kind}", holds, f"{name_en}: {'; '.join(en)}.", f"{name_fr} : {' ; '.join(fr)}.")


def _territories(asked: Sequence[str], person: Person, _offer_id: str, _at: datetime) -> Iterator[Reason]:
    holds = not person.territory_ids.isdisjoint(asked)
    yield Reason(
        "territories",
        holds,
        f"The customer's territory is {'' if holds else 'not '}within those asked for.",
        f"Le territoire du client {'fait' if holds else 'ne fait pas'} partie de ceux demandés.",
    )


def _first_touch(asked: Mapping[str, Any], person: Person, _offer_id: str, _at: datetime) -> Iterator[Reason]:
    sources, since = asked.get("sources"), asked.get("since")
    holds = sources is None or person.first_touch_source in sources
    source_en, source_fr = _labels("first_touch_source", [person.first_touch_source])
    en = [f"First touch: {source_en}, {person.first_touch_at:%Y-%m-%d}"]
    fr = [f"Premier contact : {source_fr}, {person.first_touch_at:%d/%m/%Y}"]
    if sources is not None:
        asked_en, asked_fr = _labels("first_touch_source", sources)
        en, fr = [*en, f"asked for: {asked_en}"], [*fr, f"demandé : {asked_fr}"]
    if since is not None:
        first = datetime.fromisoformat(since)
        holds = holds and person.first_touch_at >= first
        en, fr = [*en, f"asked for: since {first:%Y-%m-%d}"], [*fr, f"demandé : depuis le {first:%d/%m/%Y}"]
    yield Reason("first_touch", holds, f"{'; '.join(en)}.", f"{' ; '.join(fr)}.")


def _purchases(asked: Mapping[str, Any], person: Person, _offer_id: str, at: datetime) -> Iterator[Reason]:
    days = asked["within_days"]
    found = _habit(person, at, days)
    holds = within(asked, "count", found.frequency)
    en = [f"Purchases within {days} days: {found.frequency}"]
    fr = [f"Achats en {days} jours : {found.frequency}"]
    if {"count_at_least", "count_at_most"} & asked.keys():
        told = _bounds(asked, "count", str)
        en, fr = [*en, f"asked for: {told[0]}"], [*fr, f"demandé : {told[1]}"]
    if "currency" in asked:
        currency = asked["currency"]
        spent = next((one.amount_minor for one in found.amounts if one.currency == currency), 0)
        holds = holds and within(asked, "amount_minor", spent)
        told = _bounds(asked, "amount_minor", lambda amount: written(amount, currency))
        en = [*en, f"spent: {written(spent, currency)}", f"asked for: {told[0]}"]
        fr = [*fr, f"dépensé : {written(spent, currency)}", f"demandé : {told[1]}"]
    yield Reason("purchases", holds, f"{'; '.join(en)}.", f"{' ; '.join(fr)}.")


def _last_purchase(asked: Mapping[str, Any], person: Person, _offer_id: str, at: datetime) -> Iterator[Reason]:
    last = _habit(person, at, 0).last_purchase_at
    older, younger = asked.get("older_than_days"), asked.get("younger_than_days")
    holds = last is not None
    en = [f"Last purchase {last:%Y-%m-%d}" if last else "No purchase yet"]
    fr = [f"Dernier achat le {last:%d/%m/%Y}" if last else "Aucun achat"]
    if older is not None:
        holds = holds and last is not None and at - last > timedelta(days=older)
        en, fr = [*en, f"asked for: over {older} days ago"], [*fr, f"demandé : il y a plus de {older} jours"]
    if younger is not None:
        holds = holds and last is not None and at - last < timedelta(days=younger)
        en, fr = [*en, f"asked for: under {younger} days ago"], [*fr, f"demandé : il y a moins de {younger} jours"]
    yield Reason("last_purchase", holds, f"{'; '.join(en)}.", f"{' ; '.join(fr)}.")


def _listed(_asked: bool, person: Person, offer_id: str, _at: datetime) -> Iterator[Reason]:
    holds = offer_id in person.listed_in
    yield Reason(
        "listed",
        holds,
        f"The customer is {'' if holds else 'not '}on the closed list.",
        f"Le client {'est' if holds else 'n’est pas'} sur la liste fermée.",
    )


# In the order in which they are told.
CLAUSES: Mapping[str, Judge] = {
    "roles": _roles,
    "facts": _facts,
    "territories": _territories,
    "first_touch": _first_touch,
    "purchases": _purchases,
    "last_purchase": _last_purchase,
    "listed": _listed,
}


def within(asked: Mapping[str, Any], measure: str, found: int) -> bool:
    """Whether a figure keeps the bounds `..._at_least` and `..._at_most` of a measure, both included."""
    most = asked.get(f"{measure}_at_most")
    return found >= asked.get(f"{measure}_at_least", 0) and (most is None or found <= most)


def _habit(person: Person, at: datetime, days: int) -> Habit:
    # A window that begins before the calendar does takes in everything.
    longest = at - datetime.min.replace(tzinfo=at.tzinfo)
    return habit(person.bought, at, at - min(timedelta(days=days), longest))


def _bounds(asked: Mapping[str, Any], measure: str, write: Callable[[int], str]) -> tuple[str, str]:
    least, most = asked.get(f"{measure}_at_least"), asked.get(f"{measure}_at_most")
    en = [f"at least {write(least)}" if least is not None else "", f"at most {write(most)}" if most is not None else ""]
    fr = [f"au moins {write(least)}" if least is not None else "", f"au plus {write(most)}" if most is not None else ""]
    return " and ".join(filter(None, en)), " et ".join(filter(None, fr))


def _both(asked: Mapping[str, Any]) -> tuple[Sequence[str] | None, Sequence[str] | None]:
    return asked.get("any_of"), asked.get("none_of")


def _labels(field: str, codes: Sequence[str]) -> tuple[str, str]:
    """What people call these codes of a customer's field, in both languages."""
    labels = [_LABELS[f"customers.{field}"][code] for code in codes]
    return _any_of(label.en for label in labels), _any_of((label.fr for label in labels), "ou")


def _any_of(values: Iterable[str], word: str = "or") -> str:
    *others, last = [*values] or [""]
    return f"{', '.join(others)} {word} {last}" if others else last
