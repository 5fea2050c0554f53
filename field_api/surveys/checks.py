"""What must hold of surveys, counted from the rows themselves."""

from collections.abc import Sequence

from sqlalchemy import and_, case, exists, func, or_, select

from field_api.store.checks import Check
from field_api.store.engine import AnySession
from field_api.surveys import codebooks
from field_api.surveys.models import invitations, respondents, sheets, surveys
from field_api.surveys.respondents import pseudonym_of

MOST_TOLD = 100
AT_ONCE = 5_000


def _behind_another_pseudonym(session: AnySession) -> Sequence[str]:
    query = select(respondents.c.survey_id, respondents.c.pseudonym, respondents.c.customer_id)
    rows = session.execute(query.execution_options(yield_per=AT_ONCE))
    wrong = [
        f"In survey {survey_id} the pseudonym {pseudonym} leads to customer {customer_id}, who has another one."
        for survey_id, pseudonym, customer_id in rows
        if pseudonym != pseudonym_of(survey_id, customer_id)
    ]
    return wrong[:MOST_TOLD]


def _no_longer_as_published(session: AnySession) -> Sequence[str]:
    query = select(surveys.c.id, surveys.c.codebook, surveys.c.words, surveys.c.frozen_sha256)
    return [
        f"The wording of survey {own} is no longer the one that was published."
        for own, codebook, words, frozen in session.execute(query.where(surveys.c.state != "draft"))
        if codebooks.digest(codebook, words) != frozen
    ]


def _beside_the_codebook(session: AnySession) -> Sequence[str]:
    found = []
    for survey_id, codebook in session.execute(select(surveys.c.id, surveys.c.codebook)).all():
        query = select(sheets.c.id, sheets.c.answers).where(sheets.c.survey_id == survey_id)
        rows = session.execute(query.execution_options(yield_per=AT_ONCE))
        found += [f"Sheet {own}: {told}" for own, given in rows for told in codebooks.misfits(codebook, given)]
    return found[:MOST_TOLD]


def _of_nobody(session: AnySession) -> Sequence[str]:
    """A sheet without an invitation is that of somebody who was forgotten, of whom no respondent is left."""
    same = (respondents.c.survey_id == sheets.c.survey_id, respondents.c.pseudonym == sheets.c.pseudonym)
    known = exists().where(*same)
    outside = and_(sheets.c.invitation_id.is_(None), or_(known, sheets.c.answered_month.is_(None)))
    answered = and_(sheets.c.invitation_id.is_not(None), sheets.c.answered_month.is_not(None))
    unknown = and_(answered, ~known)
    query = select(sheets.c.id).where(or_(outside, unknown)).order_by(sheets.c.id).limit(MOST_TOLD)
    return [f"The invitation and the respondent of sheet {own} do not agree." for own in session.scalars(query)]


def _counts_that_differ(session: AnySession) -> Sequence[str]:
    own = invitations.c
    query = (
        select(own.id)
        .outerjoin(sheets, sheets.c.invitation_id == own.id)
        .where(
            or_(
                own.started_at.is_(None) != sheets.c.id.is_(None),
                own.answered_at.is_(None) != sheets.c.answered_month.is_(None),
                own.survey_id != sheets.c.survey_id,
                own.wave != sheets.c.wave,
                own.channel != sheets.c.channel,
            )
        )
    )
    rows = session.scalars(query.order_by(own.id).limit(MOST_TOLD))
    return [f"Invitation {one} and its sheet tell differently how far the customer came." for one in rows]


def _uncounted(session: AnySession) -> Sequence[str]:
    """Of each person in a wave one answered sheet counts, if anything was answered; the index keeps a second out."""
    own = sheets.c
    counting = func.sum(case((own.counts, 1), else_=0))
    query = (
        select(own.survey_id, own.wave, own.pseudonym)
        .where(own.answered_month.is_not(None))
        .group_by(own.survey_id, own.wave, own.pseudonym)
        .having(counting == 0)
    )
    found = []
    for survey_id, wave, pseudonym in session.execute(query).all():
        same = (own.survey_id == survey_id, own.wave == wave, own.pseudonym == pseudonym)
        if any(session.scalars(select(own.answers).where(*same))):
            found.append(f"No answer of {pseudonym} in wave {wave} of survey {survey_id} counts.")
    return found[:MOST_TOLD]


CHECKS = (
    Check("surveys: every pseudonym leads to whose it is", _behind_another_pseudonym),
    Check("surveys: what was published is worded as it was", _no_longer_as_published),
    Check("surveys: every answer is a state of its item", _beside_the_codebook),
    Check("surveys: no answer is outside of an invitation", _of_nobody),
    Check("surveys: invitations and sheets tell the same", _counts_that_differ),
    Check("surveys: of each person's answers in a wave one counts", _uncounted),
)
