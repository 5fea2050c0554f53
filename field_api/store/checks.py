"""What a data check is: an invariant with a name, and a way to find what breaks it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from field_api.store.engine import AnySession


@dataclass(frozen=True)
class Check:
    """An invariant of the data. `find` gives a sentence for each row that breaks it; none means that it holds."""

    name: str
    find: Callable[[AnySession], Sequence[str]]
