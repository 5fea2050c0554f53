"""The steps of an offer: drafts are the admin's alone, what is live is shown, what is ended stays as it was."""

import pytest

from tests.field_api.offers.stand import Stand, offer_like


def test_a_draft_is_shown_to_nobody_but_admins(stand: Stand) -> None:
    draft = stand.made()
    assert draft["state"] == "draft"
    assert stand.read(draft).status_code == 404
    assert stand.read(draft, stand.sector.admin).get_json() == draft
    assert stand.sector.get("/v1/offers").get_json()["items"] == []
    assert stand.sector.get("/v1/offers", stand.sector.admin).get_json()["items"] == [draft]


def test_what_is_live_is_shown_to_reps(stand: Stand) -> None:
    live = stand.live()
    assert (live["state"], live["version"]) == ("live", 2)
    assert stand.read(live).get_json() == live
    assert stand.sector.get("/v1/offers").get_json()["items"] == [live]


def test_paused_offers_are_hidden_and_come_back(stand: Stand) -> None:
    paused = stand.step(stand.live(), "pause").get_json()
    assert stand.read(paused).status_code == 404
    again = stand.step(paused, "publish").get_json()
    assert stand.read(again).get_json()["state"] == "live"


def test_an_ended_offer_stays_as_it_was(stand: Stand) -> None:
    ended = stand.step(stand.live(), "end").get_json()
    for answer in (stand.step(ended, "publish"), stand.step(ended, "pause"), stand.change(ended, percent=50)):
        assert answer.status_code == 409, answer.text
    assert stand.read(ended, stand.sector.admin).get_json() == ended


@pytest.mark.parametrize(("step", "state"), [("pause", "draft"), ("publish", "live")])
def test_a_step_that_leads_nowhere_is_refused(stand: Stand, step: str, state: str) -> None:
    offer = stand.made() if state == "draft" else stand.live()
    answer = stand.step(offer, step)
    assert answer.status_code == 409
    assert f"is {state}" in answer.get_json()["detail"]


def test_what_is_over_does_not_go_live(stand: Stand) -> None:
    offer = stand.made(starts_at="2025-01-01T00:00:00Z", ends_at="2025-02-01T00:00:00Z")
    answer = stand.step(offer, "publish")
    assert answer.status_code == 409
    assert "ends_at" in answer.get_json()["detail"]


def test_an_edit_of_a_stale_version_is_refused(stand: Stand) -> None:
    draft = stand.made()
    assert stand.change(draft, percent=20).status_code == 200
    assert stand.change(draft, percent=30).status_code == 412
    assert stand.step(draft, "publish").status_code == 412
    assert stand.read(draft, stand.sector.admin).get_json()["percent"] == 20


def test_a_change_replaces_what_it_names_and_keeps_the_rest(stand: Stand) -> None:
    live = stand.live(audience={"roles": ["client"], "first_touch": {"since": "2026-01-01T00:00:00Z"}})
    changed = stand.change(live, percent=20, title={"fr": "Vingt pour cent"}, audience={"roles": None}).get_json()
    assert changed["percent"] == 20
    assert changed["title"] == {"en": "Ten per cent", "fr": "Vingt pour cent"}
    assert changed["audience"] == {"first_touch": {"since": "2026-01-01T00:00:00+00:00"}}
    assert {
        **changed,
        **{name: live[name] for name in ("percent", "title", "audience", "version", "updated_at")},
    } == live


def test_an_id_in_use_makes_no_second_offer(stand: Stand) -> None:
    draft = stand.made()
    answer = stand.sector.post("/v1/offers", offer_like(id=draft["id"]), headers=stand.sector.admin)
    assert answer.status_code == 409


def test_reps_decide_nothing_about_offers(stand: Stand) -> None:
    assert stand.sector.post("/v1/offers", offer_like()).status_code == 403
