"""What time does to cards: notices are written, and forms that nobody confirmed are forgotten."""

from typing import Any

from field_api import clock
from field_api.cards import notices, web_enrolling
from field_api.reps.company import company, is_quiet
from field_api.store.engine import AnySession
from field_api.store.worker import Recurring

TELL = Recurring("cards.tell", every_s=3600)
FORGET = Recurring("cards.forget", every_s=3600)
RECURRING = (TELL, FORGET)


def tell(session: AnySession, _payload: dict[str, Any]) -> None:
    """Write to members about points that end and about last month; in quiet hours, the next run does."""
    if is_quiet(company(session)[0], clock.now()):
        return
    notices.tell_of_expiry(session)
    notices.tell_of_statements(session)


def forget(session: AnySession, _payload: dict[str, Any]) -> None:
    """Forget what was told in forms whose links have ended."""
    web_enrolling.forget_ended(session)
