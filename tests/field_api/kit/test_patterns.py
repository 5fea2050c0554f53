"""A pattern holds for the whole of a text, as JSON Schema means it and as the document of the API tells it."""

from pathlib import Path

import pytest
from marshmallow import ValidationError

import field_api
from field_api.web.patterns import CURRENCY, ONE_LINE, TIME_OF_DAY, Pattern

HERE = Path(field_api.__file__).parent


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (CURRENCY, "EUR\n"),
        (CURRENCY, "EURO"),
        (TIME_OF_DAY, "09:30\n"),
        (ONE_LINE, "Martin\n"),
        (ONE_LINE, ""),
        (Pattern(r"^\d\d$"), "1٢"),
        (Pattern("^a$|^b$"), "a\n"),
        (Pattern("a"), "ab"),
    ],
)
def test_what_goes_on_after_what_matches_is_refused(pattern: Pattern, text: str) -> None:
    with pytest.raises(ValidationError):
        pattern(text)


def test_a_text_that_matches_is_given_back_and_another_is_told_how_to_be_written() -> None:
    assert ONE_LINE("Élodie, 12 € à l’heure") == "Élodie, 12 € à l’heure"
    with pytest.raises(ValidationError, match="ISO 4217"):
        CURRENCY("eur")


def test_no_schema_matches_in_the_way_of_marshmallow() -> None:
    own = [file for file in HERE.rglob("*.py") if "Regexp" in file.read_text("utf-8")]
    assert [file.name for file in own] == ["patterns.py"]
