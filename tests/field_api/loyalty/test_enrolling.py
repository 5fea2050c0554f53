"""However a person comes, and however often, they are one member."""

from typing import Any

from field_api.store.columns import new_id
from tests.field_api.loyalty.club import Club, done, refused
from tests.field_api.sector import make_customer

PHONE, EMAIL = "06 39 98 12 12", "Lou.Marchand@Example.fr"


def known_customer(club: Club, *, verified: bool) -> str:
    points = [{"kind": "phone", "value": PHONE, "verified": verified}, {"kind": "email", "value": EMAIL}]
    with club.app.app_context():
        return make_customer(club.sector.territory_id, "Marchand", contact_points=points)


def test_the_same_person_enrolled_three_times_is_one_member_with_three_sources(club: Club) -> None:
    customer_id = known_customer(club, verified=True)
    by_rep = done(club.enrolment(customer_id=customer_id))
    at_till = done(club.enrolment(club.till, person={"name": "Marchand", "phone": "+33 6 39 98 12 12"}))
    again = done(club.enrolment(club.till, person={"name": "L. Marchand", "email": EMAIL.lower()}))
    assert [one["is_new"] for one in (by_rep, at_till, again)] == [True, False, False]
    assert len({one["member"]["id"] for one in (by_rep, at_till, again)}) == 1
    sources = again["member"]["enrolments"]
    assert [(one["channel"], one["matched_by"]) for one in sources] == [
        ("rep", "named"),
        ("till", "verified"),
        ("till", "unverified"),
    ]
    listed = done(club.sector.get(f"/v1/customers/{customer_id}/members"), 200)["items"]
    assert len(listed) == 1


def test_a_phone_that_made_the_id_without_a_network_finds_its_member_by_it(club: Club) -> None:
    first = club.enrol()
    asked: dict[str, Any] = {"id": new_id(), "customer_id": club.sector.customer_id}
    late = done(club.enrolment(**asked))
    assert late["member"]["id"] == first["id"] != asked["id"]
    assert done(club.enrolment(**asked))["enrolment"] == late["enrolment"]
    assert done(club.sector.get(f"/v1/members/{asked['id']}"), 200)["id"] == first["id"]
    told = "another enrolment"
    assert told in refused(club.enrolment(**asked | {"birthday": "03-21"}), 409)


def test_a_new_person_at_the_till_becomes_a_customer_of_the_shops_territory(club: Club) -> None:
    person = {"name": "Petit", "given_name": "Ana", "phone": PHONE}
    member = done(club.enrolment(club.till, person=person))["member"]
    customer = done(club.sector.get(f"/v1/customers/{member['customer_id']}"), 200)
    assert (customer["display_name"], customer["territory_id"]) == ("Ana Petit", club.sector.territory_id)
    assert member["enrolments"][0]["matched_by"] == "new"
    assert "recognised" in refused(club.enrolment(club.till, person={"name": "Petit"}), 422)
    assert "06" in refused(club.enrolment(club.till, person={"name": "Petit", "phone": "06 12"}), 422)


def test_two_verified_people_are_not_thrown_together(club: Club) -> None:
    with club.app.app_context():
        for kind, value in (("phone", PHONE), ("email", EMAIL)):
            one = {"kind": kind, "value": value, "verified": True}
            make_customer(club.sector.territory_id, kind, contact_points=[one])
    both = {"name": "Marchand", "phone": PHONE, "email": EMAIL}
    assert "two different customers" in refused(club.enrolment(club.till, person=both), 409)


def test_a_retired_person_is_not_enrolled_by_any_way(club: Club) -> None:
    customer_id = known_customer(club, verified=True)
    path = f"/v1/customers/{customer_id}/retire"
    assert club.sector.post(path, {}, headers=club.sector.admin | {"If-Match": "*"}).status_code in {200, 204}
    assert "retired" in refused(club.enrolment(customer_id=customer_id), 409)
    assert "retired" in refused(club.enrolment(club.till, person={"name": "Marchand", "phone": PHONE}), 409)
    assert done(club.sector.get(f"/v1/customers/{customer_id}/members", club.sector.admin), 200)["items"] == []


def test_who_enrols_is_in_sight_and_said_once(club: Club) -> None:
    refused(club.enrolment(customer_id=club.sector.foreign_id), 404)
    refused(club.enrolment(), 422)
    refused(club.enrolment(customer_id=club.sector.customer_id, person={"name": "X", "phone": PHONE}), 422)
    refused(club.enrolment(customer_id=club.sector.customer_id, programme_id=new_id()), 404)
    refused(club.enrolment(customer_id=club.sector.customer_id, birthday="02-30"), 422)
    assert done(club.sector.get(f"/v1/customers/{club.sector.customer_id}/members"), 200)["items"] == []


def test_the_consent_is_kept_in_the_words_that_were_read_out(club: Club) -> None:
    said = {"wording": "J’adhère au programme de fidélité.", "language": "fr"}
    club.enrol(consent=said)
    [kept] = done(club.sector.get(f"/v1/customers/{club.sector.customer_id}/consents/log"), 200)["items"]
    assert (kept["purpose"], kept["granted"], kept["wording"]) == ("loyalty", True, said["wording"])


def test_a_card_is_found_by_its_number_and_a_wrong_digit_is_told(club: Club) -> None:
    member = club.enrol()
    number = member["number"]
    found = done(club.sector.get("/v1/members/of-card", number=f"{number[:4]} {number[4:8]} {number[8:]}"), 200)
    assert found["id"] == member["id"]
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "digit" in refused(club.sector.get("/v1/members/of-card", number=wrong), 422)
    told = {"id": new_id(), "number": wrong, "points": 5}
    assert "digit" in refused(club.send("/v1/till/spends", told, club.till), 422)
    shown = done(club.sector.post("/v1/till/cards/look-up", {"number": number}, headers=club.till), 200)
    assert (shown["member_id"], shown["points"], shown["display_name"]) == (member["id"], 0, "Martin")


def test_a_till_that_tries_out_numbers_is_stopped(club: Club) -> None:
    # Well-formed, and nobody's.
    asked = {"number": "100000000001"}
    statuses = [club.sector.post("/v1/till/cards/look-up", asked, headers=club.till).status_code for _ in range(21)]
    assert statuses == [404] * 20 + [429]


def test_nobody_is_brought_by_themselves_or_in_a_circle(club: Club) -> None:
    member = club.enrol()
    friend = club.newcomer()
    brought = club.enrol(friend, referred_by=member["number"])
    assert brought["referred_by_id"] == member["id"]
    done(club.send(f"/v1/members/{member['id']}/leave", {"id": new_id()}), 200)
    asked: dict[str, Any] = {"customer_id": club.sector.customer_id, "referred_by": brought["number"]}
    assert "circle" in refused(club.enrolment(**asked), 409)
    again = club.enrol()
    path = f"/v1/members/{again['id']}/leave"
    done(club.send(path, {"id": new_id()}), 200)
    own: dict[str, Any] = {"customer_id": friend, "referred_by": brought["number"]}
    done(club.send(f"/v1/members/{brought['id']}/leave", {"id": new_id()}), 200)
    assert "active member" in refused(club.enrolment(**own), 409)


def test_nobody_enrols_in_a_draft_or_in_what_has_ended(club: Club) -> None:
    path = f"/v1/programmes/{club.programme_id}/end"
    done(club.sector.client.post(path, headers=club.sector.admin | {"If-Match": "*"}), 200)
    assert "ended" in refused(club.enrolment(customer_id=club.sector.customer_id), 409)


def test_a_slip_in_the_number_of_who_brought_somebody_is_told_at_that_field(club: Club) -> None:
    number = club.enrol()["number"]
    slip = number[:-1] + str((int(number[-1]) + 1) % 10)
    answer = club.enrolment(customer_id=club.newcomer(), referred_by=slip)
    assert "digit" in refused(answer, 422)
    assert [one["pointer"] for one in answer.get_json()["errors"]] == ["/referred_by"]


def test_whoever_knows_a_phone_number_does_not_learn_the_birthday_that_goes_with_it(club: Club) -> None:
    with club.app.app_context():
        points = [{"kind": "phone", "value": PHONE, "verified": True}]
        far = make_customer(club.sector.foreign_territory_id, "Marchand", contact_points=points)
        near = known_customer_by_mail(club)
    club.enrol(far, club.sector.admin, birthday="03-21")
    club.enrol(near, birthday="03-21")
    by_phone, by_mail = {"name": "M", "phone": PHONE}, {"name": "M", "email": EMAIL}
    place = {"territory_id": club.sector.territory_id}
    told = [
        done(club.enrolment(headers, person=person, **(place if headers is None else {})))["member"]["birthday"]
        for headers, person in ((None, by_phone), (None, by_mail), (club.till, by_phone), (club.till, by_mail))
    ]
    assert told == [None, "03-21", None, None]


def known_customer_by_mail(club: Club) -> str:
    return make_customer(club.sector.territory_id, "Marchand", contact_points=[{"kind": "email", "value": EMAIL}])


def test_a_circle_is_seen_through_members_who_were_merged(club: Club) -> None:
    first = club.enrol()
    heir = club.enrol(club.newcomer("Heir"), referred_by=first["number"])
    merged = club.enrol(club.newcomer("Merged"))
    brought = club.enrol(club.newcomer("Brought"), referred_by=merged["number"])
    done(
        club.send(f"/v1/members/{merged['id']}/merge", {"id": new_id(), "into_id": heir["id"]}, club.sector.admin), 200
    )
    done(club.send(f"/v1/members/{first['id']}/leave", {"id": new_id()}), 200)
    asked: dict[str, Any] = {"customer_id": club.sector.customer_id, "referred_by": brought["number"]}
    assert "circle" in refused(club.enrolment(**asked), 409)
