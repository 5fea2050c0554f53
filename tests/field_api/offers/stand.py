"""Offers as admins send them, and what tests of offers begin with."""

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.field_api.sector import Headers, Sector

RENNES = {"lat": 48.111, "lon": -1.674, "radius_m": 2_000}


def offer_like(**change: Any) -> dict[str, Any]:
    """10 % off in Rennes, for everybody, from 2026 on."""
    told = {
        "kind": "percentage",
        "percent": 10,
        "title": {"en": "Ten per cent", "fr": "Dix pour cent"},
        "text": {"en": "Ten per cent off everything.", "fr": "Dix pour cent sur tout le magasin."},
        "starts_at": "2026-01-01T00:00:00Z",
        "places": [RENNES],
    }
    return {name: value for name, value in (told | change).items() if value is not None}


@dataclass(frozen=True)
class Stand:
    """A sector whose admin makes offers."""

    sector: Sector

    def draft(self, **change: Any) -> TestResponse:
        """Send a draft, different from the usual one in what is given."""
        return self.sector.post("/v1/offers", offer_like(**change), headers=self.sector.admin)

    def made(self, **change: Any) -> dict[str, Any]:
        """A draft."""
        return self._told(self.draft(**change), 201)

    def live(self, **change: Any) -> dict[str, Any]:
        """An offer that is live."""
        return self._told(self.step(self.made(**change), "publish"), 200)

    def step(self, offer: dict[str, Any], step: str) -> TestResponse:
        """Publish, pause or end an offer, as the admin who has just read it."""
        headers = self.sector.admin | {"If-Match": self.tag(offer)}
        return self.sector.client.post(f"/v1/offers/{offer['id']}/{step}", headers=headers)

    def change(self, offer: dict[str, Any], **patch: Any) -> TestResponse:
        """Change an offer, as the admin who has just read it."""
        headers = self.sector.admin | {"If-Match": self.tag(offer)}
        return self.sector.client.patch(f"/v1/offers/{offer['id']}", json=patch, headers=headers)

    def read(self, offer: dict[str, Any], headers: Headers | None = None, **query: Any) -> TestResponse:
        """Read an offer as the rep, or as whoever the headers say."""
        return self.sector.get(f"/v1/offers/{offer['id']}", headers, **query)

    def tag(self, offer: dict[str, Any]) -> str:
        """The ETag of an offer as it was answered."""
        return f'"{offer["id"][-12:]}-{offer["version"]}"'

    @staticmethod
    def _told(answer: TestResponse, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        document: dict[str, Any] = answer.get_json()
        return document
