"""What staff and tills do with a card: draw it, hand its link on, make links void, and keep forms."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from field_api.loyalty.leaving import leave
from field_api.store.audit import AuditEntry
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.cards.certificates import authority_and_pass
from tests.field_api.cards.conftest import Desk
from tests.field_api.cards.forms import form_like
from tests.field_api.cards.pictures import read_png, read_svg
from tests.field_api.people import bearer, service_token
from tests.field_api.shops.stall import shop_like


def test_the_number_is_drawn_as_svg_and_png_in_both_symbologies(desk: Desk) -> None:
    number = desk.sector.get(f"/v1/members/{desk.member_id}").get_json()["number"]
    for name, kind in (("qr", "QR Code"), ("code-128", "Code 128")):
        below = f"/v1/members/{desk.member_id}/card/{name}"
        drawn, painted = desk.sector.get(below), desk.sector.get(below, format="png")
        assert (drawn.mimetype, painted.mimetype) == ("image/svg+xml", "image/png")
        assert read_svg(drawn.text) == read_png(painted.data) == [(kind, number)]
        assert desk.sector.get(below, format="gif").status_code == 422


def test_without_a_certificate_the_route_says_what_is_missing(desk: Desk) -> None:
    answer = desk.sector.get(f"/v1/members/{desk.member_id}/card/pass")
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert "FURET_APPLE_PASS_CERTIFICATE" in answer.get_json()["detail"]


def test_a_link_given_at_the_till_opens_the_card_on_the_members_phone(desk: Desk) -> None:
    shop = desk.post_as_admin("/v1/shops", shop_like(desk.sector.territory_id))["id"]
    with desk.app.app_context():
        till = bearer(service_token(db.session, shop, "loyalty:write"))
    number = desk.sector.get(f"/v1/members/{desk.member_id}").get_json()["number"]
    told = desk.client.post("/v1/till/cards/link", headers=till, json={"number": number}).get_json()
    assert read_svg(told["qr_svg"]) == [("QR Code", told["url"])]
    assert desk.get(told["url"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_who_left_has_no_card_to_be_linked_to(desk: Desk) -> None:
    with desk.app.app_context(), writing(db.session):
        leave(db.session, THE_SYSTEM, desk.member_id, new_id())
    answer = desk.sector.post(f"/v1/members/{desk.member_id}/card-link", {})
    assert answer.status_code == 409


def test_a_form_is_made_changed_and_closed_by_an_admin(desk: Desk) -> None:
    made = desk.post_as_admin("/v1/enrolment-forms", form_like(desk.sector.territory_id, desk.programme_id))
    assert made["url"] == f"http://127.0.0.1:8000/join/{made['id']}"
    url, headers = f"/v1/enrolment-forms/{made['id']}", desk.sector.admin
    assert desk.client.patch(url, headers=headers, json={"state": "closed"}).status_code == 428
    tag = desk.client.get(url, headers=headers).headers["ETag"]
    changed = desk.client.patch(url, headers=headers | {"If-Match": tag}, json={"choices": []})
    assert (changed.status_code, changed.get_json()["choices"]) == (200, [])
    assert desk.client.patch(url, headers=headers | {"If-Match": tag}, json={}).status_code == 412
    listed = desk.client.get("/v1/enrolment-forms", headers=headers).get_json()["items"]
    assert {one["id"] for one in listed} == {made["id"], desk.form_id}


def test_a_form_of_nothing_is_refused(desk: Desk) -> None:
    for change in ({"programme_id": new_id()}, {"territory_id": new_id()}):
        told = form_like(desk.sector.territory_id, desk.programme_id) | change
        assert desk.sector.post("/v1/enrolment-forms", told, desk.sector.admin).status_code == 404
    told = form_like(desk.sector.territory_id, desk.programme_id, id=desk.form_id)
    assert desk.sector.post("/v1/enrolment-forms", told, desk.sector.admin).status_code == 409


def test_the_link_in_a_pass_opens_the_card_and_the_trail_says_who_gave_it(desk: Desk, tmp_path: Path) -> None:
    _, bundle = authority_and_pass(tmp_path)
    desk.app.config["SETTINGS"] = replace(before := desk.app.config["SETTINGS"], apple_pass_certificate=bundle)
    try:
        made = desk.sector.get(f"/v1/members/{desk.member_id}/card/pass")
    finally:
        desk.app.config["SETTINGS"] = before
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        told = json.loads(archive.read("pass.json"))
    [link] = [one["value"] for one in told["storeCard"]["backFields"] if one["key"] == "page"]
    assert desk.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200
    with desk.app.app_context():
        given = db.session.scalars(db.select(AuditEntry.subject_id).where(AuditEntry.action == "card.give_link")).all()
    assert given == [desk.member_id]


def test_a_statement_is_read_while_somebody_writes(desk: Desk) -> None:
    path = f"/v1/members/{desk.member_id}/statements/2026-01"
    with desk.app.app_context(), ThreadPoolExecutor(1) as pool, writing(db.session):
        assert pool.submit(desk.sector.get, path).result().status_code == 404
