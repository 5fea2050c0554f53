"""The 20 nearest live offers for somebody, and whose fence holds here: beside PostGIS and Redis GEOSEARCH.

Same offers, same questions, same run, all from Python. Each question is put to all of them in turn, before the next one
is, so that whatever else the machine does disturbs them alike.
"""

import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from itertools import islice
from threading import Thread
from typing import Any

from field_api.geo import Position
from field_api.offers.around import Stored
from field_api.offers.places import role_bit
from field_api.offers.snapshot import remembered
from tests.benchmarks import offer_towns
from tests.benchmarks.map_rivals import PostGis, RedisGeo
from tests.benchmarks.map_servers import Redis, postgis, redis
from tests.benchmarks.map_stores import Asker, Store, cells_of

SIZES = (1_000, 100_000, 1_000_000)
RADII_M = {"within 10 km": 10_000.0, "within 25 km": 25_000.0}
FENCES = "fences"
WHAT = (*RADII_M, FENCES)
K = 20
QUESTIONS = 200
WARM_UP = 20
BATCH = 5_000
MEETS = {"at": offer_towns.AT, "roles": role_bit("client")}

POSTGIS, REDIS, SQLITE, COPY, POSTGRESQL = "PostGIS", "Redis", "SQLite", "copy in memory", "PostgreSQL"
# Ours, beside whom, how much of their time it may take, and for what.
TARGETS = (
    (SQLITE, POSTGIS, 0.7, WHAT),
    (SQLITE, REDIS, 1 / 3, RADII_M),
    (POSTGRESQL, POSTGIS, 1.0, WHAT),
    (COPY, POSTGIS, 0.2, RADII_M),
)
OURS = (SQLITE, COPY, POSTGRESQL)
GROWTH = 2.0

Medians = dict[tuple[str, str], float]


def main() -> None:
    """Print medians and 95th percentiles in ms, how many answers are PostGIS's, and each target with its ratio."""
    print(f"the {K} nearest live eligible offers, and whose fence holds here; {QUESTIONS} questions; ms, median (95 %)")
    print(f"{'offers':>9} {'':16}" + "".join(f"{what:>18}" for what in WHAT) + f"{'same':>7}")
    medians: dict[int, Medians] = {}
    with postgis() as url, redis() as connection:
        for name, found in (("PostGIS", url), ("Redis", connection)):
            if found is None:
                print(f"{name} is not installed here and is left out.")
        for size in SIZES:
            with ExitStack() as stack:
                medians[size] = _compare(size, _askers(stack, size, url, connection))
    _print_targets(medians)


def _askers(stack: ExitStack, size: int, url: str | None, connection: Redis | None) -> dict[str, Any]:
    """Whom to ask, all with the same offers."""
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    rivals: dict[str, Any] = {POSTGIS: PostGis(url, MEETS)} if url else {}
    rivals |= {REDIS: RedisGeo(connection, MEETS)} if connection else {}
    for batch in _batches(size):
        for rival in rivals.values():
            rival.keep(batch)
    # The server makes its fences while cells are made here.
    waiting = Thread(target=rivals[POSTGIS].finish if url else None)
    waiting.start()
    stores = {SQLITE: Store(f"sqlite:///{folder}/furet.sqlite")} | ({POSTGRESQL: Store(url)} if url else {})
    for batch in _batches(size):
        rows = cells_of(batch)
        for store in stores.values():
            store.keep(rows)
    waiting.join()
    sessions = {name: stack.enter_context(store.finish()) for name, store in stores.items()}
    maps = {name: Stored(session) for name, session in sessions.items()} | {COPY: remembered(sessions[SQLITE])}
    return rivals | {name: Asker(map_, MEETS) for name, map_ in maps.items()}


def _batches(size: int) -> Iterator[list[dict[str, Any]]]:
    made = offer_towns.offers(size)
    while batch := list(islice(made, BATCH)):
        yield batch


def _compare(size: int, askers: dict[str, Any]) -> Medians:
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    same: dict[str, list[bool]] = defaultdict(list)
    spots = offer_towns.positions(WARM_UP + QUESTIONS)
    for number, (spot, what) in enumerate((spot, what) for spot in spots for what in WHAT):
        answers = _answers(askers, spot, what, number)
        if number >= WARM_UP * len(WHAT):
            for own, (took, answer) in answers.items():
                taken[own, what].append(took)
                same[own].append(answer == answers.get(POSTGIS, (0.0, answer))[1])
    for own in askers:
        cells = (_said(taken[own, what]) if taken[own, what] else "" for what in WHAT)
        print(
            f"{size:>9,} {own:16}" + "".join(f"{cell:>18}" for cell in cells) + f"{statistics.mean(same[own]):>7.0%}",
            flush=True,
        )
    return {asked: statistics.median(took) for asked, took in taken.items() if took}


def _answers(askers: dict[str, Any], spot: Position, what: str, number: int) -> dict[str, tuple[float, set[str]]]:
    """Milliseconds and ids of each, asked in another order each time."""
    names = [own for own in askers if what != FENCES or own not in {REDIS, COPY}]
    answers = {}
    for own in (*names[number % len(names) :], *names[: number % len(names)]):
        ask = askers[own].fences if what == FENCES else partial(askers[own].near, radius_m=RADII_M[what], wanted=K)
        began = time.perf_counter()
        answer = ask(spot)
        answers[own] = (1_000 * (time.perf_counter() - began), set(answer))
    return answers


def _said(taken: list[float]) -> str:
    return f"{statistics.median(taken):.2f} ({statistics.quantiles(taken, n=20)[-1]:.2f})"


def _print_targets(medians: dict[int, Medians]) -> None:
    largest, before = SIZES[-1], SIZES[-2]
    print(f"targets at {largest:,} offers, of medians:")
    for own, rival, most, asked in TARGETS:
        for what in asked:
            if (rival, what) in medians[largest]:
                ratio = medians[largest][own, what] / medians[largest][rival, what]
                print(_target(f"{own} / {rival}, {what}", ratio, most))
    for own in OURS:
        for what in WHAT:
            if (own, what) in medians[largest]:
                ratio = medians[largest][own, what] / medians[before][own, what]
                print(_target(f"{own}, {what}, beside {before:,} offers", ratio, GROWTH))


def _target(what: str, ratio: float, most: float) -> str:
    return f"  {what:50}{ratio:>7.2f}   at most {most:.2f}   {'kept' if ratio <= most else 'MISSED'}"
