"""Coupons of the first and of the last years that may be told: given out, printed and signed like any others."""

from datetime import UTC, datetime

import pytest

from field_api.coupons import base45, codes
from field_api.coupons.signatures import CLAIMS, PREFIX, UNTIL_FURTHER_NOTICE, Claims, sign, signing_keys
from field_api.store.columns import new_id
from tests.field_api.coupons.counter import Counter

FIRST, LAST = "1000-01-01T00:00:00+14:00", "8999-12-31T23:59:59-14:00"
[KEY] = signing_keys(b"a secret of tests", (1,))


@pytest.mark.parametrize("starts_at", [FIRST, LAST])
def test_coupons_of_a_campaign_of_any_year_are_issued_and_printed(counter: Counter, starts_at: str) -> None:
    offer_id = counter.offer(starts_at=starts_at, time_zone="Pacific/Auckland")
    campaign_id = counter.campaign(offer_id, starts_at=starts_at, valid_days=3_660)
    path, batch = f"/v1/campaigns/{campaign_id}/batches", new_id()
    assert counter.send(path, {"id": batch, "count": 1}, counter.sector.admin).status_code == 201
    for how in ("codes", "sheets"):
        assert counter.sector.get(f"{path}/{batch}/{how}", counter.sector.admin).status_code == 200


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "told"),
    [
        (datetime(1969, 12, 31, tzinfo=UTC), datetime(1970, 1, 1, 0, 0, 9, 900_000, tzinfo=UTC), (0, 9)),
        (datetime(1000, 1, 1, tzinfo=UTC), datetime(1001, 1, 1, tzinfo=UTC), (0, 0)),
        (datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC), None, (1, UNTIL_FURTHER_NOTICE)),
        (datetime(2107, 1, 1, tzinfo=UTC), datetime(9009, 1, 1, tzinfo=UTC), (UNTIL_FURTHER_NOTICE - 1,) * 2),
    ],
)
def test_a_signature_has_room_for_the_seconds_until_2106_and_never_holds_longer_than_the_coupon(
    starts_at: datetime, ends_at: datetime | None, told: tuple[int, int]
) -> None:
    text = sign(KEY, Claims(codes.draw(), new_id(), starts_at, ends_at, None))
    *_, since, until, _ = CLAIMS.unpack_from(base45.decode(text.removeprefix(PREFIX)))
    assert (since, until) == told
