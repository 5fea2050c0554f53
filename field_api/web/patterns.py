"""Patterns of texts in requests, read alike by us and by whoever reads the document of the API."""

import re
from typing import Any

from marshmallow import ValidationError, validate


class Pattern(validate.Regexp):
    """What the whole text must be, by the patterns of JSON Schema (ECMA-262).

    To Python's own `match`, `$` also stands before a line's end and `\\d` is any digit of any script.
    """

    def __init__(self, regex: str, told: str | None = None) -> None:
        """`told` is how one writes it right."""
        super().__init__(regex, re.ASCII, error=told)

    def __call__(self, value: Any) -> Any:
        """Raises ValidationError."""
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


ONE_LINE = Pattern(r"^[^\x00-\x1f]+$", "Write one line, without control characters.")
COUNTRY = Pattern(r"^[A-Z]{2}$", "Write the two letters of ISO 3166, as in FR.")
CURRENCY = Pattern(r"^[A-Z]{3}$", "Write the code of ISO 4217, as in EUR.")
TIME_OF_DAY = Pattern(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", "Write a time of day as in 09:30.")
