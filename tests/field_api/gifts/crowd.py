"""One process of a crowd: threads that all order the same gift at once, each as often as it takes to have an answer.

Run as a module by `test_crowd.py`, with what to do as JSON on standard input; prints how many got one.
"""

import json
import random
import sys
import threading
import time
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from field_api.app import create_app
from field_api.errors import Clash
from field_api.gifts import ordering
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM


def main() -> None:
    """Order at `start_at` (seconds since the epoch), one thread for each of the members, and give some up again."""
    told = json.load(sys.stdin)
    app = create_app()
    got: list[str] = []
    threads = [threading.Thread(target=_order, args=(app, told, one, got)) for one in told["members"]]
    time.sleep(max(0.0, told["start_at"] - time.time()))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(got))


def _order(app: Flask, told: dict[str, Any], member_id: str, got: list[str]) -> None:
    with app.app_context():
        for _ in range(told["rounds"]):
            own = new_id()
            if not _done(lambda own=own: ordering.order(db.session, THE_SYSTEM, member_id, _of(told, own))):
                continue
            if random.random() < told["giving_up"]:
                _done(lambda own=own: ordering.cancel(db.session, THE_SYSTEM, own, {"id": new_id()}))
            else:
                got.append(own)


def _of(told: dict[str, Any], own: str) -> dict[str, Any]:
    return {"id": own, "gift_id": told["gift_id"]}


def _done(use_case: Any) -> bool:
    while True:
        try:
            with writing(db.session):
                use_case()
        except Clash:
            return False
        except (OperationalError, PoolTimeout):
            # Busy, as a client would be told by 503: the very same operation again.
            db.session.remove()
            time.sleep(random.uniform(0.01, 0.2))
        else:
            return True


if __name__ == "__main__":
    main()
