"""What was offered on a past day can be asked, whatever became of the offer since."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from field_api import clock
from field_api.app import CHECKS
from field_api.offers.actions import change_offer, create_offer, hold_offer, step_offer
from field_api.offers.schemas import NewOfferSchema, OfferChangesSchema
from field_api.offers.versions import documents_at
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from field_api.web.openapi import load
from tests.field_api.offers.stand import Stand, offer_like

STEP = timedelta(minutes=5)


def test_every_version_is_listed_with_the_moment_from_which_it_held(stand: Stand) -> None:
    live = stand.live()
    changed = stand.change(live, percent=20).get_json()
    path = f"/v1/offers/{live['id']}/versions"
    first = stand.sector.get(path, stand.sector.admin, limit="2")
    assert [one["offer"] for one in first.get_json()["items"]] == [changed, live]
    link = first.headers["Link"]
    (draft,) = stand.sector.get(link[1 : link.index(">")], stand.sector.admin).get_json()["items"]
    assert (draft["number"], draft["offer"]["state"], draft["held_at"]) == (1, "draft", live["created_at"])
    assert stand.sector.get(path).status_code == 403


def test_a_rep_is_told_what_was_live_then_and_nothing_else(stand: Stand) -> None:
    live = stand.live()
    with clock.ahead_by(STEP):
        changed = stand.change(live, percent=20).get_json()
    with clock.ahead_by(2 * STEP):
        ended = stand.step(changed, "end").get_json()
    made_at, live_at, ended_at = (
        datetime.fromisoformat(one["updated_at"]) for one in (live | {"updated_at": live["created_at"]}, live, ended)
    )
    for at, percent in (
        (made_at, None),
        (live_at, 10),
        (live_at + STEP / 2, 10),
        (ended_at - STEP / 2, 20),
        (ended_at, None),
    ):
        answer = stand.read(live, at=at.isoformat())
        assert answer.status_code == (404 if percent is None else 200), at
        assert percent is None or answer.get_json()["percent"] == percent
    assert stand.read(live, stand.sector.admin, at=made_at.isoformat()).get_json()["state"] == "draft"
    assert stand.read(live, stand.sector.admin, at=(made_at - STEP).isoformat()).status_code == 404


ACTS = st.lists(
    st.one_of(st.sampled_from(("publish", "pause", "end")), st.integers(1, 100), st.just("nothing")), max_size=8
)


@given(acts=ACTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_past_moment_is_answered_as_it_was_answered_then(app: Flask, acts: list[Any]) -> None:
    with app.app_context():
        data = load(NewOfferSchema, offer_like())
        with writing(db.session):
            own = create_offer(db.session, THE_SYSTEM, data)["id"]
        told = []
        for steps, act in enumerate(acts, 1):
            with clock.ahead_by(steps * STEP):
                with writing(db.session):
                    _do(own, act)
                told.append((clock.now(), documents_at(db.session, [own], clock.now())))
        for at, then in told:
            assert documents_at(db.session, [own], at + STEP / 2) == then
            assert documents_at(db.session, [own, own], at) == then
        assert documents_at(db.session, [own], datetime(2020, 1, 1, tzinfo=UTC)) == {}
        broken = {one.name: list(one.find(db.session)) for one in CHECKS if one.name.startswith("offers")}
        assert {name: found for name, found in broken.items() if found} == {}


def _do(own: str, act: Any) -> None:
    offer = hold_offer(db.session, own)
    leads = {"publish": ("draft", "paused"), "pause": ("live",), "end": ("draft", "live", "paused")}
    if isinstance(act, int) and offer.state != "ended":
        change_offer(db.session, THE_SYSTEM, offer, load(OfferChangesSchema, offer_like(percent=act)))
    elif offer.state in leads.get(act, ()):
        step_offer(db.session, THE_SYSTEM, offer, act)
