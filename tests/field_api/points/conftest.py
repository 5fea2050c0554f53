"""What the tests of the books start from."""

import pytest
from sqlalchemy.orm import Session

from field_api.store.base import db
from tests.field_api.people import make_territory
from tests.field_api.points import makers
from tests.field_api.sector import make_customer


@pytest.fixture
def customer_id(session: Session) -> str:
    return make_customer(make_territory(db.session).id)


@pytest.fixture
def account_id(customer_id: str) -> str:
    return makers.make_account(customer_id)


@pytest.fixture
def other_id(customer_id: str) -> str:
    """Another account."""
    return makers.make_account(customer_id)
