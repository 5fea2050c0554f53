"""The laws of the books, as `furet check` holds them."""

from field_api.points.checks import CHECKS
from field_api.store.engine import AnySession


def broken(session: AnySession) -> list[str]:
    """What breaks a law, each in a sentence."""
    return [told for check in CHECKS for told in check.find(session)]
