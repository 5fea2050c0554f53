"""Fills an empty database with the demo company: all of it in one transaction, or nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import islice
from random import Random

from sqlalchemy import select

from field_api import clock
from field_api.access import demo as access
from field_api.agenda import demo as agenda
from field_api.cards import demo as cards
from field_api.consents import demo as consents
from field_api.coupons import demo as coupons
from field_api.customers import demo as customers
from field_api.demo.communes import Commune, communes
from field_api.demo.courses import HISTORY
from field_api.demo.people import Invented, Inventor
from field_api.errors import Refused
from field_api.geo import Position, distance_m
from field_api.gifts import demo as gifts
from field_api.insights import demo as insights
from field_api.interactions import demo as interactions
from field_api.interactions.demo import Contacted
from field_api.loyalty import demo as loyalty
from field_api.offers import demo as offers
from field_api.offers.demo import Spot
from field_api.progress import Progress
from field_api.reps import demo as reps
from field_api.reps.demo import DemoStaff
from field_api.reps.models import User
from field_api.shops import demo as shops
from field_api.shops.demo import Buyer, Site
from field_api.store.engine import AnySession, keep_in_memory, writing
from field_api.surveys import demo as surveys
from field_api.sync import feed

BATCH = 2_500
CACHE_MB = 256
SHOPS_A_SECTOR = 3


@dataclass(frozen=True)
class Company:
    """What stands before the first customer comes: people, shops by commune, and a generator for each kind of fact.

    Separate generators keep one kind of fact as it is when another one changes.
    """

    at: datetime
    staff: DemoStaff
    shop_of: Mapping[str, str]
    inventor: Inventor
    rngs: Mapping[str, Random]


def is_empty(session: AnySession) -> bool:
    """Whether nobody works here yet."""
    return session.execute(select(User.id).limit(1)).first() is None


def fill(
    session: AnySession,
    *,
    customers: int,
    seed: int,
    new_password: Callable[[], str],
    progress: Progress,
    at: datetime | None = None,
) -> list[dict[str, str]]:
    """Write the company as of the beginning of today, or of `at`; tells the first logins: role, e-mail and password.

    The same seed and day give the same rows, ids included; passwords alone come from `new_password`. Raises Refused
    when the database is not empty.
    """
    if not is_empty(session):
        raise Refused("People work in this database already; the demo company wants an empty one.")
    with writing(session):
        keep_in_memory(session, CACHE_MB)
        company = _found(session, seed, at or datetime.combine(clock.today(), time(), UTC))
        written, invented = 0, company.inventor.invent(customers)
        while batch := list(islice(invented, BATCH)):
            _write(session, company, batch)
            written += len(batch)
            progress(written, customers)
        offers.fill(session, company.rngs["offers"], _spots(company.staff), company.at)
        most = min(coupons.COUPONS, customers * coupons.MOST_A_CUSTOMER)
        coupons.fill(session, company.rngs["coupons"], company.at, most)
        loyalty.fill(session, company.rngs["loyalty"], company.at)
        gifts.fill(session, company.rngs["gifts"], company.at)
        cards.fill(session, company.rngs["cards"], next(iter(company.staff.sectors.values())), company.at)
        agenda.fill(session, company.rngs["agenda"], company.staff.rep_of, company.at)
        surveys.fill(session, company.rngs["surveys"], company.at)
        insights.fill(session, company.rngs["insights"], company.at)
        feed.fill_all(session)
        return access.fill(session, company.staff, new_password)


def _found(session: AnySession, seed: int, at: datetime) -> Company:
    kinds = (
        "staff",
        "shops",
        "people",
        "customers",
        "consents",
        "interactions",
        "purchases",
        "offers",
        "coupons",
        "loyalty",
        "gifts",
        "cards",
        "agenda",
        "surveys",
        "insights",
    )
    rngs = {kind: Random(f"{seed} {kind}") for kind in kinds}
    since = at - HISTORY
    staff = reps.fill(session, rngs["staff"], since)
    places = communes()
    towns = _shop_towns(places)
    sites = [_site(town, staff.sectors[town.region]) for town in towns]
    ids = shops.fill_shops(session, rngs["shops"], sites, since)
    shop_of = {place.insee_code: ids[_nearest(place, towns)] for place in places}
    return Company(at, staff, shop_of, Inventor(rngs["people"], places, staff.sectors, at), rngs)


def _shop_towns(places: Iterable[Commune]) -> list[Commune]:
    """The biggest towns of each region."""
    by_size = sorted(places, key=lambda place: (place.region, -place.population))
    regions = dict.fromkeys(place.region for place in by_size)
    return [town for region in regions for town in [p for p in by_size if p.region == region][:SHOPS_A_SECTOR]]


def _site(town: Commune, territory_id: str) -> Site:
    return Site(f"{reps.COMPANY} {town.name}", territory_id, town.name, town.postcode, town.lat, town.lon)


def _spots(staff: DemoStaff) -> list[Spot]:
    """Where something may be offered: around every commune."""
    zone_of = {name: tuple(staff.sectors[one] for one in names) for names in reps.REGIONS.values() for name in names}
    return [
        Spot(one.name, staff.sectors[one.region], zone_of[one.region], one.lat, one.lon, one.population)
        for one in communes()
    ]


def _nearest(place: Commune, towns: Sequence[Commune]) -> int:
    here = Position(place.lat, place.lon)
    return min(range(len(towns)), key=lambda number: distance_m(here, Position(towns[number].lat, towns[number].lon)))


def _write(session: AnySession, company: Company, batch: list[Invented]) -> None:
    """One batch of customers with everything that happened to them."""
    rngs, at = company.rngs, company.at
    records = [one.record for one in batch]
    customers.fill(session, rngs["customers"], records, len(records), lambda _done, _total: None)
    asked = ((one.record.id, one.record.roles[-1][1]) for one in batch if one.record.kind == "person")
    consents.fill(session, rngs["consents"], asked, at)
    interactions.fill(session, rngs["interactions"], (_contacted(company, one) for one in batch))
    shops.fill_purchases(session, rngs["purchases"], _buyers(company, batch), at)


def _contacted(company: Company, one: Invented) -> Contacted:
    rep_id = company.staff.rep_of[one.record.territory_id]
    return Contacted(one.record.id, rep_id, one.course.roles[0][1], company.at, one.course.contacts_a_year)


def _buyers(company: Company, batch: Iterable[Invented]) -> Iterable[Buyer]:
    for one in batch:
        course = one.course
        if course.buys_since is not None and course.buys_until is not None:
            shop_id = company.shop_of[one.commune.insee_code]
            window = (course.buys_since, course.buys_until)
            yield Buyer(one.record.id, shop_id, *window, course.purchases_a_year, course.fading)
