"""What the tests of offers start from."""

import pytest

from tests.field_api.offers.stand import Stand
from tests.field_api.sector import Sector


@pytest.fixture
def stand(sector: Sector) -> Stand:
    return Stand(sector)
