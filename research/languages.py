"""The languages a report can be read in, and which text of a label to show."""

from collections.abc import Mapping
from typing import Literal, get_args

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def wording(label: Mapping[str, str], lang: str, name: str) -> str:
    """The text of a label in `lang`, else in any language there is, else the name of the thing itself."""
    return label.get(lang) or next((text for text in label.values() if text), name)
