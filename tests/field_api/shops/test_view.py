"""The 360 view shows what stands of consents, the latest of the timeline, and how the customer buys."""

from datetime import timedelta
from typing import Any

from field_api import clock
from tests.field_api.shops.stall import Stall


def test_the_view_tells_consents_timeline_and_habit_in_one_call(stall: Stall) -> None:
    path = f"/v1/customers/{stall.sector.customer_id}"
    yesterday = (clock.now() - timedelta(days=1, minutes=1)).isoformat()
    agreed: dict[str, Any] = {
        "purpose": "offers",
        "granted": True,
        "wording": "Yes.",
        "language": "en",
        "source": "shop",
    }
    stall.sector.post(f"{path}/consents", agreed)
    stall.sector.post(f"{path}/interactions", {"channel": "visit", "direction": "outbound", "content": "Met."})
    own = stall.sell(customer_id=stall.sector.customer_id, occurred_at=yesterday).get_json()["id"]
    sections = stall.sector.get(f"{path}/360").get_json()["sections"]
    assert [(word["purpose"], word["granted"]) for word in sections["consents"]["standing"]] == [("offers", True)]
    assert [entry["channel"] for entry in sections["interactions"]["latest"]] == ["visit", "shop"]
    assert set(sections["interactions"]["last_at_by_channel"]) == {"visit", "shop"}
    habit = sections["purchases"]["habit"]
    assert (habit["recency_days"], habit["frequency"]) == (1, 1)
    assert habit["amounts"] == [{"currency": "EUR", "amount_minor": 4500}]
    assert [one["id"] for one in sections["purchases"]["latest"]] == [own]
