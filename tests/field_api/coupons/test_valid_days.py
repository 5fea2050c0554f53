"""Until when a coupon is good that is so for some days after its issue."""

from datetime import datetime, timedelta

import pytest

from field_api.coupons.rules import expiry


@pytest.mark.parametrize(
    ("since", "zone", "ends"),
    [
        # Summer time begins on the last of these days, and ends on it.
        ("2026-03-26T12:00+01:00", "Europe/Paris", "2026-03-29T22:00+00:00"),
        ("2026-10-22T23:59+02:00", "Europe/Paris", "2026-10-25T23:00+00:00"),
        ("2026-07-01T11:00+00:00", "Pacific/Auckland", "2026-07-04T12:00+00:00"),
        ("2026-07-01T13:00+00:00", "Pacific/Auckland", "2026-07-05T12:00+00:00"),
    ],
)
def test_days_for_which_a_coupon_is_good_are_whole_days_where_the_offer_holds(since: str, zone: str, ends: str) -> None:
    begun, end = datetime.fromisoformat(since), datetime.fromisoformat(ends)
    assert expiry(begun, 3, None, zone) == end
    assert expiry(begun, 3, end - timedelta(seconds=1), zone) == end - timedelta(seconds=1)
    assert expiry(begun, 3, end + timedelta(days=9), zone) == end
    assert expiry(begun, None, end, zone) == end
