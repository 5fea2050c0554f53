"""What must hold of the code lists."""

from collections.abc import Sequence

from field_api.code_lists.actions import standing, unlike
from field_api.code_lists.lists import declared
from field_api.store.checks import Check
from field_api.store.engine import AnySession


def _of_another_version(session: AnySession) -> Sequence[str]:
    found = standing(session)
    told = [row or found[own] for own, row in unlike(found, declared()).items()]
    return [f"{one['list']}: phones are told otherwise of {one['code']!r}; restart Furet." for one in told]


CHECKS = (Check("the code lists are those of this version", _of_another_version),)
