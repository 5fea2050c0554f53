"""Many are asked by mail: who may be, drawn at random, once a wave; others are counted by the reason."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest

from field_api import clock
from field_api.reps.company import Company, change_company
from field_api.store.audit import AuditEntry
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.surveys.models import invitations
from field_api.web.identity import THE_SYSTEM
from tests.field_api.surveys.conftest import Poll
from tests.field_api.surveys.questions import make_survey

LINK = re.compile(r"http://127\.0\.0\.1:8000(/survey/\S+/)\n")


def test_who_agreed_and_has_a_verified_address_is_asked_and_others_are_counted(poll: Poll) -> None:
    asked, retired = poll.customer(), poll.customer()
    poll.customer(address=False)
    etag = poll.sector.get(f"/v1/customers/{retired}").headers["ETag"]
    poll.sector.post(f"/v1/customers/{retired}/retire", None, poll.sector.rep | {"If-Match": etag})
    done = poll.invite()
    assert done.status_code == 200
    # The two customers of the sectors have agreed to nothing.
    assert done.get_json() == {
        "invited": 1,
        "skipped": {"no_consent": 2, "no_verified_address": 1, "retired": 1},
    }
    assert [row["customer_id"] for row in poll.rows()] == [asked]
    assert poll.invite().get_json()["skipped"]["invited_already"] == 1
    assert poll.invite(wave="2026-W48").get_json()["skipped"]["asked_lately"] == 1
    with clock.ahead_by(timedelta(days=30)):
        assert poll.draw(wave="2026-W51")["invited"] == 1


def test_any_survey_keeps_the_others_quiet(poll: Poll) -> None:
    poll.customer()
    with poll.app.app_context():
        other = make_survey(db.session, quiet_days=10)
    assert poll.invite().get_json()["invited"] == 1
    assert poll.invite(survey_id=other).get_json() == {"invited": 0, "skipped": {"asked_lately": 1, "no_consent": 2}}
    with clock.ahead_by(timedelta(days=10)):
        assert poll.draw(survey_id=other)["invited"] == 1


def test_a_dry_run_tells_how_it_would_go_and_asks_nobody(poll: Poll) -> None:
    for _ in range(3):
        poll.customer()
    tried = poll.invite(dry_run=True)
    assert (tried.status_code, tried.get_json()["invited"]) == (200, 3)
    assert poll.rows() == []
    poll.run()
    assert poll.mails() == []
    assert poll.invite().get_json() == tried.get_json()


def test_the_same_seed_draws_the_same_people(poll: Poll) -> None:
    people = [poll.customer() for _ in range(8)]
    with poll.app.app_context():
        others = [make_survey(db.session, quiet_days=0) for _ in range(3)]
    drawn = []
    for seed, survey in zip((1, 1, 2), others, strict=True):
        assert poll.invite(seed=seed, most=4, survey_id=survey).get_json()["invited"] == 4
        drawn.append({row["customer_id"] for row in poll.rows() if row["survey_id"] == survey})
    assert drawn[0] == drawn[1] <= set(people)
    assert drawn[2] != drawn[0]


def test_only_the_audience_is_asked_and_counted(poll: Poll) -> None:
    poll.customer(role="prospect")
    client = poll.customer()
    done = poll.invite(audience={"roles": ["client"], "territories": [poll.sector.territory_id]}).get_json()
    assert done == {"invited": 1, "skipped": {"no_consent": 1}}
    assert [row["customer_id"] for row in poll.rows()] == [client]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"wave": "2026-W54"}, "/wave"),
        ({"wave": "autumn"}, "/wave"),
        ({"most": 0}, "/most"),
        ({"seed": -1}, "/seed"),
        ({"channel": "sms"}, "/channel"),
        ({"audience": {"listed": True}}, "/audience/listed"),
        ({"audience": {"rolls": ["client"]}}, "/audience/rolls"),
        ({"dry_run": "true"}, "/dry_run"),
    ],
)
def test_nonsense_is_refused_with_the_place(poll: Poll, change: dict[str, Any], pointer: str) -> None:
    answer = poll.invite(**change)
    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in answer.get_json()["errors"]]


def test_a_survey_that_does_not_run_asks_nobody(poll: Poll) -> None:
    with poll.app.app_context():
        surveys = [make_survey(db.session, "draft"), make_survey(db.session, "closed")]
        surveys.append(make_survey(db.session, starts_at="2999-01-01T00:00:00Z"))
    for survey in surveys:
        assert poll.invite(survey_id=survey).status_code == 409
        assert poll.hand_over(survey_id=survey).status_code == 409
    assert poll.invite(headers=poll.sector.rep).status_code == 403


def test_admins_who_invite_at_the_same_time_ask_everybody_once(poll: Poll) -> None:
    people = {poll.customer() for _ in range(12)}
    statuses: list[int] = []
    crowd = [threading.Thread(target=lambda: statuses.append(poll.invite().status_code)) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert statuses == [200] * 4
    asked = [row["customer_id"] for row in poll.rows()]
    assert sorted(asked) == sorted(people)


def test_a_mail_brings_the_link_in_the_customers_language(poll: Poll) -> None:
    english = poll.customer(given_name="Ada")
    french = poll.customer()
    poll.consent(french, granted=True, language="fr-CA")
    poll.invite()
    poll.run()
    mails = {mail["to"].partition("@")[0]: mail for mail in poll.mails()}
    assert mails[english]["subject"] == "Why do you stay?"
    assert "Hello Ada," in mails[english]["text"]
    assert mails[french]["subject"] == "Pourquoi restez-vous ?"
    assert "Deux minutes." in mails[french]["text"]
    for mail in mails.values():
        found = LINK.search(mail["text"])
        assert found
        assert poll.get(found[1]).status_code == 200
        assert f"{found[1]}stop" in mail["text"]
    poll.run()
    assert len(poll.mails()) == 2


def test_one_reminder_goes_to_who_has_not_answered_and_still_agrees(poll: Poll) -> None:
    silent, done, refused = poll.customer(), poll.customer(), poll.customer()
    poll.invite()
    poll.run()
    for mail in poll.mails():
        found = LINK.search(mail["text"])
        assert found
        if mail["to"].startswith(done):
            poll.answer(found[1])
        if mail["to"].startswith(refused):
            poll.send(f"{found[1]}stop")
    with clock.ahead_by(timedelta(days=6)):
        poll.run()
    assert len(poll.mails()) == 3
    for days in (7, 8, 20):
        with clock.ahead_by(timedelta(days=days)):
            poll.run()
    assert [mail["to"] for mail in poll.mails()[3:]] == [f"{silent}@example.org"]
    assert "only reminder" in poll.mails()[3]["text"]


def test_nobody_is_written_to_in_quiet_hours(poll: Poll) -> None:
    poll.customer()
    moment = clock.now()
    with poll.app.app_context(), writing(db.session):
        since, until = (moment + timedelta(hours=shift) for shift in (-1, 1))
        quiet = {"quiet_from": since.strftime("%H:%M"), "quiet_until": until.strftime("%H:%M")}
        change_company(db.session, THE_SYSTEM, Company(time_zone="UTC", **quiet))
    poll.invite()
    poll.run()
    assert poll.mails() == []
    with clock.ahead_by(timedelta(hours=2)):
        poll.run()
    assert len(poll.mails()) == 1


def test_who_takes_back_their_word_before_the_mail_goes_is_not_written_to(poll: Poll) -> None:
    customer = poll.customer()
    poll.invite()
    poll.consent(customer, granted=False)
    poll.run()
    assert poll.mails() == []


def test_a_rep_hands_over_a_link_and_silence_is_no_refusal(poll: Poll) -> None:
    made = poll.hand_over(language="fr").get_json()
    assert made["qr_svg"].startswith("<svg")
    assert re.fullmatch(r"\d{4}-W\d\d", made["wave"])
    (row,) = poll.rows()
    assert (row["channel"], row["language"], row["mailed_at"]) == ("visit", "fr", None)
    poll.run()
    assert poll.mails() == []
    again = poll.hand_over()
    assert again.status_code == 409
    free = row["invited_at"] + timedelta(days=30)
    assert free.isoformat() in again.get_json()["detail"]
    with poll.app.app_context():
        lines = db.session.query(AuditEntry).filter_by(action="survey_invitation.hand_over").all()
        assert [line.actor_kind for line in lines] == ["user"]


def test_a_link_handed_over_belongs_to_the_wave_that_mails_began(poll: Poll) -> None:
    poll.customer()
    poll.invite()
    assert poll.hand_over().get_json()["wave"] == "2026-W47"


@pytest.mark.parametrize("channel", ["any", "visit"])
def test_who_refused_is_not_asked_face_to_face_either(poll: Poll, channel: str) -> None:
    poll.consent(poll.sector.customer_id, granted=False, channel=channel)
    refused = poll.hand_over()
    assert refused.status_code == 409
    assert "does not want to be asked" in refused.get_json()["detail"]
    assert poll.rows(invitations) == []


def test_a_customer_out_of_sight_is_not_asked(poll: Poll) -> None:
    assert poll.hand_over(poll.sector.foreign_id).status_code == 404
    assert poll.hand_over(headers=poll.researcher).status_code == 403
    assert poll.hand_over(channel="email").status_code == 422
