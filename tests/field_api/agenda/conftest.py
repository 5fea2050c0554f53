"""What the tests of the agenda start from."""

from collections.abc import Iterator

import pytest
from flask import Flask

from field_api.agenda.checks import CHECKS
from tests.field_api.agenda.diary import Diary, make_diary


@pytest.fixture
def diary(app: Flask) -> Iterator[Diary]:
    """A rep's agenda, of which all that must hold holds at the end of every test."""
    made = make_diary(app)
    yield made
    assert made.faults(CHECKS) == []
