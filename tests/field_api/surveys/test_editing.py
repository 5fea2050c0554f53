"""A survey is drafted, checked strictly, published with its wording frozen, and closed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from field_api.store.base import db
from tests.field_api.people import as_user, make_user
from tests.field_api.sector import Headers, Sector
from tests.field_api.surveys.questions import codebook_like, item, make_survey, survey_like


def draft(sector: Sector, **change: Any) -> TestResponse:
    return sector.post("/v1/surveys", survey_like(**change), sector.admin)


def step(sector: Sector, made: Any, verb: str) -> TestResponse:
    return sector.post(f"/v1/surveys/{made['id']}/{verb}", None, sector.admin, **{"If-Match": made["etag"]})


def change(sector: Sector, made: Any, patch: Any) -> TestResponse:
    headers = sector.admin | {"If-Match": made["etag"], "Content-Type": "application/merge-patch+json"}
    return sector.client.patch(f"/v1/surveys/{made['id']}", headers=headers, json=patch)


@pytest.fixture
def researcher(app: Flask) -> Headers:
    with app.app_context():
        return as_user(db.session, make_user(db.session, "researcher"))


def test_a_draft_is_shown_to_those_who_draft_and_to_nobody_else(sector: Sector, researcher: Headers) -> None:
    made = draft(sector)
    assert (made.status_code, made.get_json()["state"]) == (201, "draft")
    path = made.headers["Location"]
    assert [sector.get(path, who).status_code for who in (sector.admin, researcher, sector.rep)] == [200, 200, 404]
    assert sector.get("/v1/surveys").get_json() == {"items": []}
    live = step(sector, made.get_json(), "publish").get_json()
    assert live["state"] == "live"
    assert sector.get("/v1/surveys", state="live").get_json()["items"] == [live]


def test_the_wording_is_frozen_from_the_publication_on(sector: Sector) -> None:
    made = draft(sector).get_json()
    renamed = change(sector, made, {"title": {"en": "Why?", "fr": "Pourquoi ?"}}).get_json()
    assert renamed["title"]["en"] == "Why?"
    live = step(sector, renamed, "publish").get_json()
    refused = change(sector, live, {"codebook": {"survey": {"title": "Another"}}})
    assert refused.status_code == 409
    assert "codebook" in refused.get_json()["detail"]
    assert change(sector, live, {"words": {"intro": None}}).status_code == 409
    later = change(sector, live, {"quiet_days": 10, "ends_at": "2999-01-01T00:00:00Z"})
    assert (later.status_code, later.get_json()["quiet_days"]) == (200, 10)
    closed = step(sector, later.get_json(), "close").get_json()
    assert closed["state"] == "closed"
    assert change(sector, closed, {"quiet_days": 20}).status_code == 409
    assert step(sector, closed, "publish").status_code == 409


def test_a_change_from_an_older_version_is_refused(sector: Sector) -> None:
    made = draft(sector).get_json()
    assert change(sector, made, {"quiet_days": 10}).status_code == 200
    assert change(sector, made, {"quiet_days": 20}).status_code == 412


def test_the_codebook_alone_has_an_etag_that_stays(app: Flask, sector: Sector, researcher: Headers) -> None:
    with app.app_context():
        own = make_survey(db.session)
    first = sector.get(f"/v1/surveys/{own}/codebook", researcher)
    assert first.get_json()["item"][0]["name"] == "recognition1"
    assert first.get_json()["survey"] == {"title": "Why customers stay", "missing": [""], "not_applicable": []}
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    again = sector.client.get(f"/v1/surveys/{own}/codebook", headers=researcher | {"If-None-Match": etag})
    assert again.status_code == 304
    assert sector.get(f"/v1/surveys/{own}/codebook").status_code == 403


def with_item(number: int, **told: Any) -> Callable[[], dict[str, Any]]:
    def made() -> dict[str, Any]:
        codebook = codebook_like()
        codebook["item"][number] = codebook["item"][number] | told
        return codebook

    return made


BAD_CODEBOOKS: tuple[tuple[Callable[[], Any], str], ...] = (
    (with_item(0, name="Recognition 1"), "/codebook/item/0/name"),
    (with_item(0, name="recognition2"), "/codebook/item/0/name"),
    (with_item(0, states=[1]), "/codebook/item/0/states"),
    (with_item(0, states=list(range(12))), "/codebook/item/0/states"),
    (with_item(0, states=[1, 2, 2]), "/codebook/item/0/states"),
    (with_item(0, states=[1, "2"]), "/codebook/item/0/states/1"),
    (with_item(0, states=[True, 2]), "/codebook/item/0/states/0"),
    (with_item(0, direction="sideways"), "/codebook/item/0/direction"),
    (with_item(0, label={"en": "Only English"}), "/codebook/item/0/label/fr"),
    (with_item(0, tier=1), "/codebook/item/1/tier"),
    (with_item(0, construct="trust1"), "/codebook/item/0/construct"),
    (with_item(0, wording="?"), "/codebook/item/0/wording"),
    (lambda: codebook_like(item=[item("alone", None, 0)]), "/codebook/item"),
    (lambda: codebook_like(item=[item(f"i{number}", None, 0) for number in range(65)]), "/codebook/item"),
    (
        lambda: codebook_like(construct=[{"name": "nobody", "label": {"en": "a", "fr": "b"}}]),
        "/codebook/construct/0/name",
    ),
    (lambda: codebook_like(survey={"title": "x", "missing": ["3"]}), "/codebook/item/0/states"),
    (lambda: codebook_like(survey={"title": "x", "not_applicable": [""]}), "/codebook/survey/not_applicable/0"),
    (lambda: codebook_like(survey={}), "/codebook/survey/title"),
    (lambda: "codebook", "/codebook"),
)


@pytest.mark.parametrize(("codebook", "pointer"), BAD_CODEBOOKS)
def test_a_codebook_that_contradicts_itself_is_refused_with_the_place(
    sector: Sector, codebook: Callable[[], Any], pointer: str
) -> None:
    answer = draft(sector, codebook=codebook())
    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in answer.get_json()["errors"]]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (
            {"words": {"scales": [{"items": ["again"], "labels": [{"en": "a", "fr": "b"}] * 3}]}},
            "/words/scales/0/labels",
        ),
        (
            {"words": {"scales": [{"items": ["nothing"], "labels": [{"en": "a", "fr": "b"}] * 2}]}},
            "/words/scales/0/items",
        ),
        (
            {"words": {"scales": [{"items": ["again", "again"], "labels": [{"en": "a", "fr": "b"}] * 2}]}},
            "/words/scales",
        ),
        ({"starts_at": "2026-02-01T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}, "/ends_at"),
        ({"quiet_days": 731}, "/quiet_days"),
        ({"title": {"en": "two\nlines", "fr": "x"}}, "/title/en"),
    ],
)
def test_other_nonsense_is_refused_with_the_place(sector: Sector, change: dict[str, Any], pointer: str) -> None:
    answer = draft(sector, **change)
    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in answer.get_json()["errors"]]


def test_a_survey_goes_from_draft_to_live_to_closed(app: Flask, sector: Sector) -> None:
    made = draft(sector).get_json()
    assert step(sector, made, "close").status_code == 409
    assert step(sector, made, "publish").status_code == 200
    assert sector.post("/v1/surveys", survey_like(id=made["id"]), sector.admin).status_code == 409
