"""How far searches from hereabouts had to look: the next one begins there and asks nobody how densely offers lie.

What is remembered tells no more than where to begin, so that nothing is wrong when it is out of date: a search that
begins too near or too far takes one more step, and corrects what is remembered.
"""

from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from field_api.geo import Position
from field_api.offers.cells import cell_at

# The height of a neighbourhood is 7 cm doubled so many times, some 600 m.
SIZE = 13
# Offers at one neighbour's may lie a little farther off.
MARGIN = 1.3
# Less than a megabyte; when it is full it begins anew.
MOST = 4_096

# Of roles, a number of offers and a neighbourhood the metres to the last of them.
Reaches = dict[tuple[int, int, int], float]

_of_engine: "WeakKeyDictionary[Engine, Reaches]" = WeakKeyDictionary()
_lock = Lock()


def reaches_of(engine: Engine) -> Reaches:
    """What this process remembers of one database."""
    with _lock:
        return _of_engine.setdefault(engine, {})


def known_reach_m(reaches: Reaches, roles: int, wanted: int, here: Position) -> float | None:
    """How far to look for so many offers; None where nobody looked from hereabouts before."""
    reach_m = reaches.get((roles, wanted, _neighbourhood(here)))
    return None if reach_m is None else MARGIN * reach_m


def remember_reach(reaches: Reaches, roles: int, wanted: int, here: Position, reach_m: float) -> None:
    """Keep how far it was to so many offers."""
    if len(reaches) >= MOST:
        reaches.clear()
    reaches[roles, wanted, _neighbourhood(here)] = reach_m


def _neighbourhood(here: Position) -> int:
    return cell_at(here.lat, here.lon) >> 2 * SIZE
