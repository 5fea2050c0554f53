"""Fills the demo company with a survey: two waves that are over, and one that waits for answers."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from field_api.consents.models import events
from field_api.customers.demo import id_at
from field_api.customers.models import contact_points, customer_facts, customers
from field_api.interactions.models import entries
from field_api.shops.models import purchases
from field_api.store.engine import AnySession
from field_api.surveys import codebooks, rules
from field_api.surveys.answering import PASSED_BY
from field_api.surveys.demo_minds import answers, traits
from field_api.surveys.demo_survey import TITLE, WORDS, codebook
from field_api.surveys.knowing import known_of
from field_api.surveys.models import invitations, respondents, sheets, surveys
from field_api.surveys.respondents import pseudonym_of

Row = dict[str, Any]

QUIET_DAYS = 60
DRAFTED_BEFORE = timedelta(days=215)
SEGMENTED_BEFORE = timedelta(days=220)
MOST_ANSWERS = 1_250
# How many of those who are asked open the page, begin, and answer to the end.
OPENED, BEGUN, ANSWERED = 0.8, 0.68, 0.6
# So many of those whom no mail may reach are met in time. Even a small company then gets more than the 300 answers in a
# wave from which on research tells what would move a target.
MET = 0.95
BY_HAND = (("visit", 0.5), ("shop", 0.35), ("link", 0.15))
# Purchases in the year before that make a regular; none make somebody silent.
REGULAR_FROM = 4


@dataclass(frozen=True)
class Wave:
    """When people were asked before the day of the demo, and which share of the answers hoped for came by then."""

    before: timedelta
    share: float = 1.0


WAVES = (Wave(timedelta(days=200)), Wave(timedelta(days=85)), Wave(timedelta(days=4), 0.25))


def fill(session: AnySession, rng: Random, at: datetime) -> None:
    """Write segments, the survey, who was asked and what they said. Customers, consents and purchases stand already."""
    _segments(session, rng, at - SEGMENTED_BEFORE)
    survey = _survey(rng, at - DRAFTED_BEFORE)
    session.execute(insert(surveys), survey)
    asked_at: dict[str, datetime] = {}
    for wave in WAVES:
        _Poll(session, rng, at, survey, asked_at).ask(wave)
    known = {own: pseudonym_of(survey["id"], own) for own in _answered(session, survey["id"])}
    rows = [{"survey_id": survey["id"], "pseudonym": name, "customer_id": own} for own, name in known.items()]
    if rows:
        session.execute(insert(respondents), rows)


class _Poll:
    """Asks the people of one wave and lets some of them answer; whoever was asked lately is left in peace."""

    def __init__(
        self, session: AnySession, rng: Random, at: datetime, survey: Row, asked_at: dict[str, datetime]
    ) -> None:
        self.session, self.rng, self.at, self.survey, self.asked_at = session, rng, at, survey, asked_at

    def ask(self, wave: Wave) -> None:
        """Invite by mail and face to face, and write what came back by the day of the demo."""
        start = self._working_hour(self.at - wave.before)
        most = round(MOST_ANSWERS * wave.share / ANSWERED)
        people = list(self._people(start))
        self.rng.shuffle(people)
        rows = [self._invitation(own, channel, start) for own, channel in people[:most]]
        if not rows:
            return
        self.asked_at.update((row["customer_id"], row["invited_at"]) for row in rows)
        self.session.execute(insert(invitations), rows)
        self._answer([row for row in rows if row["started_at"] is not None])

    def _people(self, start: datetime) -> Iterator[tuple[str, str]]:
        """Who may be asked, and how: by mail with consent and a verified address, else by whoever they meet."""
        agreed, mailed = _agreed(self.session, start), _verified(self.session)
        known = select(customers.c.id).where(customers.c.first_touch_at < start, customers.c.retired_at.is_(None))
        for own in self.session.scalars(known.order_by(customers.c.id)):
            free = rules.free_from(self.asked_at.get(own), QUIET_DAYS)
            if free is not None and start < free:
                continue
            if agreed.get(own) and own in mailed:
                yield own, "email"
            elif agreed.get(own, True) and self.rng.random() < MET:
                [channel] = self.rng.choices([name for name, _ in BY_HAND], [share for _, share in BY_HAND])
                yield own, channel

    def _invitation(self, customer_id: str, channel: str, start: datetime) -> Row:
        invited_at = start + timedelta(minutes=self.rng.uniform(0, 600 if channel == "email" else 3 * 24 * 60))
        row: Row = {
            "id": id_at(self.rng, invited_at),
            "survey_id": self.survey["id"],
            "wave": rules.wave_of(start.date()),
            "customer_id": customer_id,
            "channel": channel,
            "language": "fr",
            "invited_at": invited_at,
            "expires_at": rules.open_until(invited_at, None),
            "mailed_at": invited_at + timedelta(minutes=1) if channel == "email" else None,
            "invited_by_kind": "system",
            "invited_by_id": None,
        }
        return row | self._course(row)

    def _course(self, row: Row) -> Row:
        """How far somebody comes, and when; who has not answered a mail within a week is reminded."""
        drawn, waited = self.rng.random(), timedelta(hours=self.rng.expovariate(1 / 50))
        if row["channel"] != "email":
            waited = timedelta(minutes=self.rng.uniform(2, 40))
        opened_at = row["invited_at"] + timedelta(minutes=2) + min(waited, timedelta(days=25))
        took = timedelta(seconds=self.rng.uniform(70, 240))
        steps = (("opened_at", OPENED, timedelta()), ("started_at", BEGUN, took / 5), ("answered_at", ANSWERED, took))
        # What would come after the day of the demo has not come yet.
        came = {
            name: opened_at + after for name, share, after in steps if drawn < share and opened_at + after < self.at
        }
        found = {name: came.get(name) for name, _, _ in steps}
        reminded_at = row["invited_at"] + rules.REMINDED_AFTER + timedelta(minutes=5)
        silent = found["answered_at"] is None or found["answered_at"] > reminded_at
        reminded = row["channel"] == "email" and silent and reminded_at < self.at
        return found | {"reminded_at": reminded_at if reminded else None, "commented_at": None}

    def _answer(self, begun: Sequence[Row]) -> None:
        """The sheets of those who began; who came to the end is known as of then, and stands in the timeline."""
        known: dict[str, Row] = {}
        for some in _by_month(begun):
            known |= known_of(self.session, [row["customer_id"] for row in some], max(_reached(row) for row in some))
        self.session.execute(insert(sheets), [self._sheet(row, known[row["customer_id"]]) for row in begun])
        told = [self._entry(row) for row in begun if row["answered_at"] is not None]
        if told:
            self.session.execute(insert(entries), told)

    def _sheet(self, row: Row, known: Row) -> Row:
        mind = traits(self.rng, known["segment"], known["turnover_minor"] or 0)
        ticked, done = answers(self.rng, mind, self.survey["codebook"]), row["answered_at"] is not None
        if not done:
            ticked = {name: state for name, state in ticked.items() if name.startswith("recognition")}
        blank = dict.fromkeys(known)
        return {
            "id": str(UUID(int=self.rng.getrandbits(128), version=4)),
            "survey_id": self.survey["id"],
            "wave": row["wave"],
            "invitation_id": row["id"],
            "pseudonym": pseudonym_of(self.survey["id"], row["customer_id"]),
            "channel": row["channel"],
            "answers": ticked,
            "counts": done,
            "answered_month": row["answered_at"].date().replace(day=1) if done else None,
        } | (known if done else blank)

    def _entry(self, row: Row) -> Row:
        moment = row["answered_at"]
        return {
            "id": id_at(self.rng, moment),
            "customer_id": row["customer_id"],
            "channel": PASSED_BY[row["channel"]],
            "direction": "inbound",
            "content": None,
            "occurred_at": moment,
            "recorded_at": moment,
            "recorded_by_kind": "customer",
            "recorded_by_id": None,
            "corrects_id": None,
            "about_kind": "survey",
            "about_id": row["survey_id"],
        }

    def _working_hour(self, moment: datetime) -> datetime:
        return moment.replace(hour=9, minute=0, second=0, microsecond=0)


def _survey(rng: Random, drafted_at: datetime) -> Row:
    asked = codebook()
    return {
        "id": id_at(rng, drafted_at),
        "state": "live",
        "title": dict(TITLE),
        "words": WORDS,
        "codebook": asked,
        "frozen_sha256": codebooks.digest(asked, WORDS),
        "starts_at": drafted_at + timedelta(days=5),
        "ends_at": None,
        "quiet_days": QUIET_DAYS,
        "version": 2,
        "created_at": drafted_at,
        "updated_at": drafted_at + timedelta(days=5),
    }


def _segments(session: AnySession, rng: Random, since: datetime) -> None:
    """Segments as an import would have brought them: by how often somebody bought in the year before."""
    year = (purchases.c.occurred_at > since - timedelta(days=365), purchases.c.occurred_at <= since)
    counted = select(purchases.c.customer_id, func.count()).where(*year, purchases.c.customer_id.is_not(None))
    often: dict[str, int] = dict(session.execute(counted.group_by(purchases.c.customer_id)).all())
    known = select(customers.c.id).where(customers.c.first_touch_at < since).order_by(customers.c.id)
    rows = [_segment(rng, own, often.get(own, 0), since) for own in session.scalars(known)]
    if rows:
        session.execute(insert(customer_facts), rows)


def _segment(rng: Random, customer_id: str, bought: int, since: datetime) -> Row:
    value = "regular" if bought >= REGULAR_FROM else "occasional" if bought else "silent"
    source = {"source": "import", "source_id": None, "starts_at": since, "ends_at": None}
    return {"id": id_at(rng, since), "customer_id": customer_id, "kind": "segment", "value": value} | source


def _agreed(session: AnySession, by: datetime) -> dict[str, bool]:
    """The last word of everybody who had said one about surveys."""
    said = select(events.c.customer_id, events.c.granted).where(events.c.purpose == "surveys")
    rows = session.execute(said.where(events.c.occurred_at <= by).order_by(events.c.occurred_at, events.c.id))
    return dict(rows.all())


def _verified(session: AnySession) -> frozenset[str]:
    mine = (contact_points.c.kind == "email", contact_points.c.verified_at.is_not(None))
    return frozenset(session.scalars(select(contact_points.c.customer_id).where(*mine)))


def _answered(session: AnySession, survey_id: str) -> list[str]:
    done = (invitations.c.survey_id == survey_id, invitations.c.answered_at.is_not(None))
    return list(session.scalars(select(invitations.c.customer_id).where(*done).distinct().order_by("customer_id")))


def _by_month(begun: Sequence[Row]) -> list[list[Row]]:
    found: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in begun:
        found[_reached(row).year, _reached(row).month].append(row)
    return list(found.values())


def _reached(row: Row) -> datetime:
    reached: datetime = row["answered_at"] or row["started_at"]
    return reached
