"""What a code list is: the codes of one field with their labels; features declare theirs, `app.py` hands them over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast
from uuid import UUID, uuid5

from flask import Flask, current_app

# An entry has the same id in every installation, so that a list declared anew is no new list to a phone.
_NAMESPACE = UUID("b7b0332f-2679-51fd-a901-af58b63f6723")
_DECLARED = "CODE_LISTS"


class Label(NamedTuple):
    """What people call a code."""

    en: str
    fr: str


@dataclass(frozen=True)
class CodeList:
    """The codes of one field, in the order in which forms offer them.

    `name` is where the field stands in the documents that phones follow, such as "customers.contact_points.kind".
    """

    name: str
    labels: Mapping[str, Label]

    def rows(self) -> list[dict[str, Any]]:
        """The rows of this list as they stand in the database."""
        return [
            {
                "id": str(uuid5(_NAMESPACE, f"{self.name}/{code}")),
                "list": self.name,
                "code": code,
                "position": position,
                "label_en": label.en,
                "label_fr": label.fr,
            }
            for position, (code, label) in enumerate(self.labels.items())
        ]


def install(app: Flask, lists: Sequence[CodeList]) -> None:
    """Make the lists of this version known to the application."""
    app.config[_DECLARED] = tuple(lists)


def declared() -> Sequence[CodeList]:
    """The lists of this version."""
    return cast(Sequence[CodeList], current_app.config[_DECLARED])
