"""Use cases of asking many by mail: who is in the audience and may be asked is drawn, and others are counted."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from field_api import clock
from field_api.consents.models import events
from field_api.consents.rules import Event
from field_api.customers.models import contact_points, customers
from field_api.errors import Clash
from field_api.offers.audience import judge
from field_api.offers.people import people_at
from field_api.reps.company import company
from field_api.store import audit
from field_api.store.among import among
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.surveys import jobs, rules
from field_api.surveys.asking_rules import Askable, in_drawn_order, language_of, reason_against
from field_api.surveys.editing import hold_survey
from field_api.surveys.models import Survey, invitations, surveys
from field_api.web.identity import Principal

AT_ONCE = 1_000

_EVENT = tuple(events.c[name] for name in Event.__dataclass_fields__)
_SAID = select(events.c.customer_id, events.c.language, *_EVENT).where(among(events.c.customer_id))
_EMAILS = (
    select(contact_points.c.customer_id, contact_points.c.value)
    .where(among(contact_points.c.customer_id), contact_points.c.kind == "email")
    .where(contact_points.c.verified_at.is_not(None))
    .order_by(contact_points.c.created_at.desc(), contact_points.c.id.desc())
)
_LAST_ASKED = (
    select(invitations.c.customer_id, func.max(invitations.c.invited_at).label("last"))
    .where(among(invitations.c.customer_id))
    .group_by(invitations.c.customer_id)
)
_INVITED = select(invitations.c.customer_id).where(among(invitations.c.customer_id))
_RETIRED = select(customers.c.id).where(among(customers.c.id), customers.c.retired_at.is_not(None))
_HELD = select(customers.c.id).where(among(customers.c.id)).order_by(customers.c.id).with_for_update(key_share=True)


def invite(session: AnySession, principal: Principal, survey_id: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Ask `most` customers of the audience, drawn by `seed`; with `dry_run` tell how it would go, and do nothing.

    `told` has audience, wave, most, seed and dry_run. Those in the audience whom the draw came upon before there were
    enough, and who may not be asked, are counted by the reason. Raises NotFound, Clash for a survey that does not run,
    and Invalid for a week that there is not.
    """
    rules.check_wave(told["wave"])
    survey = _hold_all(session, survey_id)
    moment = clock.now()
    if not rules.runs(survey.state, survey.starts_at, survey.ends_at, moment):
        raise Clash("This survey does not run now, so nobody is asked.")
    invited, skipped = 0, Counter[str]()
    for rows, reasons in _drawn(session, principal, survey, told, moment):
        if rows and not told["dry_run"]:
            session.execute(insert(invitations), rows)
        invited, skipped = invited + len(rows), skipped + reasons
    done = {"invited": invited, "skipped": dict(sorted(skipped.items()))}
    if invited and not told["dry_run"]:
        jobs.promise_mails(session)
        audit.record(session, principal.actor, "survey.invite", survey_id, after=done | {"wave": told["wave"]})
    return done


def languages_of(session: AnySession, customer_ids: Sequence[str]) -> dict[str, str]:
    """The language to ask each of these customers in."""
    said = _grouped(session.execute(_SAID, {"ids": list(customer_ids)}))
    own = company(session)[0].locale
    return {one: language_of([(row.occurred_at, row.language) for row in said[one]], own) for one in customer_ids}


def _hold_all(session: AnySession, survey_id: str) -> Survey:
    """The survey; who asks many goes one after the other, for each holds many customers in no order of their ids."""
    every = select(surveys.c.id).order_by(surveys.c.id).with_for_update(key_share=True)
    session.execute(every).all()
    return hold_survey(session, survey_id)


def _drawn(
    session: AnySession, principal: Principal, survey: Survey, told: Mapping[str, Any], at: datetime
) -> Iterator[tuple[list[dict[str, Any]], Counter[str]]]:
    """Some at a time, the rows of those who are asked and the reasons against others, until there are enough."""
    left = told["most"]
    order = in_drawn_order(session.scalars(select(customers.c.id)), told["seed"])
    for start in range(0, len(order), AT_ONCE):
        if left == 0:
            return
        rows: list[dict[str, Any]] = []
        skipped = Counter[str]()
        for one in _askable(session, survey, told, order[start : start + AT_ONCE], at):
            against = reason_against(one, survey.quiet_days, at)
            if against is not None:
                skipped[against] += 1
            elif len(rows) < left:
                rows.append(_row(principal, survey, told["wave"], one.customer_id, at))
            if len(rows) == left:
                break
        left -= len(rows)
        spoken = languages_of(session, [row["customer_id"] for row in rows])
        yield [row | {"language": spoken[row["customer_id"]]} for row in rows], skipped


def _askable(
    session: AnySession, survey: Survey, told: Mapping[str, Any], ids: Sequence[str], at: datetime
) -> list[Askable]:
    """Those of the audience, in the order given; held, unless nothing is to be done with them."""
    people = people_at(session, ids, at)
    meant = [own for own in ids if own in people and judge("", told["audience"], people[own], at).eligible]
    asked = {"ids": meant}
    if not told["dry_run"]:
        session.execute(_HELD, asked).all()
    said = _grouped(session.execute(_SAID.where(events.c.purpose == "surveys"), asked))
    # The first of several addresses stays, as it comes last.
    emails: dict[str, str] = dict(session.execute(_EMAILS, asked).all())
    last: dict[str, datetime] = dict(session.execute(_LAST_ASKED, asked).all())
    this_wave = (invitations.c.survey_id == survey.id, invitations.c.wave == told["wave"])
    invited = set(session.scalars(_INVITED.where(*this_wave), asked))
    retired = set(session.scalars(_RETIRED, asked))
    return [
        Askable(
            own,
            own in retired,
            [_event(row) for row in said[own] if row.occurred_at <= at],
            emails.get(own),
            last.get(own),
            own in invited,
        )
        for own in meant
    ]


def _row(principal: Principal, survey: Survey, wave: str, customer_id: str, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "survey_id": survey.id,
        "wave": wave,
        "customer_id": customer_id,
        "channel": "email",
        "invited_at": at,
        "expires_at": rules.open_until(at, survey.ends_at),
        "invited_by_kind": principal.actor.kind,
        "invited_by_id": principal.actor.id,
    }


def _event(row: Row[Any]) -> Event:
    return Event(*(getattr(row, name) for name in Event.__dataclass_fields__))


def _grouped(rows: Any) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.customer_id].append(row)
    return found
