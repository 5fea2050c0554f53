"""A phone without a network reads real issued coupons, and refuses whatever was tampered with."""

import json
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask

from field_api.coupons import base45
from field_api.coupons.signatures import PREFIX
from tests.field_api.coupons.counter import Counter, make_counter
from tests.field_api.sector import make_sector

pytestmark = pytest.mark.clients

HERE = Path(__file__).parent
PERIOD = {"starts_at": "2026-02-01T00:00:00Z", "ends_at": "2026-09-01T00:00:00Z"}
DURING = "2026-06-01T10:00:00Z"


@pytest.fixture
def counter(app: Flask) -> Counter:
    if shutil.which("node") is None:
        pytest.skip("Coupons offline: there is no node here.")
    return make_counter(app, make_sector(app))


def read(counter: Counter, *scanned: dict[str, Any], keys: list[Any] | None = None) -> list[dict[str, Any]]:
    """What a phone makes of scanned texts, with the keys that the server publishes or with others."""
    trusted = published(counter) if keys is None else keys
    told = {"keys": trusted, "coupons": [{"at": DURING} | one for one in scanned]}
    done = subprocess.run(["node", "coupons.mjs"], cwd=HERE, input=json.dumps(told), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answered: list[dict[str, Any]] = json.loads(done.stdout)
    return answered


def published(counter: Counter) -> list[dict[str, str]]:
    keys: list[dict[str, str]] = counter.sector.get("/v1/coupons/keys", counter.till).get_json()["keys"]
    return keys


def text_of(counter: Counter, coupon_id: str) -> str:
    answer = counter.sector.get(f"/v1/coupons/{coupon_id}/signature")
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["qr_text"])


def test_a_coupon_says_offline_what_the_server_says_of_it(counter: Counter) -> None:
    offer_id = counter.offer()
    coupon = counter.personal(offer_id=offer_id, **PERIOD)
    scanned = {"text": text_of(counter, coupon["id"]), "customer_id": counter.sector.customer_id}
    [told] = read(counter, scanned)
    assert told == {
        "code": coupon["code"],
        "offer_id": offer_id,
        "starts_at": "2026-02-01T00:00:00.000Z",
        "ends_at": "2026-09-01T00:00:00.000Z",
        "personal": True,
    }


def test_early_late_and_another_customers_coupons_are_refused(counter: Counter) -> None:
    coupon = counter.personal(**PERIOD)
    text = text_of(counter, coupon["id"])
    asked = (
        {"at": "2026-01-31T23:59:59Z"},
        {"at": "2026-02-01T00:00:00Z"},
        {"at": "2026-08-31T23:59:59Z"},
        {"at": "2026-09-01T00:00:00Z"},
        {"customer_id": counter.sector.foreign_id},
    )
    told = read(counter, *({"text": text} | one for one in asked))
    assert [one.get("refused") for one in told] == ["early", None, None, "over", "other_customer"]


def test_every_altered_bit_and_every_foreign_text_is_refused(counter: Counter) -> None:
    coupon = counter.personal()
    text = text_of(counter, coupon["id"])
    data = base45.decode(text.removeprefix(PREFIX))
    altered = [
        PREFIX + base45.encode(bytes(data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]))
        for place in range(len(data))
        for bit in (Random(place).randrange(8),)
    ]
    foreign = ["", "7QK2-M9XD-R4TC", text[:-1], text[:-3], f"{text}000", text.lower(), text.replace("FC1", "HC1")]
    told = read(counter, *({"text": one} for one in (*altered, *foreign)))
    assert {one.get("refused") for one in told} <= {"forged", "unknown_key", "not_ours"}
    # The first two bytes name the key.
    assert [one["refused"] for one in told[: len(altered)]] == ["unknown_key"] * 2 + ["forged"] * 98


def test_a_key_is_put_in_front_and_the_old_ones_coupons_stay_good_until_it_is_dropped(counter: Counter) -> None:
    settings = counter.app.config["SETTINGS"]
    coupon = counter.personal()
    before = text_of(counter, coupon["id"])
    try:
        counter.app.config["SETTINGS"] = _with_keys(settings, (2, 1))
        after = text_of(counter, coupon["id"])
        assert before != after
        assert [one.get("refused") for one in read(counter, {"text": before}, {"text": after})] == [None, None]
        counter.app.config["SETTINGS"] = _with_keys(settings, (2,))
        assert [one.get("refused") for one in read(counter, {"text": before}, {"text": after})] == ["unknown_key", None]
    finally:
        counter.app.config["SETTINGS"] = settings


def test_a_key_of_somebody_else_under_our_name_verifies_nothing(counter: Counter) -> None:
    coupon = counter.personal()
    [ours] = published(counter)
    theirs = ours | {"x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    [told] = read(counter, {"text": text_of(counter, coupon["id"])}, keys=[theirs])
    assert told == {"refused": "forged"}


def _with_keys(settings: Any, numbers: tuple[int, ...]) -> Any:
    return type(settings)(**{**vars(settings), "coupon_keys": numbers})
