"""A served company of two territories whose customers buy and are asked why they stay."""

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import insert

from field_api import clock
from field_api.customers.actions import create_customer
from field_api.shops.purchases import record_purchase
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.surveys import answering
from field_api.surveys.models import invitations
from field_api.surveys.rules import wave_of
from field_api.web.identity import THE_SYSTEM
from tests.clients.site import Site
from tests.field_api.people import bearer, make_user, token_for
from tests.loop import truth

SCOPES = "surveys:read answers:read insights:read insights:write"
PATIENCE_S = 60.0


class Company:
    """Its office is at `site`; a rep in each of two territories, and a researcher with a token for programs."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.site = Site(home, database_url)
        self.site.start()
        self.territories = [self.site.open_territory(name) for name in ("Nord", "Sud")]
        self.reps = [bearer(self.site.token(self.site.rep(territory))) for territory in self.territories]
        with self.site.app.app_context():
            self.researcher = token_for(db.session, make_user(db.session, "researcher"), SCOPES)
        self.customers: list[str] = []
        self.survey_id = ""

    def open_survey(self) -> None:
        made = self.site.call("POST", "/surveys", truth.survey())
        assert made.status_code == 201, made.text
        self.survey_id = made.json()["id"]
        self.site.done("POST", f"/surveys/{self.survey_id}/publish", None, {"If-Match": made.headers["ETag"]})

    def fill(self, spending: Sequence[float]) -> None:
        """A customer for each sum, who spent it two months ago; they live in the two territories in turn."""
        moment = clock.now() - timedelta(days=60)
        with self.site.app.app_context(), writing(db.session):
            for number, amount in enumerate(spending):
                told = {"kind": "person", "name": f"Durand {number}", "role": "client", "first_touch_source": "shop"}
                told |= {"territory_id": self.territories[number % 2].id}
                own = create_customer(db.session, THE_SYSTEM, told)["id"]
                line = {"category": "shoes", "label": None, "quantity": 1, "amount_minor": round(100 * amount)}
                bought = {"id": new_id(), "channel": "web", "currency": "EUR", "occurred_at": moment, "lines": [line]}
                record_purchase(db.session, THE_SYSTEM, bought | {"customer_id": own, "shop_id": None})
                self.customers.append(own)

    def answer_on_the_page(self, number: int, ticked: dict[str, int]) -> None:
        """A rep hands a link over, and its customer answers page by page, as a browser without a script sends them."""
        handed = httpx.post(
            f"{self.site.url}/v1/customers/{self.customers[number]}/survey-links",
            json={"survey_id": self.survey_id, "channel": "visit"},
            headers=self.reps[number % 2],
        )
        assert handed.status_code == 201, handed.text
        link = f"{self.site.url}{urlsplit(handed.json()['url']).path}"
        with httpx.Client() as browser:
            assert browser.get(link).status_code == 200
            for page in range(1, len(truth.CONSTRUCTS) + 1):
                sent = browser.post(f"{link}{page}", data={name: str(state) for name, state in ticked.items()})
                assert sent.status_code == 303, sent.text

    def answer(self, ticked: dict[int, dict[str, int]]) -> None:
        """The same by many customers, by number, without their browsers: each was sent a link a week ago."""
        moment = clock.now() - timedelta(days=7)
        told = {"survey_id": self.survey_id, "wave": wave_of(clock.now().date()), "channel": "link", "language": "fr"}
        told |= {"invited_at": moment, "expires_at": moment + timedelta(days=30), "invited_by_kind": "system"}
        with self.site.app.app_context(), writing(db.session):
            for number, given in ticked.items():
                row = told | {"id": new_id(), "customer_id": self.customers[number], "invited_by_id": None}
                db.session.execute(insert(invitations), row)
                asked = answering.hold_link(db.session, answering.link_of(row["id"]).rstrip("/").rpartition("/")[2])
                answering.keep_page(db.session, asked, given, given)
                answering.close(db.session, asked)

    def publish(self, insight_id: str) -> dict[str, Any]:
        """An admin reads what was handed in, and lets it speak."""
        read = self.site.call("GET", f"/insights/{insight_id}")
        version = {"If-Match": f'"{read.json()["id"].rpartition("-")[2]}-{read.json()["version"]}"'}
        return self.site.done("POST", f"/insights/{insight_id}/publish", None, version)

    def suggestions(self, insight_id: str, rep: int) -> list[dict[str, Any]]:
        """What a rep is told to do next, once the worker has gone through everybody."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            progress = self.site.done("GET", f"/insights/{insight_id}")["progress"]
            if progress is not None and progress["finished_at"] is not None:
                answer = httpx.get(f"{self.site.url}/v1/next-gestures?limit=100", headers=self.reps[rep])
                assert answer.status_code == 200, answer.text
                items: list[dict[str, Any]] = answer.json()["items"]
                return items
            time.sleep(0.1)
        raise AssertionError(f"Within {PATIENCE_S} s nothing was suggested.")
