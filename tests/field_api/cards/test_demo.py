"""The demo company has a form on which one can enrol at once, in both languages."""

from random import Random

from field_api import clock
from field_api.cards import demo
from field_api.store.base import db
from field_api.store.engine import writing
from tests.field_api.cards.conftest import Desk


def test_one_enrols_on_the_form_of_the_demo_company(desk: Desk) -> None:
    with desk.app.app_context(), writing(db.session):
        demo.fill(db.session, Random(1), desk.sector.territory_id, clock.now())
    listed = desk.sector.get("/v1/enrolment-forms", desk.sector.admin).get_json()["items"]
    [form] = [one for one in listed if one["id"] != desk.form_id]
    path = f"/join/{form['id']}"
    assert form["url"].endswith(path)
    for language in ("fr", "en"):
        assert form["consent"][language] in desk.get(f"{path}?language={language}").text.replace("&#39;", "’")
    told = {"given_name": "Zoé", "name": "Durand", "email": "zoe@example.fr", "consent": "yes", "choice_0": "yes"}
    assert desk.client.post(path, data=told).status_code == 200
    card = desk.client.post(desk.mailed_path())
    assert card.status_code == 303
