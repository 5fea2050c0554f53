"""Ids are read in their usual form and kept in lower case."""

import pytest
from marshmallow import ValidationError

from field_api.web.ids import IdField

OWN = "0198c1a2-77aa-7bcd-8eef-0123456789ab"


def test_an_id_is_kept_in_lower_case() -> None:
    assert IdField().deserialize(OWN.upper()) == OWN


@pytest.mark.parametrize("text", [OWN.replace("-", ""), f"{{{OWN}}}", f"urn:uuid:{OWN}", f"{OWN}\n", 7, ""])
def test_other_ways_to_write_an_id_are_refused(text: object) -> None:
    with pytest.raises(ValidationError):
        IdField().deserialize(text)
