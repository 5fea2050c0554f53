"""An admin prints a batch: as CSV for a printer's shop, or as sheets with QR codes that a browser prints."""

import csv
import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from werkzeug.test import TestResponse

from field_api.coupons import base45, codes, sheets
from field_api.coupons.batches import Batch, PrintedCoupon
from field_api.coupons.signatures import CLAIMS, PREFIX
from field_api.store.columns import new_id
from tests.field_api.coupons.counter import Counter
from tests.field_api.sector import make_customer

TITLE = {"en": "Wine & <cheese>", "fr": "Vin & <fromage>"}


def issue(counter: Counter, count: int, **change: object) -> str:
    """A fresh batch; the path below which it is printed."""
    campaign_id, batch_id = counter.campaign(counter.offer(title=TITLE), **change), new_id()
    told = {"id": batch_id, "count": count}
    made = counter.send(f"/v1/campaigns/{campaign_id}/batches", told, counter.sector.admin)
    assert made.status_code == 201, made.text
    return f"/v1/campaigns/{campaign_id}/batches/{batch_id}"


def fetch(counter: Counter, path: str, **query: object) -> TestResponse:
    answer = counter.sector.get(path, counter.sector.admin, **query)
    assert answer.status_code == 200, answer.text
    return answer


def rows_of(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.text)))


def test_the_csv_has_every_code_once_with_its_signed_text(counter: Counter) -> None:
    answer = fetch(counter, f"{issue(counter, 2_345)}/codes")
    assert answer.is_streamed
    rows = rows_of(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert len({row["code"] for row in rows}) == len(rows) == 2_345
    for row in rows[::500]:
        signed = CLAIMS.unpack(base45.decode(row["qr_text"].removeprefix(PREFIX))[: CLAIMS.size])
        spelled = "".join(codes.ALPHABET[signed[1] >> shift & 31] for shift in range(55, -1, -5))
        assert codes.grouped(spelled) == row["code"]
        assert counter.redeem(row["code"]).status_code == 201


def test_personal_coupons_are_listed_with_their_customers_and_a_name_is_no_formula(counter: Counter) -> None:
    with counter.app.app_context():
        sly = make_customer(counter.sector.territory_id, "=SUM(A1)")
    campaign_id, batch_id = counter.campaign(kind="personal"), new_id()
    told = {"id": batch_id, "customer_ids": [sly, counter.sector.customer_id]}
    counter.send(f"/v1/campaigns/{campaign_id}/coupons", told, counter.sector.admin)
    rows = rows_of(fetch(counter, f"/v1/campaigns/{campaign_id}/batches/{batch_id}/codes"))
    named = {row["customer_id"]: row["customer_name"] for row in rows}
    assert named == {sly: "'=SUM(A1)", counter.sector.customer_id: "Martin"}


def test_a_batch_is_printed_in_parts_that_together_have_every_code_once(counter: Counter) -> None:
    path = issue(counter, 205)
    first = fetch(counter, f"{path}/sheets", language="en")
    following = re.fullmatch(r'<\?(.*)>; rel="next"', first.headers["Link"])
    assert following is not None
    second = counter.sector.client.get(f"{path}/sheets?{following[1]}", headers=counter.sector.admin)
    printed = [re.findall(r"<code>(.{14})</code>", page.text) for page in (first, second)]
    assert list(map(len, printed)) == [200, 5]
    assert "Link" not in second.headers
    assert {*printed[0], *printed[1]} == {row["code"] for row in rows_of(fetch(counter, f"{path}/codes"))}
    assert first.text.count("<section>") == 20


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "Valable 3 fois, jusqu’au 31/12/2030 inclus."), ("en", "Good 3 times, until 31 December 2030.")],
)  # fmt: skip
def test_a_card_speaks_the_language_asked_for_and_its_text_is_text(counter: Counter, language: str, said: str) -> None:
    # Midnight in Paris, where the offer holds.
    end = {"ends_at": "2030-12-31T23:00:00Z", "kind": "shared", "uses_per_code": 3}
    page = fetch(counter, f"{issue(counter, 1, **end)}/sheets", language=language).text
    assert said in page
    assert f'<html lang="{language}">' in page
    assert "&lt;" in page
    assert "<cheese>" not in page
    assert "<fromage>" not in page


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "said"),
    [
        # The first half hour of a day in Paris, which is the day before in UTC.
        ("2030-03-01T23:30Z", None, "Valable une fois, jusqu’à nouvel ordre."),
        ("2030-01-01T08:00Z", "2030-03-12T23:00Z", "Valable une fois, jusqu’au 12/03/2030 inclus."),
        ("2030-03-01T23:31Z", None, "Valable une fois, à partir du 02/03/2030."),
        ("2030-03-20T08:00Z", "2030-03-31T22:00Z", "Valable une fois, du 20/03/2030 au 31/03/2030 inclus."),
        ("2030-01-01T08:00Z", "2030-03-31T17:00Z", "Valable une fois, jusqu’au 31/03/2030 à 19:00."),
    ],
)
def test_a_card_says_from_when_where_that_is_to_come_and_an_hour_where_there_is_one(
    starts_at: str, ends_at: str | None, said: str
) -> None:
    starts, ends = datetime.fromisoformat(starts_at), None if ends_at is None else datetime.fromisoformat(ends_at)
    both = {"en": "Tea", "fr": "Thé"}
    batch = Batch("Furet", "", "", 1, datetime(2030, 3, 1, 23, 30, tzinfo=UTC), "Spring", both, both, "Europe/Paris")
    printed = PrintedCoupon("", "7QK2-M9XD-R4TC", "A" * 154, 1, starts, ends, None, None)
    assert f">{said}<" in "".join(sheets.sheets(batch, [printed], "fr"))


def test_the_page_loads_nothing_and_runs_nothing(counter: Counter) -> None:
    answer = fetch(counter, f"{issue(counter, 3)}/sheets")
    assert not re.search(r"https?:|<script|<link|<img|url\(|@import| on\w+=", answer.text)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_only_an_admin_prints_and_a_batch_of_another_campaign_is_not_found(counter: Counter) -> None:
    path = issue(counter, 1)
    for what in ("codes", "sheets"):
        assert counter.sector.get(f"{path}/{what}").status_code == 403
        elsewhere = re.sub(r"campaigns/[^/]+", f"campaigns/{counter.campaign()}", f"{path}/{what}")
        assert counter.sector.get(elsewhere, counter.sector.admin).status_code == 404


def test_a_till_redeems_what_it_scans_and_refuses_what_is_no_coupon(counter: Counter) -> None:
    first, second = rows_of(fetch(counter, f"{issue(counter, 2)}/codes"))
    redeemed = counter.redeem(first["qr_text"])
    assert (redeemed.status_code, redeemed.get_json()["coupon_id"]) == (201, first["coupon_id"])
    assert counter.redeem(first["code"]).status_code == 409
    unknown = PREFIX + base45.encode(b"\0" * 100)
    assert [counter.redeem(text).status_code for text in (unknown, PREFIX + ":" * 150)] == [404, 404]
    assert [counter.redeem(text).status_code for text in (second["qr_text"][:-1], "FC1:")] == [422, 422]
    judged = counter.sector.post("/v1/coupons/baskets", {"codes": [second["qr_text"]]}, headers=counter.till)
    assert judged.get_json()["coupons"][0]["counts"]


@pytest.mark.parametrize("what", ["codes", "sheets"])
def test_the_audit_trail_says_who_printed_a_batch(counter: Counter, what: str) -> None:
    path = issue(counter, 1)
    fetch(counter, f"{path}/{what}").get_data()
    assert counter.sector.get(f"{path}/{what}").status_code == 403
    lines = fetch(counter, "/v1/audit", action="campaign.print").get_json()["items"]
    assert [(line["subject_id"], line["actor_kind"]) for line in lines] == [(path.split("/")[3], "user")]
