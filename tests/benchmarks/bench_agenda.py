"""What the agenda costs with 2,000 and 10,000 events: a put, a change since a token, a month, and the way of a change
to another open client. Below the routes, so that nothing but the agenda is timed.

    python -m tests.benchmarks bench_agenda
"""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import median, quantiles

from flask import Flask
from sqlalchemy import insert

from field_api.agenda import calendars, changes, demo, objects, windows
from field_api.agenda.calendars import KnownCalendar, calendar_row
from field_api.agenda.models import calendars as calendars_table
from field_api.agenda.models import objects as objects_table
from field_api.app import COLLECTIONS, create_app
from field_api.store.base import Base, db
from field_api.store.engine import writing
from field_api.sync import feed
from field_api.sync.streams import Switchboard
from field_api.web.identity import Principal
from tests.conftest import settings_for
from tests.field_api.agenda.texts import event
from tests.field_api.people import make_user

SIZES = (2_000, 10_000)
ROUNDS = 30
BEGIN = datetime(2025, 3, 3, tzinfo=UTC)
MARCH = {"from_at": datetime(2026, 3, 1, tzinfo=UTC), "until_at": datetime(2026, 4, 1, tzinfo=UTC)}


def main() -> None:
    """Print one line a size."""
    print("events   put ms   delta ms   token ms   month ms (occurrences)   heard by another client, p50 / p95 ms")
    for size in SIZES:
        with _agenda(size) as (app, rep, agenda):
            put = _timed(lambda number: _put(rep, agenda, number))
            token = changes.token_of(db.session, agenda)
            _put(rep, agenda, 0)
            delta = _timed(partial(_delta, rep, agenda, token))
            poll = _timed(lambda _: changes.token_of(db.session, agenda))
            month = _timed(lambda _: windows.occurrences(db.session, rep, MARCH))
            found = len(windows.occurrences(db.session, rep, MARCH))
            heard = _heard(app, rep, agenda)
            print(
                f"{size:6} {put:8.2f} {delta:10.2f} {poll:10.2f} {month:10.1f} ({found}) "
                f"{median(heard):24.0f} / {quantiles(heard, n=20)[-1]:.0f}"
            )


@contextmanager
def _agenda(size: int) -> Iterator[tuple[Flask, Principal, KnownCalendar]]:
    """An agenda of two years: one event in twenty is a series of a hundred weeks."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder), f"sqlite:///{folder}/bench.sqlite"))
        with app.app_context():
            Base.metadata.create_all(db.engine)
            rep = Principal(id=make_user(db.session).id, role="rep")
            stamps = {"version": 1, "created_at": BEGIN, "updated_at": BEGIN}
            with writing(db.session):
                db.session.execute(insert(calendars_table), [calendar_row(rep.id, demo.ZONE_NAME) | stamps])
                rows = [row | stamps for row in _rows(rep.id, size)]
                db.session.execute(insert(objects_table), rows)
                for one in COLLECTIONS:
                    if one.name.endswith("appointments"):
                        feed.fill(db.session, one)
            yield app, rep, calendars.agenda_of(db.session, rep.id)
            db.session.remove()
            db.engine.dispose()


def _rows(rep_id: str, size: int) -> Iterator[dict[str, object]]:
    rng, facts = Random(1), dict.fromkeys(("customer_id", "place_id", "purpose"))
    for number in range(size):
        start = BEGIN.replace(tzinfo=None) + timedelta(days=rng.randrange(730), hours=rng.randrange(7, 18))
        told = demo.told_of(f"Event {number}", start, 45)
        if number % 20:
            yield demo.single(rng, rep_id, told | {"location": None}, BEGIN) | facts
        else:
            yield demo.projected(rng, rep_id, told | {"rule": "FREQ=WEEKLY;COUNT=100"}, BEGIN)


def _put(rep: Principal, agenda: KnownCalendar, number: int) -> None:
    with writing(db.session):
        text = event("bench", SUMMARY=f"Version {number} of {time.perf_counter_ns()}")
        objects.put_object(db.session, rep, agenda, "bench.ics", text)


def _delta(rep: Principal, agenda: KnownCalendar, token: str, _number: int) -> None:
    told = changes.changes_since(db.session, rep, agenda, token)
    if len(told.changed) != 1:
        raise RuntimeError(f"One object was changed, and {len(told.changed)} are told.")


def _timed(act: Callable[[int], object]) -> float:
    """Median of some rounds, in milliseconds."""
    took = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        act(number)
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _heard(app: Flask, rep: Principal, agenda: KnownCalendar) -> list[float]:
    """How long after its commit a put of one client is heard by another's stream, in milliseconds."""
    listener = Switchboard(4).open(db.engine, rep)
    listener.wait(5)
    time.sleep(1)
    took = []
    for number in range(ROUNDS):
        listener.wait(0)
        done = threading.Event()
        heard_at = [0.0]

        def wait(done: threading.Event = done, heard_at: list[float] = heard_at) -> None:
            while not done.is_set():
                if "appointments" in (listener.wait(5) or ()):
                    heard_at[0] = time.perf_counter()
                    done.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        _put(rep, agenda, number)
        committed = time.perf_counter()
        waiting.join()
        took.append(max(heard_at[0] - committed, 0) * 1000)
        time.sleep(Random(number).random() / 10)
    listener.end()
    return took


if __name__ == "__main__":
    main()
