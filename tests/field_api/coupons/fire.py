"""One process of a crowd: threads that all redeem at once, each as often as it takes until it has an answer.

Run as a module by `test_fire.py`, with the orders as JSON on standard input; prints how often each target was redeemed.
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
from field_api.coupons import life
from field_api.errors import Clash
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM


def main() -> None:
    """Fire at the targets in the order given, from `threads` threads, at `start_at` seconds since the epoch."""
    orders = json.load(sys.stdin)
    app = create_app()
    won: list[str] = []
    threads = [threading.Thread(target=_fire, args=(app, orders, number, won)) for number in range(orders["threads"])]
    time.sleep(max(0.0, orders["start_at"] - time.time()))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({name: won.count(name) for name in orders["targets"]}))


def _fire(app: Flask, orders: dict[str, Any], number: int, won: list[str]) -> None:
    """Redeem one coupon of each target: everybody's where there is one code, each thread's own where there are many."""
    with app.app_context():
        for name, codes in orders["targets"].items():
            code = codes[(orders["first"] + number) % len(codes)]
            if _redeemed(code):
                won.append(name)


def _redeemed(code: str) -> bool:
    told = {"id": new_id(), "code": code, "channel": "shop"}
    while True:
        try:
            with writing(db.session):
                life.redeem(db.session, THE_SYSTEM, told)
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
