"""What the tests of coupons start from."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.field_api.coupons.counter import Counter, make_counter
from tests.field_api.sector import Sector


@pytest.fixture
def counter(app: Flask, sector: Sector) -> Iterator[Counter]:
    """A counter whose books must balance at the end of every test."""
    made = make_counter(app, sector)
    yield made
    assert made.faults() == []
