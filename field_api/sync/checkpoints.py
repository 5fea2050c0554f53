"""How far a phone has come, written as one short text that only we can write and only its owner can use.

The text is `schema.epoch.lanes.mark`, of characters that need no escaping in a URL. A lane is `lane-generation-seq`
while its grant lasts; once it ended, `lane-generation-x` when its documents were taken back, and
`lane-generation-x<id>` while that is going on, after the document of that id.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from field_api.errors import Fault, Invalid
from field_api.sync.epochs import PresentEpoch

LONGEST = 7000
_SHAPE = re.compile(
    r"(?P<schema>\d{1,6})\.(?P<epoch>[0-9a-f]{8})\.(?P<lanes>(?:_?\d{1,10}-\d{1,10}-(?:\d{1,18}|x[0-9a-f]{0,32}))*)"
    r"\.(?P<mark>[0-9a-f]{16})"
)


@dataclass(frozen=True)
class Position:
    """How far a phone is in one lane: up to `seq`; or, when `left`, after which id it is taken back (None: all is)."""

    generation: int
    seq: int = 0
    left: bool = False
    after: str | None = None


@dataclass(frozen=True)
class Checkpoint:
    """What a phone has. `known` is false for one that starts with nothing, and so has nothing to take back."""

    known: bool = False
    lanes: Mapping[int, Position] = field(default_factory=dict)


def write(epoch: PresentEpoch, reader: str, schema: int, lanes: Mapping[int, Position]) -> str:
    """The text for a phone of `reader` (who, and which collection)."""
    told = f"{schema}.{epoch.epoch}.{'_'.join(_lane(lane_id, at) for lane_id, at in lanes.items())}"
    return f"{told}.{_mark(epoch, reader, told)}"


def read(text: str | None, epoch: PresentEpoch, reader: str, schema: int) -> Checkpoint:
    """What the phone has. One of another epoch or schema counts for nothing but that the phone has something.

    Raises Invalid for a text that we did not write, or wrote for somebody else or for another collection.
    """
    if text is None:
        return Checkpoint()
    shape = _SHAPE.fullmatch(text) if len(text) <= LONGEST else None
    if shape is None:
        raise _refused("It is not a checkpoint; send the `position` of the last answer, or none to start again.")
    if shape["epoch"] != epoch.epoch:
        return Checkpoint(known=True)
    if shape["mark"] != _mark(epoch, reader, text.rpartition(".")[0]):
        raise _refused("It was not written for you and this collection; start again without it.")
    if int(shape["schema"]) != schema:
        return Checkpoint(known=True)
    return Checkpoint(True, dict(_read_lane(one) for one in shape["lanes"].split("_") if one))


def _refused(told: str) -> Invalid:
    return Invalid("The checkpoint cannot be used.", Fault("checkpoint", told, parameter=True))


def _lane(lane_id: int, at: Position) -> str:
    if not at.left:
        return f"{lane_id}-{at.generation}-{at.seq}"
    return f"{lane_id}-{at.generation}-x{(at.after or '').replace('-', '')}"


def _read_lane(text: str) -> tuple[int, Position]:
    lane_id, generation, seq = text.split("-")
    if not seq.startswith("x"):
        return int(lane_id), Position(int(generation), int(seq))
    after = "-".join((seq[1:9], seq[9:13], seq[13:17], seq[17:21], seq[21:])) if len(seq) > 1 else None
    return int(lane_id), Position(int(generation), left=True, after=after)


def _mark(epoch: PresentEpoch, reader: str, told: str) -> str:
    return blake2b(f"{reader} {told}".encode(), key=epoch.key, digest_size=8).hexdigest()
