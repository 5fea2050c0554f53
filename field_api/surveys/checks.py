"""What must hold of surveys, counted from the rows themselves."""

from collections.abc import Sequence

from sqlalchemy import select

from field_api.store.checks import Check
from field_api.store.engine import AnySession
from field_api.surveys.models import respondents
from field_api.surveys.respondents import pseudonym_of

MOST_TOLD = 100


def _behind_another_pseudonym(session: AnySession) -> Sequence[str]:
    query = select(respondents.c.survey_id, respondents.c.pseudonym, respondents.c.customer_id)
    rows = session.execute(query.execution_options(yield_per=5_000))
    wrong = [
        f"In survey {survey_id} the pseudonym {pseudonym} leads to customer {customer_id}, who has another one."
        for survey_id, pseudonym, customer_id in rows
        if pseudonym != pseudonym_of(survey_id, customer_id)
    ]
    return wrong[:MOST_TOLD]


CHECKS = (Check("surveys: every pseudonym leads to whose it is", _behind_another_pseudonym),)
