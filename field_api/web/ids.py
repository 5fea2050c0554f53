"""Ids in requests: UUIDs in their usual 36 characters, kept in lower case."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


class IdField(fields.UUID):
    """A UUID of any version, read as canonical text; the braces and prefixes that Python would accept are refused."""

    def _validated(self, value: Any) -> Any:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise self.make_error("invalid_uuid")
        return value.lower()

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_rest: Any) -> Any:
        return self._validated(value)
