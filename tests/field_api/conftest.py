"""What the tests of several features start from."""

import pytest
from flask import Flask

from tests.field_api.sector import Sector, make_sector


@pytest.fixture
def sector(app: Flask) -> Sector:
    return make_sector(app)
