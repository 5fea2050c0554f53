"""What the tests of loyalty start from."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.field_api.loyalty.club import Club, make_club
from tests.field_api.sector import Sector


@pytest.fixture
def club(app: Flask, sector: Sector) -> Iterator[Club]:
    """A club whose books and members must be as the checks want them at the end of every test."""
    made = make_club(app, sector)
    yield made
    assert made.faults() == []
