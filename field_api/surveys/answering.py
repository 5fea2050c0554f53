"""Use cases of answering: a link is opened, pages are sent, the sheet is closed, or its owner asks to be left alone.

Locks are taken in one order: the customer, the invitation, and whatever loyalty holds when it hears of the answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import bindparam, select, update

from field_api import clock
from field_api.consents import actions as consents
from field_api.consents.models import events_until
from field_api.consents.rules import standing
from field_api.customers import happenings
from field_api.customers.models import customers
from field_api.customers.scope import require_customer
from field_api.errors import Clash, NotFound
from field_api.interactions.actions import append
from field_api.settings import Settings
from field_api.store import audit
from field_api.store.audit import Actor
from field_api.store.engine import AnySession
from field_api.surveys import rules
from field_api.surveys.knowing import known_of
from field_api.surveys.models import SurveySheet, invitations, sheets, surveys
from field_api.surveys.respondents import pseudonym_of, remember
from field_api.surveys.wording import STOP
from field_api.web import links
from field_api.web.identity import THE_SYSTEM, Principal

PURPOSE = "survey"
MOST_WORDS = 2_000
# Where an answer passed, as the timeline calls it.
PASSED_BY = {"email": "web", "link": "web", "visit": "visit", "shop": "shop"}


@dataclass(frozen=True)
class Asked:
    """An invitation as its link opens it, with what is asked."""

    id: str
    survey_id: str
    wave: str
    customer_id: str
    channel: str
    language: str
    expires_at: datetime
    opened_at: datetime | None
    answered_at: datetime | None
    commented_at: datetime | None
    title: Mapping[str, str]
    words: Mapping[str, Any]
    codebook: Mapping[str, Any]
    state: str
    starts_at: datetime
    ends_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether an answer is taken now."""
        moment = clock.now()
        asks = rules.runs(self.state, self.starts_at, self.ends_at, moment)
        return asks and self.answered_at is None and moment < self.expires_at

    @property
    def takes_words(self) -> bool:
        """Whether something may be said in free words: once, after the answers."""
        asks = self.words["comment"] is not None and self.answered_at is not None
        return asks and self.commented_at is None and clock.now() < self.expires_at


_OWN = tuple(invitations.c[name] for name in Asked.__dataclass_fields__ if name in invitations.c)
_OF_SURVEY = tuple(surveys.c[name] for name in Asked.__dataclass_fields__ if name not in invitations.c)
_ASKED = (
    select(*_OWN, *_OF_SURVEY)
    .join(surveys, surveys.c.id == invitations.c.survey_id)
    .join(customers, customers.c.id == invitations.c.customer_id)
    .where(invitations.c.id == bindparam("own_id"), customers.c.retired_at.is_(None))
)
_OPEN = update(invitations).where(invitations.c.id == bindparam("of_id"), invitations.c.opened_at.is_(None))


def link_of(invitation_id: str) -> str:
    """The link that stands for an invitation."""
    settings: Settings = current_app.config["SETTINGS"]
    return f"{settings.public_url}/survey/{links.sign(settings.secret, PURPOSE, invitation_id)}/"


def read_link(session: AnySession, text: str) -> Asked:
    """What a link asks. Raises NotFound for one that was forged, and for one of a customer who is gone."""
    settings: Settings = current_app.config["SETTINGS"]
    own_id, _ = links.read(settings.secret, PURPOSE, text)
    row = session.execute(_ASKED, {"own_id": own_id}).first()
    if row is None:
        raise NotFound("This link does not lead anywhere.")
    return Asked(**row._asdict())


def hold_link(session: AnySession, text: str) -> Asked:
    """The same, with the customer and the invitation held until the transaction ends: two tabs send one by one."""
    found = read_link(session, text)
    require_customer(session, THE_SYSTEM, found.customer_id, lock=True)
    held = _ASKED.with_for_update(of=invitations, key_share=True)
    row = session.execute(held, {"own_id": found.id}).first()
    if row is None:
        raise NotFound("This link does not lead anywhere.")
    return Asked(**row._asdict())


def note_opened(session: AnySession, asked: Asked) -> None:
    """Note that a link was opened, the first time; programs that look at links in mails open them too."""
    session.execute(_OPEN.values(opened_at=clock.now()), {"of_id": asked.id})


def answers_of(session: AnySession, asked: Asked) -> dict[str, int]:
    """What was ticked so far."""
    found = session.execute(select(sheets.c.answers).where(sheets.c.invitation_id == asked.id)).scalar()
    return dict(found or {})


def keep_page(session: AnySession, asked: Asked, items: Iterable[str], ticked: Mapping[str, int]) -> None:
    """Keep what was ticked of these items of a held, open link; what is not ticked is left out, also if it once was."""
    sheet, anew = _sheet(session, asked), set(items)
    kept = {name: state for name, state in sheet.answers.items() if name not in anew}
    sheet.answers = kept | dict(ticked)
    session.flush()


def close(session: AnySession, asked: Asked) -> None:
    """Close the sheet of a held link: from now on it counts, unless nothing was ticked, and never changes.

    The timeline tells that there was an answer, and not which. Raises Clash for a link that is not open.
    """
    if not asked.is_open:
        raise Clash("This survey is over, or was answered before.")
    sheet, moment, member = _sheet(session, asked), clock.now(), the_customer(asked.customer_id)
    remember(session, asked.survey_id, asked.customer_id)
    _set_aside_earlier(session, sheet)
    for name, value in known_of(session, [asked.customer_id], moment)[asked.customer_id].items():
        setattr(sheet, name, value)
    sheet.answered_month, sheet.counts = moment.date().replace(day=1), bool(sheet.answers)
    session.flush()
    session.execute(update(invitations).where(invitations.c.id == asked.id).values(answered_at=moment))
    _enter(session, asked, moment, None)
    audit.record(session, member.actor, "survey_invitation.answer", asked.id)
    answer = {"id": asked.id, "customer_id": asked.customer_id, "survey_id": asked.survey_id, "occurred_at": moment}
    happenings.tell(session, member, "answer", answer)


def say(session: AnySession, asked: Asked, text: str) -> None:
    """Put what somebody wrote in free words into the timeline, for their rep, and nowhere near the answers.

    Raises Clash for a link that takes no words, or no more.
    """
    if not asked.takes_words:
        raise Clash("This survey takes no more words.")
    moment = clock.now()
    session.execute(update(invitations).where(invitations.c.id == asked.id).values(commented_at=moment))
    _enter(session, asked, moment, text)


def stop_asking(session: AnySession, asked: Asked, language: str) -> None:
    """Note that the customer wants no surveys any more, by any channel; to say so twice is to say it once."""
    said = standing(events_until(session, asked.customer_id, clock.now()))
    if {(word.channel, word.granted) for word in said if word.purpose == "surveys"} == {("any", False)}:
        return
    refusal = {"purpose": "surveys", "channel": "any", "granted": False, "source": "survey"}
    wording = {"wording": STOP[language], "language": language}
    consents.record(session, the_customer(asked.customer_id), asked.customer_id, refusal | wording)


def the_customer(customer_id: str) -> Principal:
    """The customer as the one who acts: the trail says so. What they may do, the routes of the page decide."""
    return Principal(id="", role="admin", territory_ids=None, actor=Actor("customer", customer_id))


def _sheet(session: AnySession, asked: Asked) -> SurveySheet:
    """The sheet of an invitation; begun with the first page that is sent."""
    found = session.scalars(select(SurveySheet).where(sheets.c.invitation_id == asked.id)).one_or_none()
    if found is not None:
        return found
    begun = SurveySheet(
        # Not of the usual kind, which tells when it was made.
        id=str(uuid4()),
        survey_id=asked.survey_id,
        wave=asked.wave,
        invitation_id=asked.id,
        pseudonym=pseudonym_of(asked.survey_id, asked.customer_id),
        channel=asked.channel,
        answers={},
        counts=False,
    )
    session.add(begun)
    session.flush()
    moment = clock.now()
    # A link may be sent from a copy of the page, without having been opened here.
    opened = asked.opened_at or moment
    begins = update(invitations).where(invitations.c.id == asked.id)
    session.execute(begins.values(started_at=moment, opened_at=opened))
    return begun


def _enter(session: AnySession, asked: Asked, at: datetime, content: str | None) -> None:
    told = {"channel": PASSED_BY[asked.channel], "direction": "inbound", "occurred_at": at, "content": content}
    about = {"about_kind": "survey", "about_id": asked.survey_id}
    append(session, the_customer(asked.customer_id), asked.customer_id, told | about)


def _set_aside_earlier(session: AnySession, sheet: SurveySheet) -> None:
    """Of one person in one wave the latest answer counts."""
    same = (sheets.c.survey_id == sheet.survey_id, sheets.c.wave == sheet.wave, sheets.c.pseudonym == sheet.pseudonym)
    session.execute(update(sheets).where(*same, sheets.c.counts, sheets.c.id != sheet.id).values(counts=False))
