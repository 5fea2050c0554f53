"""The 20 nearest live offers for somebody, and whose fence holds here: beside PostGIS and Redis GEOSEARCH.

Same offers, same questions, same run, all from Python. Each question is put to all of them in turn, before the next one
is, so that whatever else the machine does disturbs them alike. `right` tells how many answers are those of brute force
over all offers, measured by the geodesic: of each of the three questions.
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
from tests.benchmarks.map_truth import Truth

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
    """Print medians and 95th percentiles in ms, how many answers are right, and each target with its ratio."""
    print(f"the {K} nearest live eligible offers, and whose fence holds here; {QUESTIONS} questions; ms, median (95 %)")
    print(f"{'offers':>9} {'':16}" + "".join(f"{what:>18}" for what in WHAT) + f"{'right':>18}")
    medians: dict[int, Medians] = {}
    with postgis() as url, redis() as connection:
        for name, found in (("PostGIS", url), ("Redis", connection)):
            if found is None:
                print(f"{name} is not installed here and is left out.")
        for size in SIZES:
            with ExitStack() as stack:
                askers = _askers(stack, size, url, connection)
                medians[size] = _compare(size, askers, _truth(size))
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


def _truth(size: int) -> Truth:
    truth = Truth(MEETS)
    for batch in _batches(size):
        truth.keep(batch)
    truth.finish()
    return truth


def _compare(size: int, askers: dict[str, Any], truth: Truth) -> Medians:
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    given: dict[tuple[str, str], list[set[str]]] = defaultdict(list)
    spots = offer_towns.positions(WARM_UP + QUESTIONS)
    for number, (spot, what) in enumerate((spot, what) for spot in spots for what in WHAT):
        answers = _answers(askers, spot, what, number)
        if number >= WARM_UP * len(WHAT):
            for own, (took, answer) in answers.items():
                taken[own, what].append(took)
                given[own, what].append(answer)
    # Asked for last, so that it disturbs nobody's caches.
    right = {what: [_right(truth, spot, what) for spot in spots[WARM_UP:]] for what in WHAT}
    for own in askers:
        cells = "".join(f"{_said(taken[own, what]) if (own, what) in taken else '':>18}" for what in WHAT)
        shares = (_share(given[own, what], right[what]) if (own, what) in given else "-" for what in WHAT)
        print(f"{size:>9,} {own:16}{cells}{' '.join(shares):>18}", flush=True)
    return {asked: statistics.median(took) for asked, took in taken.items()}


def _right(truth: Truth, spot: Position, what: str) -> set[str]:
    return truth.fences(spot) if what == FENCES else truth.near(spot, RADII_M[what], K)


def _share(given: list[set[str]], right: list[set[str]]) -> str:
    return f"{statistics.mean(one == other for one, other in zip(given, right, strict=True)):.0%}"


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
