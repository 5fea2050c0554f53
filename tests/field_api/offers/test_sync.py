"""Phones follow the offers that are live for their territories, and lose those that are no longer."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from field_api.reps.models import Territory
from field_api.reps.territories import change_territory, create_territory, hold_territory
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.sync.checks import CHECKS
from field_api.web.identity import THE_SYSTEM
from tests.field_api.offers.stand import Stand
from tests.field_api.people import as_user, assign, make_territory, make_user
from tests.field_api.sector import Sector
from tests.field_api.sync.phone import Phone


@dataclass
class Country:
    """France with two regions and a sector in the west; a phone in the sector, in the east, and one that sees all."""

    stand: Stand
    ids: dict[str, str]
    west: Phone
    east: Phone
    all: Phone

    def shown(self) -> list[set[str]]:
        """What each phone shows once it has pulled, and the feed is found whole."""
        found = []
        for phone in (self.west, self.east, self.all):
            phone.pull()
            assert phone.is_whole()
            found.append(set(phone.shown()))
        # Territories made for tests by themselves are in no feed.
        faults = [fault for check in CHECKS for fault in check.find(db.session)]
        assert [fault for fault in faults if " of offers lies " in fault] == []
        db.session.rollback()
        return found


@pytest.fixture
def country(app: Flask, client: FlaskClient) -> Country:
    with app.app_context():
        session = db.session
        france = make_territory(session, "France")
        ouest, est = (make_territory(session, name, france) for name in ("Ouest", "Est"))
        places = {"france": france, "ouest": ouest, "est": est, "sector": make_territory(session, "Bretagne", ouest)}

        def phone(role: str, *territories: Territory) -> Phone:
            return Phone(client, as_user(session, make_user(session, role, territories)), collection="offers")

        admin = as_user(session, make_user(session, "admin"))
        nobody = ""
        sector = Sector(client, places["sector"].id, est.id, nobody, nobody, admin, admin)
        ids = {name: one.id for name, one in places.items()}
        manager = phone("manager", places["ouest"], places["est"])
        return Country(Stand(sector), ids, phone("rep", places["sector"]), phone("rep", est), manager)


@pytest.fixture(autouse=True)
def context(app: Flask, country: Country) -> object:
    with app.app_context():
        yield


def test_offers_reach_whom_they_name_and_all_below(country: Country) -> None:
    stand, ids = country.stand, country.ids
    company, ouest, france = (stand.live(territory_ids=named)["id"] for named in ([], [ids["ouest"]], [ids["france"]]))
    both = stand.live(territory_ids=[ids["est"], ids["sector"]])["id"]
    stand.made()
    everything = {company, ouest, france, both}
    assert country.shown() == [everything, {company, france, both}, everything]


def test_what_is_paused_or_named_elsewhere_leaves_the_phones(country: Country) -> None:
    stand, ids = country.stand, country.ids
    paused = stand.live(territory_ids=[ids["ouest"]])
    moved = stand.live(territory_ids=[ids["est"]])
    country.shown()
    stand.step(paused, "pause")
    stand.change(moved, territory_ids=[ids["sector"]])
    assert country.shown() == [{moved["id"]}, set(), {moved["id"]}]


def test_a_territory_that_comes_or_moves_takes_its_offers_along(country: Country) -> None:
    stand, ids = country.stand, country.ids
    of_west, of_east = (stand.live(territory_ids=[ids[name]])["id"] for name in ("ouest", "est"))
    assert country.shown() == [{of_west}, {of_east}, {of_west, of_east}]
    with writing(db.session):
        sector = hold_territory(db.session, THE_SYSTEM, ids["sector"])
        change_territory(db.session, THE_SYSTEM, sector, {"name": sector.name, "parent_id": ids["est"]})
    assert country.shown() == [{of_east}, {of_east}, {of_west, of_east}]
    with writing(db.session):
        create_territory(db.session, THE_SYSTEM, {"name": "Alsace", "parent_id": ids["est"]})
    assert country.shown() == [{of_east}, {of_east}, {of_west, of_east}]


def test_a_rep_who_gets_another_territory_gets_its_offers(country: Country) -> None:
    stand, ids = country.stand, country.ids
    of_west, shared = (stand.live(territory_ids=named)["id"] for named in ([ids["ouest"]], [ids["est"], ids["ouest"]]))
    user = make_user(db.session, "rep", [db.session.get(Territory, ids["est"])])
    phone = Phone(country.west.client, as_user(db.session, user), collection="offers")
    phone.pull()
    assert set(phone.shown()) == {shared}
    assign(db.session, user, db.session.get(Territory, ids["ouest"]))
    phone.pull()
    assert set(phone.shown()) == {shared, of_west}
    assert phone.is_whole()


def test_nobody_writes_offers_on_a_phone(country: Country) -> None:
    offer = country.stand.live()
    country.west.pull()
    country.west.edit(offer["id"], percent=99)
    assert country.west.send(country.west.rows()).status_code == 403
