"""Finding a customer by the beginnings of names, beside reading one by its id, as the customer base grows."""

import os
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient

from field_api.app import create_app
from field_api.customers.demo import DemoCustomer, fill, id_at
from field_api.settings import read_settings
from field_api.store import schema
from field_api.store.base import db
from field_api.store.engine import writing
from tests.field_api import people

SIZES = (10_000, 100_000, 1_000_000)
TERRITORIES = 12
REPEATS = 300
SYLLABLES = [
    "ber",
    "mar",
    "du",
    "le",
    "fé",
    "vi",
    "gau",
    "thi",
    "ro",
    "li",
    "mo",
    "ne",
    "sa",
    "pé",
    "gi",
    "lam",
    "bé",
    "ran",
    "chau",
    "vet",
    "del",
    "cour",
]
TOWNS = ["Lyon", "Nantes", "Lille", "Brest", "Dijon", "Tours", "Reims", "Nancy", "Metz", "Caen"]


def main() -> None:
    """Print medians in milliseconds, in process (no socket), and how each grows with the customer base."""
    print(f"SQLite, {TERRITORIES} territories, median of {REPEATS} calls by the test client, in ms")
    print(f"{'customers':>10}{'file MB':>9}{'read':>8}{'prefix, rep':>13}{'prefix, admin':>15}{'two words, admin':>18}")
    for size in SIZES:
        with _filled(size) as (client, rep, admin, ids, megabytes):
            read = _median_ms(client, rep, [f"/v1/customers/{one}" for one in ids])
            mine = _median_ms(client, rep, [f"/v1/customers?q={word}" for word in SYLLABLES])
            every = _median_ms(client, admin, [f"/v1/customers?q={word}" for word in SYLLABLES])
            two = _median_ms(
                client, admin, [f"/v1/customers?q={one}+{other}" for one in SYLLABLES[:6] for other in SYLLABLES[6:9]]
            )
            print(f"{size:>10,}{megabytes:>9}{read:>8.2f}{mine:>13.2f}{every:>15.2f}{two:>18.2f}", flush=True)


def _median_ms(client: FlaskClient, token: str, targets: list[str]) -> float:
    taken = []
    for number in range(REPEATS):
        began = time.perf_counter()
        answer = client.get(targets[number % len(targets)], headers=people.bearer(token))
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{targets[number % len(targets)]} answered {answer.status_code}")
    return statistics.median(taken)


@contextmanager
def _filled(size: int) -> Iterator[tuple[FlaskClient, str, str, list[str], int]]:
    with tempfile.TemporaryDirectory() as folder:
        environ = {"FURET_HOME": folder, "FURET_SECRET": secrets.token_hex(32), "FURET_FLOOD_LIMIT": "100000000/minute"}
        app = create_app(read_settings(environ))
        with app.app_context():
            schema.upgrade(db.engine)
            territories = [people.make_territory(db.session, f"Sector {n}") for n in range(TERRITORIES)]
            rep = people.token_for(db.session, people.make_user(db.session, "rep", territories[:1]))
            admin = people.token_for(db.session, people.make_user(db.session, "admin"))
            sectors = [one.id for one in territories]
            ids = _fill(size, sectors)
        yield app.test_client(), rep, admin, ids, os.path.getsize(Path(folder) / "furet.sqlite") // 2**20
        with app.app_context():
            db.engine.dispose()


def _fill(size: int, sectors: list[str]) -> list[str]:
    """Write the customers; gives ids of some in the first sector."""
    rng, seen = random.Random(1), []
    said: Callable[[int, int], None] = lambda done, total: None  # noqa: E731 - the table is the only output
    with writing(db.session):
        fill(db.session, rng, _customers(rng, size, sectors, seen), size, said)
    return seen[:100]


def _customers(rng: random.Random, size: int, sectors: list[str], seen: list[str]) -> Iterator[DemoCustomer]:
    began = datetime(2024, 1, 1, tzinfo=UTC)
    for number in range(size):
        at = began + timedelta(seconds=60 * number % (700 * 86400))
        one = DemoCustomer(
            id=id_at(rng, at),
            territory_id=rng.choice(sectors),
            kind="person",
            name="".join(rng.choices(SYLLABLES, k=3)).capitalize(),
            given_name="".join(rng.choices(SYLLABLES, k=2)).capitalize(),
            roles=[("prospect", at)],
            first_touch_source="phone",
            town=rng.choice(TOWNS),
        )
        if one.territory_id == sectors[0] and len(seen) < 100:
            seen.append(one.id)
        yield one
