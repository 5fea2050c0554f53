"""The world of the route x identity matrix: two neighbouring territories with one of everything, and who may ask."""

from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from field_api import clock
from field_api.access.models import Device, ServiceAccount, Token
from field_api.access.scopes import SERVICE_SCOPES
from field_api.coupons.models import Coupon
from field_api.insights.models import NextGesture
from field_api.reps.models import Assignment, Territory
from field_api.store.base import db
from field_api.store.columns import new_id
from tests.field_api.cards.forms import form_like
from tests.field_api.gifts.club import gift_like
from tests.field_api.insights import findings
from tests.field_api.loyalty.club import phrase, programme_like
from tests.field_api.offers.stand import offer_like
from tests.field_api.people import as_user, bearer, make_territory, make_user, service_token
from tests.field_api.sector import Headers, make_customer
from tests.field_api.shops.stall import sale, shop_like
from tests.field_api.surveys.questions import survey_like

ROLES = ("rep", "manager", "admin", "researcher")

# Path parameters whose rows every member of staff may know.
KNOWN_TO_ALL_STAFF = frozenset(
    {"shop_id", "programme_id", "rule_id", "gift_id", "survey_id", "insight_id", "gesture_id"}
)


@dataclass
class Side:
    """One territory: the id of a row for each name of a path parameter, and the headers of each identity."""

    ids: dict[str, str] = field(default_factory=dict)
    identities: dict[str, Headers] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """`ours` is seen by our rep and manager, `theirs` by theirs; an admin sees both."""

    client: FlaskClient
    ours: Side
    theirs: Side


def make_world(app: Flask) -> World:
    """Both sides, on an empty database."""
    with app.app_context():
        client = app.test_client()
        return World(client, _make_side(client, "Ours"), _make_side(client, "Theirs"))


def _make_side(client: FlaskClient, name: str) -> Side:
    side, session = Side(), db.session
    territory = make_territory(session, name)
    users = {role: make_user(session, role, _territories(role, territory), name=f"{name} {role}") for role in ROLES}
    side.identities = {role: as_user(session, user) for role, user in users.items()}
    side.ids = {
        "territory_id": territory.id,
        "user_id": users["rep"].id,
        "customer_id": make_customer(territory.id, f"{name} customer"),
        "assignment_id": session.scalars(select(Assignment.id).where(Assignment.user_id == users["rep"].id)).one(),
        "device_id": session.scalars(select(Device.id).where(Device.user_id == users["rep"].id)).one(),
    }
    as_user(session, users["rep"], "shops:read")
    of_rep = select(Token.id).where(Token.user_id == users["rep"].id, Token.kind == "personal")
    side.ids["token_id"] = session.scalars(of_rep).one()
    _trade(client, side)
    _offer(client, side)
    _give(client, side)
    _reward(client, side)
    _treat(client, side)
    _plan(client, side)
    _ask(client, side)
    # Of one target one insight is published.
    _learn(side, {"Ours": "loyalty", "Theirs": "trust"}[name])
    return side


def _ask(client: FlaskClient, side: Side) -> None:
    """A live survey."""
    ids, admin = side.ids, side.identities["admin"]
    ids["survey_id"] = _made(client, "/v1/surveys", admin, survey_like())
    path = f"/v1/surveys/{ids['survey_id']}/publish"
    assert client.post(path, headers=admin | {"If-Match": "*"}).status_code == 200


def _learn(side: Side, target: str) -> None:
    """What the survey found out of a target, and the gesture that is suggested for the customer by it."""
    session, ids = db.session, side.ids
    findings.make_answers(session, ids["survey_id"], [ids["customer_id"]])
    findings.buy(session, [ids["customer_id"]])
    ids["gesture_id"] = findings.make_gesture(session)
    scored = [findings.score_like(ids["survey_id"], ids["customer_id"])]
    found = {"target": target, "drivers": [findings.driver_like()]}
    scored[0]["reasons"] = scored[0]["reasons"][:1]
    ids["insight_id"] = findings.make_insight(session, ids["survey_id"], scored, **found)
    findings.run(session)
    mine = NextGesture.customer_id == ids["customer_id"]
    ids["next_gesture_id"] = session.scalars(select(NextGesture.id).where(mine)).one()


def _plan(client: FlaskClient, side: Side) -> None:
    """An appointment of the rep's with the customer, and a secret address of their agenda."""
    ids, rep = side.ids, side.identities["rep"]
    visit = {"title": "Visit", "starts": "2026-03-02T09:00:00", "ends": "2026-03-02T10:00:00"}
    ids["appointment_id"] = _made(client, "/v1/appointments", rep, visit | {"customer_id": ids["customer_id"]})
    ids["subscription_id"] = _made(client, "/v1/calendar-subscriptions", rep, {"name": "At home"})


def _trade(client: FlaskClient, side: Side) -> None:
    """A shop with its till, what it sold to the customer, and what is kept of the customer."""
    ids, admin, rep = side.ids, side.identities["admin"], side.identities["rep"]
    ids["shop_id"] = _made(client, "/v1/shops", admin, shop_like(ids["territory_id"]))
    side.identities["service"] = bearer(service_token(db.session, ids["shop_id"], " ".join(SERVICE_SCOPES)))
    ids["account_id"] = db.session.scalars(select(ServiceAccount.id).order_by(ServiceAccount.id.desc()).limit(1)).one()
    sold = sale() | {"customer_id": ids["customer_id"], "shop_id": ids["shop_id"]}
    ids["purchase_id"] = _made(client, "/v1/purchases", rep, sold)
    below = f"/v1/customers/{ids['customer_id']}"
    ids["place_id"] = _made(client, f"{below}/places", rep, {"town": "Rennes"})
    phone = {"kind": "email", "value": f"{ids['customer_id']}@example.org"}
    ids["contact_point_id"] = _made(client, f"{below}/contact-points", rep, phone)
    ids["fact_id"] = _made(client, f"{below}/facts", rep, {"value": "regular"})


def _offer(client: FlaskClient, side: Side) -> None:
    """An offer that is live for the territory's staff alone, with the customer on its closed list."""
    ids, admin = side.ids, side.identities["admin"]
    ids["offer_id"] = _made(client, "/v1/offers", admin, offer_like(territory_ids=[ids["territory_id"]]))
    below = f"/v1/offers/{ids['offer_id']}"
    for path, body in ((f"{below}/publish", {}), (f"{below}/listed", {"customer_ids": [ids["customer_id"]]})):
        answer = client.post(path, headers=admin | {"If-Match": "*"}, json=body)
        assert answer.status_code == 200, (path, answer.text)


def _give(client: FlaskClient, side: Side) -> None:
    """A campaign of the territory's offer, and the customer's coupon, redeemed by the rep."""
    ids, admin, rep = side.ids, side.identities["admin"], side.identities["rep"]
    campaign = {"offer_id": ids["offer_id"], "name": "Spring", "kind": "personal", "state": "open"}
    ids["campaign_id"] = _made(client, "/v1/campaigns", admin, campaign | {"starts_at": "2026-01-01T00:00:00Z"})
    for_them = {"id": new_id(), "customer_ids": [ids["customer_id"]]}
    path = f"/v1/campaigns/{ids['campaign_id']}/coupons"
    ids["batch_id"] = _made(client, path, admin | {"Idempotency-Key": new_id()}, for_them)
    ids["coupon_id"] = db.session.scalars(select(Coupon.id).where(Coupon.customer_id == ids["customer_id"])).one()
    path, command = f"/v1/coupons/{ids['coupon_id']}/redemptions", {"id": new_id(), "channel": "visit"}
    ids["operation_id"] = _made(client, path, rep | {"Idempotency-Key": new_id()}, command)


def _reward(client: FlaskClient, side: Side) -> None:
    """A programme with a rule, and the customer in it, who has points: some spent by the rep, some on a lease."""
    ids, admin, rep = side.ids, side.identities["admin"], side.identities["rep"]
    ids["programme_id"] = _made(client, "/v1/programmes", admin, programme_like(is_main=False))
    rule = {"kind": "review", "terms": {"name": phrase("A review"), "points": 40}}
    ids["rule_id"] = _made(client, f"/v1/programmes/{ids['programme_id']}/rules", admin, rule)
    path = f"/v1/programmes/{ids['programme_id']}/publish"
    assert client.post(path, headers=admin | {"If-Match": "*"}).status_code == 200
    enrolment = {"id": new_id(), "programme_id": ids["programme_id"], "customer_id": ids["customer_id"]}
    enrolment |= {"occurred_at": (clock.now() - timedelta(days=90)).isoformat()}
    enrolled = client.post("/v1/members", headers=rep, json=enrolment)
    ids["member_id"] = enrolled.get_json()["member"]["id"]
    below, lent = f"/v1/members/{ids['member_id']}", (clock.now() + timedelta(days=1)).isoformat()
    commands = (
        ("earnings", {"kind": "review"}, "earning_id"),
        ("spends", {"points": 10}, "point_operation_id"),
        ("leases", {"points": 10, "device_id": ids["device_id"], "deadline_at": lent}, "lease_id"),
    )
    for name, told, own in commands:
        key = {"Idempotency-Key": new_id()}
        ids[own] = _made(client, f"{below}/{name}", rep | key, {"id": new_id()} | told)


def _treat(client: FlaskClient, side: Side) -> None:
    """A gift that the member has ordered, and a form on which others enrol."""
    ids, admin, rep = side.ids, side.identities["admin"], side.identities["rep"]
    ids["gift_id"] = _made(client, "/v1/gifts", admin, gift_like(ids["programme_id"], points=5))
    below, key = f"/v1/gifts/{ids['gift_id']}", {"Idempotency-Key": new_id()}
    assert client.post(f"{below}/offer", headers=admin | {"If-Match": "*"}).status_code == 200
    _made(client, f"{below}/deliveries", admin | key, {"id": new_id(), "units": 3})
    order = {"id": new_id(), "gift_id": ids["gift_id"]}
    key = {"Idempotency-Key": new_id()}
    ids["order_id"] = _made(client, f"/v1/members/{ids['member_id']}/gift-orders", rep | key, order)
    ids["form_id"] = _made(client, "/v1/enrolment-forms", admin, form_like(ids["territory_id"], ids["programme_id"]))


def _made(client: FlaskClient, path: str, headers: Headers, document: object) -> str:
    answer = client.post(path, headers=headers, json=document)
    assert answer.status_code == 201, (path, answer.text)
    own_id: str = answer.get_json()["id"]
    return own_id


def _territories(role: str, territory: Territory) -> list[Territory]:
    return [territory] if role in {"rep", "manager"} else []
