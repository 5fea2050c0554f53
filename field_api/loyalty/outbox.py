"""Commands that a phone may have carried out without a network: what is refused of them reaches the rep.

They wait in the phone's outbox and come when it is back, so nobody may look at their answers. A refusal is kept among
those of the device until the rep has seen it, as that of any other edit (`sync/refusals.py`), or until the same command
counts after all. It is also the answer to its Idempotency-Key for good: a phone that did not hear it asks again, and
must not be told something else. Who wants to try once more sends the same command under another key.
"""

from collections.abc import Callable
from typing import Any

from flask import Response

from field_api.errors import Clash, Forbidden, Invalid, NotFound
from field_api.store.engine import AnySession
from field_api.sync import refusals
from field_api.sync.feed import savepoint
from field_api.sync.push import as_json
from field_api.web.identity import Principal
from field_api.web.problems import answer_of

ENROLMENTS, EARNINGS, SPENDS, LEASED_SPENDS = "enrolments", "point_earnings", "point_spends", "point_lease_spends"
# What no retry will change; a server that is full or a phone that asks too often may try once more.
_FINAL = (Clash, Forbidden, Invalid, NotFound)


def take(
    session: AnySession, principal: Principal, collection: str, told: dict[str, Any], command: Callable[[], Response]
) -> Response:
    """Carry out a command; if it is refused, keep what was told and give the problem as the answer.

    Whoever tells when it happened (`occurred_at`) tells of what has happened; so does whoever spends of a lease, for
    that was handed out before. Others wait for their answer, as tills always do, which have no list of refusals: what
    is refused them is raised, and nothing is kept.
    """
    has_happened = told["occurred_at"] is not None or collection == LEASED_SPENDS
    if not has_happened or principal.role == "service":
        return command()
    try:
        with savepoint(session):
            done = command()
    except _FINAL as reason:
        refusals.keep(session, principal, collection, as_json(told), reason)
        return answer_of(reason)
    refusals.take_back(session, principal, collection, told["id"])
    return done
