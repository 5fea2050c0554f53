"""Whoever has the link answers on it, page by page, in either language, without a script, a cookie or an account."""

from datetime import timedelta
from threading import Thread

import pytest

from field_api import clock
from field_api.store.audit import AuditEntry
from field_api.store.base import db
from field_api.surveys.models import invitations, respondents, sheets
from field_api.surveys.respondents import customers_of
from tests.field_api.surveys.conftest import Poll


def test_the_first_page_tells_what_is_asked_and_what_becomes_of_it(poll: Poll) -> None:
    page = poll.get(poll.link())
    assert page.status_code == 200
    assert page.headers["Content-Language"] == "en"
    assert "Why do you stay?" in page.text
    assert "Two minutes." in page.text
    assert "not even your contact" in page.text
    assert "8 questions" in page.text
    assert "Set-Cookie" not in page.headers
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert poll.rows()[0]["opened_at"] is not None


def test_a_page_asks_one_construct_with_labels_that_a_reader_speaks(poll: Poll) -> None:
    page = poll.get(poll.link() + "1").text
    assert "Page 1 of 4" in page
    assert "<h1>Being recognised</h1>" in page
    assert page.count("<legend>") == 3
    assert page.count('type="radio" name="recognition1"') == 6
    assert "Strongly agree" in page
    assert "I prefer not to say" in page
    assert "trust1" not in page


def test_french_and_english_are_one_switch_apart_and_keep_what_is_ticked(poll: Poll) -> None:
    link = poll.link()
    assert "Pourquoi restez-vous" in poll.get(f"{link}?language=fr").text
    switched = poll.send(f"{link}1", recognition1=5, go="fr")
    assert switched.headers["Location"] == "1?language=fr"
    page = poll.get(f"{link}1?language=fr").text
    assert "Être reconnu" in page
    assert 'name="recognition1" value="5" checked' in page
    onward = poll.send(f"{link}1?language=fr", recognition1=5, go="next")
    assert onward.headers["Location"] == "2?language=fr"


def test_each_page_that_is_sent_is_kept_and_the_link_goes_on_from_there(poll: Poll) -> None:
    link = poll.link()
    assert poll.send(f"{link}1", recognition1=2).headers["Location"] == "2"
    assert 'href="2?language=en"' in poll.get(link).text
    assert "Continue" in poll.get(link).text
    assert poll.sheet()["answers"] == {"recognition1": 2}
    back = poll.send(f"{link}2", trust1=1, go="back")
    assert back.headers["Location"] == "1"
    poll.send(f"{link}1", recognition1="", recognition2=3)
    assert poll.sheet()["answers"] == {"recognition2": 3, "trust1": 1}
    assert poll.sheet()["answered_month"] is None


def test_the_last_page_closes_the_sheet_for_good(poll: Poll) -> None:
    link = poll.link()
    poll.answer(link, recognition1=5, again=0)
    sheet = poll.sheet()
    assert sheet["answers"] == {
        "recognition1": 5, "recognition2": 4, "recognition3": 4, "trust1": 4, "loyalty1": 4, "again": 0,
    }  # fmt: skip
    assert (sheet["counts"], sheet["role"], sheet["turnover_minor"]) == (True, "client", 0)
    assert "Thank you" in poll.get(link).text
    assert "We read all." in poll.get(link).text
    assert poll.send(f"{link}1", recognition1=1).headers["Location"] == "./"
    assert poll.get(f"{link}1").headers["Location"] == "./"
    assert poll.sheet() == sheet


def test_the_answer_belongs_to_a_pseudonym_that_leads_back(poll: Poll) -> None:
    poll.answer(poll.link())
    with poll.app.app_context():
        own = poll.sheet()["pseudonym"]
        assert customers_of(db.session, poll.survey_id, [own]) == {own: poll.sector.customer_id}


def test_the_timeline_tells_that_there_was_an_answer_and_not_which(poll: Poll) -> None:
    poll.answer(poll.link(channel="shop"))
    (entry,) = poll.sector.get(f"/v1/customers/{poll.sector.customer_id}/interactions").get_json()["items"]
    assert (entry["channel"], entry["direction"], entry["content"]) == ("shop", "inbound", None)
    assert (entry["about_kind"], entry["about_id"]) == ("survey", poll.survey_id)
    with poll.app.app_context():
        line = db.session.query(AuditEntry).filter_by(action="survey_invitation.answer").one()
        assert (line.actor_kind, line.after_hash) == ("customer", None)


def test_free_words_go_to_the_rep_once_and_not_to_the_answers(poll: Poll) -> None:
    link = poll.link()
    assert poll.send(f"{link}words", words="Too early").status_code == 409
    poll.answer(link)
    assert "Anything else?" in poll.get(link).text
    for nonsense in ("", " ", "x" * 2_001, "\x00"):
        refused = poll.send(f"{link}words", words=nonsense)
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
    assert poll.send(f"{link}words", words="Merci à Camille\r\npour tout").status_code == 303
    told = poll.sector.get(f"/v1/customers/{poll.sector.customer_id}/interactions").get_json()["items"]
    assert [entry["content"] for entry in told] == ["Merci à Camille\npour tout", None]
    assert "Anything else?" not in poll.get(link).text
    assert poll.send(f"{link}words", words="Again").status_code == 409
    assert "Camille" not in str(poll.rows(sheets))


def test_everything_can_be_left_out_and_then_nothing_counts(poll: Poll) -> None:
    link = poll.link()
    for number in range(1, 5):
        assert poll.send(f"{link}{number}").status_code == 303
    assert (poll.sheet()["answers"], poll.sheet()["counts"]) == ({}, False)
    assert poll.rows()[0]["answered_at"] is not None


@pytest.mark.parametrize("sent", [{"recognition1": "6"}, {"recognition1": ["1", "2"]}, {"recognition1": "1.0"}])
def test_what_is_no_state_is_told_and_the_rest_stays_filled_in(poll: Poll, sent: dict[str, object]) -> None:
    link = poll.link()
    refused = poll.send(f"{link}1", recognition2="3", **sent)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert 'href="#recognition1"' in refused.text
    assert 'name="recognition2" value="3" checked' in refused.text
    assert poll.rows(sheets) == []


def test_fields_of_other_pages_change_nothing(poll: Poll) -> None:
    link = poll.link()
    poll.send(f"{link}1", recognition1=1, trust1=1, nonsense="x")
    assert poll.sheet()["answers"] == {"recognition1": 1}
    assert poll.get(f"{link}5").status_code == 404
    assert poll.get(f"{link}0").status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 46, "A" * 10_000])
def test_a_forged_link_leads_nowhere(poll: Poll, token: str) -> None:
    for part in ("", "1", "stop"):
        answer = poll.get(f"/survey/{token}/{part}", headers={"Accept-Language": "fr"})
        assert answer.status_code == 404
        assert "Ce lien ne mène nulle part" in answer.text


def test_a_link_of_a_survey_that_is_over_says_so(poll: Poll) -> None:
    link = poll.link()
    with clock.ahead_by(timedelta(days=31)):
        over = poll.get(link)
        assert over.status_code == 410
        assert "This survey is over" in over.text
        assert poll.send(f"{link}1", recognition1=1).headers["Location"] == "./"
    path = f"/v1/surveys/{poll.survey_id}"
    etag = poll.sector.get(path).headers["ETag"]
    assert poll.sector.post(f"{path}/close", None, poll.sector.admin, **{"If-Match": etag}).status_code == 200
    assert poll.get(link).status_code == 410
    assert poll.rows(sheets) == []


def test_a_link_of_a_customer_who_is_retired_leads_nowhere(poll: Poll) -> None:
    link = poll.link()
    path = f"/v1/customers/{poll.sector.customer_id}"
    etag = poll.sector.get(path).headers["ETag"]
    retired = poll.sector.post(f"{path}/retire", None, poll.sector.rep | {"If-Match": etag})
    assert retired.status_code in {200, 204}, retired.text
    assert poll.get(link).status_code == 404


def test_who_wants_no_surveys_says_so_with_one_button_and_a_look_says_nothing(poll: Poll) -> None:
    customer = poll.customer()
    link = poll.link(customer)
    assert "by any channel" in poll.get(f"{link}stop").text
    path = f"/v1/customers/{customer}/consents"
    assert [word["granted"] for word in poll.sector.get(path).get_json()["items"]] == [True]
    for _ in range(2):
        assert "Noted" in poll.send(f"{link}stop").text
    (word,) = poll.sector.get(path).get_json()["items"]
    assert (word["purpose"], word["channel"], word["granted"]) == ("surveys", "any", False)
    log = poll.sector.get(f"{path}/log").get_json()["items"]
    assert [one["source"] for one in log] == ["survey", "paper"]
    # The link at hand can still be used: who is asked no more may answer all the same.
    assert poll.get(link).status_code == 200


def test_of_two_answers_in_a_wave_the_latest_counts(poll: Poll) -> None:
    with poll.app.app_context():
        path, etag = f"/v1/surveys/{poll.survey_id}", None
        etag = poll.sector.get(path).headers["ETag"]
    headers = poll.sector.admin | {"If-Match": str(etag)}
    assert poll.sector.client.patch(path, headers=headers, json={"quiet_days": 0}).status_code == 200
    poll.answer(poll.link(), recognition1=1)
    poll.answer(poll.link(), recognition1=5)
    counted = [(row["counts"], row["answers"]["recognition1"]) for row in poll.rows(sheets)]
    assert sorted(counted) == [(False, 1), (True, 5)]
    assert len(poll.rows(respondents)) == 1
    assert len(poll.rows(invitations)) == 2


def test_two_tabs_that_send_the_last_page_at_once_answer_once(poll: Poll) -> None:
    link = poll.link()
    for number in (1, 2, 3):
        poll.send(f"{link}{number}", recognition1=3)
    statuses: list[int] = []
    tabs = [Thread(target=lambda: statuses.append(poll.send(f"{link}4", again=1).status_code)) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert statuses == [303] * 4
    told = poll.sector.get(f"/v1/customers/{poll.sector.customer_id}/interactions").get_json()["items"]
    assert len(told) == 1
    assert poll.sheet()["answers"] == {"recognition1": 3, "again": 1}


def test_files_are_named_by_their_content(poll: Poll) -> None:
    page = poll.get(poll.link()).text
    address = page.split('href="/survey-assets/')[1].split('"')[0]
    assert poll.get(f"/survey-assets/{address}").mimetype == "text/css"
    assert poll.get("/survey-assets/0/survey.css").status_code == 404
