"""What the tests of CalDAV start from."""

import pytest
from flask import Flask

from tests.field_api.dav.phone import Phone, make_phone


@pytest.fixture
def phone(app: Flask) -> Phone:
    """A rep's calendar app."""
    return make_phone(app)
