"""From the form on a poster to the way out: what one customer lives with the card, over HTTP on both databases."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

from field_api.cards import jobs
from field_api.consents.models import events
from field_api.customers.models import contact_points, customers
from field_api.loyalty.models import members
from field_api.store.base import db
from field_api.store.columns import new_id
from tests.field_api.cards.certificates import authority_and_pass
from tests.field_api.cards.conftest import Desk, add_rule
from tests.field_api.cards.pictures import read_svg
from tests.field_api.gifts.club import give_points, make_gift


def test_a_customer_enrols_keeps_the_card_orders_a_gift_and_leaves(desk: Desk, tmp_path: Path) -> None:
    form = desk.get(f"/join/{desk.form_id}?language=fr")
    assert form.status_code == 200
    assert "Comptez mes points." in form.text
    sent = desk.join(choice_0="yes")
    assert sent.status_code == 200
    assert "zoe@example.fr" in sent.text
    confirm = desk.mailed_path()
    assert "Plus qu’un geste" in desk.get(confirm).text
    done = desk.client.post(confirm)
    assert done.status_code == 303
    link = done.headers["Location"].removeprefix("http://127.0.0.1:8000")

    card = desk.get(link)
    assert (card.status_code, card.headers["Content-Language"]) == (200, "fr")
    assert "Zoé Durand" in card.text
    with desk.app.app_context():
        member = db.session.execute(db.select(members).where(members.c.id != desk.member_id)).one()
        known = db.session.execute(db.select(customers).where(customers.c.id == member.customer_id)).one()
        email = db.session.execute(db.select(contact_points).where(contact_points.c.customer_id == known.id)).one()
        said = db.session.execute(db.select(events).where(events.c.customer_id == known.id)).all()
    assert (known.territory_id, known.first_touch_source) == (desk.sector.territory_id, "web_form")
    assert email.value == "zoe@example.fr"
    assert email.verified_at is not None
    agreed = {(one.purpose, one.channel, one.granted, one.wording, one.language, one.source) for one in said}
    assert agreed == {
        ("loyalty", "any", True, "Comptez mes points.", "fr", "web_form"),
        ("offers", "email", True, "Des offres par e-mail.", "fr", "web_form"),
    }
    drawn = card.text[card.text.index("<svg") : card.text.index("</svg>") + 6]
    assert read_svg(drawn) == [("QR Code", member.number)]

    with desk.app.app_context():
        add_rule(db.session, desk.programme_id, "card_installed", 25)
        give_points(db.session, member.id, 300)
        gift = make_gift(db.session, desk.programme_id)
    assert desk.client.post(f"{link}installed").get_json()["points"] == 25
    assert desk.client.post(f"{link}installed").get_json()["points"] == 0
    assert "Plaid de pique-nique" in desk.get(link).text
    assert "Carte installée" in desk.get(link).text

    assert desk.get(f"{link}pass.pkpass").status_code == 409
    _, bundle = authority_and_pass(tmp_path)
    desk.app.config["SETTINGS"] = replace(before := desk.app.config["SETTINGS"], apple_pass_certificate=bundle)
    try:
        made = desk.get(f"{link}pass.pkpass")
        assert made.mimetype == "application/vnd.apple.pkpass"
        with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
            told = json.loads(archive.read("pass.json"))
    finally:
        desk.app.config["SETTINGS"] = before
    assert {one["message"] for one in told["barcodes"]} == {member.number}
    assert told["storeCard"]["headerFields"][0]["value"] == 325

    order = {"id": new_id(), "gift_id": gift}
    desk.post_as_admin(f"/v1/members/{member.id}/gift-orders", order)
    assert "À retirer en magasin" in desk.get(link).text

    assert "125 points" in desk.get(f"{link}leave").text
    assert desk.client.post(f"{link}leave", data={"language": "fr"}).status_code == 422
    left = desk.client.post(f"{link}leave", data={"certain": "yes", "language": "fr"})
    assert left.status_code == 303
    gone = desk.get(link)
    assert (gone.status_code, "Vous avez quitté" in gone.text) == (410, True)
    assert "Zoé" not in gone.text
    with desk.app.app_context():
        last = db.session.execute(
            db.select(events).where(events.c.customer_id == known.id, events.c.purpose == "loyalty", ~events.c.granted)
        ).one()
    assert "vous perdez vos 125 points" in last.wording
    assert desk.client.post(f"{link}leave", data={"certain": "yes"}).status_code == 410
    assert desk.client.post(f"{link}installed").status_code == 404
    # What was ordered is still handed over.
    desk.post_as_admin(f"/v1/gift-orders/{order['id']}/hand-over", {"id": new_id()})
    assert jobs.RECURRING
