"""The house rules on imports, held against the code; and tests that each rule would be noticed if broken."""

import subprocess
import sys

import pytest

from field_api.store.base import Base
from tests.architecture import TOO_HEAVY_FOR_THE_API, sources, violations


def test_every_import_keeps_the_house_rules() -> None:
    assert violations(sources()) == []


@pytest.mark.parametrize(
    ("modules", "told"),
    [
        ({"field_api.store.jobs": "from field_api.web import pages"}, "on a higher floor"),
        ({"field_api.consents.actions": "from field_api.interactions.models import Interaction"}, "its peer"),
        ({"field_api.store.jobs": "from . import base"}, "imports relatively"),
        ({"field_api.store.jobs": "def f():\n    import json"}, "inside a function"),
        ({"field_api.store.jobs": "def f():\n    if True:\n        from json import loads"}, "inside a function"),
        ({"field_api.customers.models": "import geopy.distance"}, "which belongs to field_api.geo"),
        ({"research.learning.scores": "from pgmpy.estimators import BIC"}, "which belongs to research.networks"),
        ({"field_api.app": "import research.codebook"}, "the other package"),
        ({"research.answers": "from field_api import clock"}, "the other package"),
        (
            {"field_api.customers.models": "from field_api.customers.routes import blueprint"},
            "upwards inside its feature",
        ),
        ({"field_api.nowhere": "from field_api import clock"}, "stands on no floor"),
        (
            {
                "field_api.store.a": "from field_api.store import b",
                "field_api.store.b": "from field_api.store import a",
            },
            "go round in a circle",
        ),
    ],
)
def test_a_forbidden_import_is_noticed(modules: dict[str, str], told: str) -> None:
    assert any(told in fault for fault in violations(modules)), violations(modules)


def test_an_import_of_a_lower_floor_is_allowed() -> None:
    assert violations({"field_api.shops.actions": "from field_api.interactions.actions import append"}) == []


def test_the_api_loads_no_heavy_library() -> None:
    program = f"import sys, field_api.cli; print([m for m in {TOO_HEAVY_FOR_THE_API!r} if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"


# What describes a person, by the names we give to such columns: without a tag it would escape export and erasure.
PERSONAL_NAMES = (
    "name",
    "email",
    "phone",
    "street",
    "postal",
    "birth",
    "note",
    "content",
    "latitude",
    "longitude",
    "secret",
    "hash",
)
NOT_PERSONAL = {
    "audit_entries.before_hash",
    "audit_entries.after_hash",
    # A shop is not a person, and its sign hangs over the street.
    "shops.name",
    "shops.street",
    "campaigns.name",
    "programmes.name",
    # For colleagues: where its QR code hangs.
    "enrolment_forms.name",
    # What a codebook calls an item or a construct.
    "insight_drivers.name",
}


def test_every_column_that_describes_a_person_says_how_critical_it_is_and_why_it_is_kept() -> None:
    untagged = [
        str(column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(name in column.name for name in PERSONAL_NAMES)
        and str(column) not in NOT_PERSONAL
        and not {"level", "purpose"} <= column.info.keys()
    ]
    assert untagged == []


def test_every_personal_tag_has_a_level_that_exists_and_a_purpose() -> None:
    tags = {
        str(column): column.info for table in Base.metadata.tables.values() for column in table.columns if column.info
    }
    assert tags
    assert [name for name, tag in tags.items() if tag["level"] not in range(5) or not tag["purpose"].strip()] == []
