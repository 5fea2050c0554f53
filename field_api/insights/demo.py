"""Fills the demo company with an insight that was replaced and one that speaks, suggestions, and what became of them.

Nothing was fitted here, and the software is called "demo" (`demo_catalogue.py`). Scores follow from the answers by
arithmetic, and everything else by the rules of this folder.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select

from field_api.customers.demo import id_at
from field_api.insights import rules
from field_api.insights.catalogue import possible_by_driver
from field_api.insights.demo_catalogue import DRIVERS, GESTURES, driver_row
from field_api.insights.drafting import known_names, rows_of
from field_api.insights.gathering import Batch, gather, is_contact
from field_api.insights.models import arms, drivers, gestures, insights, next_gestures, outcomes, scores, walks
from field_api.insights.rules_choice import HIDDEN_FOR, OPEN_FOR, Choice, choose, is_held_out
from field_api.interactions.models import entries
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.surveys.models import respondents, sheets, surveys

Row = dict[str, Any]

# The first insight spoke long enough for its figures to be complete.
PUBLISHED = (timedelta(days=150), timedelta(days=20))
AT_ONCE = 1_000
# The demo is the same everywhere, whatever secret the service has.
SECRET = b"the demo company"
ENOUGH_ANSWERS = 30
# From the least answer to the greatest, and between the quartiles of a construct as a share of that.
STEPS, QUARTILES_APART = 4, 0.3
# What reps make of suggestions, and within which days; what is left stays open or expires.
ENDS = {"done": 0.42, "declined": 0.08, "wrong": 0.03, "not_now": 0.06}
LAST_DAY = 45
NOTES = {
    "done": (
        "Content d’avoir été appelé.",
        "Parle de revenir en boutique.",
        "Longue conversation, rien à vendre.",
        None,
    ),
    "declined": ("Ne souhaite pas être appelé.", None),
    "wrong": ("A déménagé.", "Ce n’est pas le sujet."),
    "not_now": ("En vacances.", None),
}


class Scored(NamedTuple):
    """What is foretold of a customer, as the table keeps it."""

    customer_id: str
    expected: float
    at_risk: float
    reasons: list[dict[str, Any]]


def fill(session: AnySession, rng: Random, at: datetime) -> None:
    """Write gestures, insights and suggestions as of `at`. Surveys with their answers must stand already."""
    survey = session.execute(select(surveys).where(surveys.c.state != "draft").order_by(surveys.c.created_at)).first()
    if survey is not None and {one.name for one in DRIVERS} <= known_names(survey.codebook):
        _Desk(session, rng, at, survey).open()


class _Desk:
    """Gathers the rows of insights, and walks over scores as the job does."""

    def __init__(self, session: AnySession, rng: Random, at: datetime, survey: Any) -> None:
        self.session, self.rng, self.at, self.survey = session, rng, at, survey
        self.target = "loyalty"

    def open(self) -> None:
        """Let each insight speak in its time."""
        self._gestures()
        begins = [self.at - before for before in PUBLISHED]
        for place, published_at in enumerate(begins):
            scored = self._scored(published_at)
            if len(scored) >= ENOUGH_ANSWERS:
                ended_at = begins[place + 1] if place + 1 < len(begins) else None
                self._insight(scored, published_at, ended_at)

    def _gestures(self) -> None:
        moment = self.at - PUBLISHED[0] - timedelta(days=5)
        fixed = {"state": "live", "version": 1, "created_at": moment, "updated_at": moment}
        rows = []
        for one in GESTURES:
            row: Row = one._asdict() | {"id": id_at(self.rng, moment)} | fixed
            rows.append(row | {name: dict(zip(("en", "fr"), row[name], strict=True)) for name in ("title", "how")})
        self.session.execute(insert(gestures), rows)

    def _scored(self, by: datetime) -> list[Scored]:
        """What the answers given in the months before foretell, customer by customer."""
        month = by.date().replace(day=1)
        given = select(respondents.c.customer_id, sheets.c.answers).join(
            sheets, (sheets.c.survey_id == respondents.c.survey_id) & (sheets.c.pseudonym == respondents.c.pseudonym)
        )
        mine = given.where(sheets.c.survey_id == self.survey.id, sheets.c.counts, sheets.c.answered_month < month)
        # The latest wave of each counts.
        rows = self.session.execute(mine.order_by(respondents.c.customer_id, sheets.c.wave)).all()
        answers = {row.customer_id: self._by_construct(row.answers) for row in rows}
        names = [one.name for one in DRIVERS] + [self.target]
        whole = [one for one in answers.items() if all(name in one[1] for name in names)]
        if not whole:
            return []
        means = {name: sum(one[name] for _, one in whole) / len(whole) for name in names}
        return [self._score(customer_id, told, means) for customer_id, told in whole]

    def _by_construct(self, told: dict[str, int]) -> dict[str, float]:
        """The mean answer on each construct, from 0 to 1."""
        found: dict[str, list[float]] = {}
        for item in self.survey.codebook["item"]:
            if item["name"] in told and item.get("construct"):
                states = item["states"]
                found.setdefault(item["construct"], []).append(states.index(told[item["name"]]) / (len(states) - 1))
        return {name: sum(shares) / len(shares) for name, shares in found.items()}

    def _score(self, customer_id: str, told: dict[str, float], means: dict[str, float]) -> Scored:
        pulls = [(one.name, one.effect * (told[one.name] - means[one.name]) / QUARTILES_APART) for one in DRIVERS]
        down = sorted((pull, name) for name, pull in pulls if pull < 0)[:3]
        reasons = [{"driver": name, "pull": round(pull, 4)} for pull, name in down]
        share = min(1.0, max(0.0, means[self.target] + sum(pull for _, pull in pulls) / STEPS))
        return Scored(customer_id, round(1 + STEPS * share, 4), round(1 - share, 4), reasons)

    def _insight(self, scored: Sequence[Scored], published_at: datetime, ended_at: datetime | None) -> None:
        insight = self._draft(len(scored), published_at, ended_at)
        if ended_at is None:
            rows = [one._asdict() | {"insight_id": insight["id"]} for one in scored]
            self.session.execute(insert(scores), rows)
        counted = [self._walk(insight, part, ended_at or self.at) for part in _parts(scored)]
        suggested, held_out = (sum(pair[side] for pair in counted) for side in (0, 1))
        done: Row = {"insight_id": insight["id"], "round": 1, "begun_at": published_at, "looked_at": len(scored)}
        done |= {"finished_at": published_at + timedelta(minutes=2), "after_id": scored[-1].customer_id}
        self.session.execute(insert(walks), done | {"suggested": suggested, "held_out": held_out})

    def _draft(self, answered: int, published_at: datetime, ended_at: datetime | None) -> Row:
        made = {"respondents": answered, "fitted_at": published_at - timedelta(days=2), "software": "demo"}
        digests = {name: f"{self.rng.getrandbits(256):064x}" for name in ("report_sha256", "codebook_sha256")}
        told: Row = {
            "id": id_at(self.rng, published_at - timedelta(days=1)),
            "survey_id": self.survey.id,
            "title": {"en": "Why customers stay", "fr": "Pourquoi les clients restent"},
            "target": self.target,
            "made": made | digests,
            "drivers": [driver_row(one, rank) for rank, one in enumerate(DRIVERS, 1)],
            "refusals": [],
            "warnings": [],
        }
        row, of_drivers = rows_of(told, self.survey.codebook)
        row |= {"state": "published" if ended_at is None else "superseded", "published_at": published_at}
        row |= {"submitted_at": published_at - timedelta(hours=20), "ended_at": ended_at, "version": 3}
        row |= {"created_at": published_at - timedelta(days=1), "updated_at": ended_at or published_at}
        self.session.execute(insert(insights), row)
        self.session.execute(insert(drivers), of_drivers)
        return row

    def _walk(self, insight: Row, scored: Sequence[Scored], until: datetime) -> tuple[int, int]:
        """Suggest as the job did, a minute after the publication; how many were suggested, and held out."""
        moment = insight["published_at"] + timedelta(minutes=1)
        batch = gather(self.session, insight["id"], scored, moment)
        carried = {one.name for one in DRIVERS if rules.is_carried(driver_row(one, 1))}
        possible = possible_by_driver(self.session)
        picked = {one: choose(person, carried, possible, moment) for one, person in sorted(batch.people.items())}
        chosen = {one: choice for one, choice in picked.items() if choice is not None}
        drawn = [_arm(insight["id"], one, choice, moment) for one, choice in chosen.items()]
        meant = [row["customer_id"] for row in drawn if not row["held_out"]]
        made = [self._row(insight["id"], batch, one, chosen[one], moment) for one in meant]
        said = list(self._lived(made, until))
        told = [self._entry(row, word) for row, word in said if word["outcome"] == "done"]
        for table, rows in (
            (arms, drawn),
            (next_gestures, made),
            (outcomes, [word for _, word in said]),
            (entries, told),
        ):
            if rows:
                self.session.execute(insert(table), rows)
        return len(made), len(drawn) - len(made)

    def _row(self, insight_id: str, batch: Batch, customer_id: str, choice: Choice, moment: datetime) -> Row:
        row: Row = {"id": id_at(self.rng, moment), "insight_id": insight_id, "customer_id": customer_id}
        row |= {"driver": choice.driver, "gesture_id": choice.gesture.id, "worth_minor": choice.worth_minor}
        row |= {"territory_id": batch.territory_of[customer_id], "currency": batch.people[customer_id].currency}
        row |= {"suggested_at": moment, "expires_at": moment + OPEN_FOR}
        return row | {"hidden_until": None, "ended_at": None, "ended_by": None}

    def _lived(self, made: Sequence[Row], until: datetime) -> Iterator[tuple[Row, Row]]:
        """What became of suggestions by then; gives each word that was said, with its suggestion."""
        met = self._met(made)
        for row in made:
            [outcome] = self.rng.choices((*ENDS, None), (*ENDS.values(), 1 - sum(ENDS.values())))
            said_at = row["suggested_at"] + timedelta(days=LAST_DAY) * self.rng.uniform(0.01, 1)
            if (contact := met.get(row["customer_id"])) is not None and (outcome is None or contact <= said_at):
                outcome, said_at = None, contact
                _end(row, "contact", contact, until)
            if outcome is not None and said_at < until:
                if outcome == "not_now":
                    row["hidden_until"] = said_at + HIDDEN_FOR
                else:
                    _end(row, outcome, said_at, until)
                yield row, self._word(row, outcome, said_at)
            _end(row, "expired", row["expires_at"], until)
            if until < self.at:
                _end(row, "superseded", until, self.at)

    def _met(self, made: Sequence[Row]) -> dict[str, datetime]:
        """When each was met for the first time after their suggestion."""
        first = select(entries.c.customer_id, func.min(entries.c.occurred_at)).where(among(entries.c.customer_id))
        after = first.where(is_contact, entries.c.occurred_at > made[0]["suggested_at"]) if made else first
        told = {"ids": [row["customer_id"] for row in made]}
        return dict(self.session.connection().execute(after.group_by(entries.c.customer_id), told).all())

    def _word(self, row: Row, outcome: str, at: datetime) -> Row:
        told: Row = {"id": id_at(self.rng, at), "next_gesture_id": row["id"], "outcome": outcome}
        told |= {"channel": "call" if outcome == "done" else None, "note": self.rng.choice(NOTES[outcome])}
        return told | {"occurred_at": at, "recorded_at": at, "recorded_by_kind": "system", "recorded_by_id": None}

    def _entry(self, row: Row, word: Row) -> Row:
        told: Row = {"id": id_at(self.rng, word["occurred_at"]), "customer_id": row["customer_id"]}
        told |= {"channel": word["channel"], "direction": "outbound", "content": word["note"], "corrects_id": None}
        told |= {name: word[name] for name in ("occurred_at", "recorded_at", "recorded_by_kind", "recorded_by_id")}
        return told | {"about_kind": "gesture", "about_id": row["id"]}


def _arm(insight_id: str, customer_id: str, choice: Choice, moment: datetime) -> Row:
    held_out = is_held_out(SECRET, choice.gesture.id, customer_id, choice.gesture.hold_out_percent)
    row: Row = {"insight_id": insight_id, "customer_id": customer_id, "gesture_id": choice.gesture.id}
    return row | {"held_out": held_out, "assigned_at": moment}


def _end(row: Row, by: str, at: datetime, until: datetime) -> None:
    """End a suggestion that is still open, if that was before."""
    if row["ended_at"] is None and at <= until:
        row |= {"ended_at": at, "ended_by": by}


def _parts(scored: Sequence[Scored]) -> Iterator[Sequence[Scored]]:
    for first in range(0, len(scored), AT_ONCE):
        yield scored[first : first + AT_ONCE]
