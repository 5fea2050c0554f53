"""Networks with tables as BIF files, which pgmpy, pyAgrum, bnlearn, GeNIe and others open."""

import gzip
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pgmpy.factors.discrete import TabularCPD
from pgmpy.models import DiscreteBayesianNetwork
from pgmpy.readwrite import BIFReader, BIFWriter

_KEYWORDS = {"network", "variable", "probability", "property", "type", "discrete", "table", "default"}
_INTEGER = re.compile(r"-?\d+")


@dataclass(frozen=True, eq=False)
class Network:
    """A Bayesian network over discrete items.

    Attributes
    ----------
    names : tuple of str, one per item
    states : tuple of tuples of str
    parents : tuple of tuples of int
        Item numbers; the order is the order of the table's rows.
    tables : tuple of float64 arrays, shape (product of the parents' states, states of the item)
        P(state | parents), the first parent varying slowest.
    """

    names: tuple[str, ...]
    states: tuple[tuple[str, ...], ...]
    parents: tuple[tuple[int, ...], ...]
    tables: tuple[NDArray[np.float64], ...]


def bif_text(network: Network) -> str:
    """The network as BIF; the same network gives the same text.

    BIF knows letters, digits, `_` and `-`: accents are dropped from names and states, other characters become `_`,
    and what would become equal gets a number. Plain names and states come back unchanged.
    """
    return str(BIFWriter(as_pgmpy(network)))


def write_bif(network: Network, path: Path) -> None:
    """Write the network as a BIF file, see `bif_text`."""
    path.write_text(bif_text(network), encoding="utf-8")


def read_bif(path: Path) -> Network:
    """Read a BIF file (`.bif` or `.bif.gz`), probabilities to the last digit written."""
    packed = path.read_bytes()
    return network_from_bif(gzip.decompress(packed).decode() if path.suffix == ".gz" else packed.decode("utf-8"))


def classic_network(name: str) -> Network:
    """One of the networks that come with pgmpy: asia, alarm, insurance and more."""
    folder = files("pgmpy") / "utils" / "example_models"
    return network_from_bif(gzip.decompress((folder / f"{name}.bif.gz").read_bytes()).decode())


def network_from_bif(text: str) -> Network:
    """Parse BIF text; items come in the order of the file."""
    reader = BIFReader(string=text)
    names = tuple(reader.variable_names)
    return Network(
        names=names,
        states=tuple(tuple(reader.variable_states[name]) for name in names),
        parents=tuple(tuple(names.index(parent) for parent in reader.variable_parents[name]) for name in names),
        tables=tuple(np.ascontiguousarray(reader.variable_cpds[name].T) for name in names),
    )


def as_pgmpy(network: Network) -> DiscreteBayesianNetwork:
    """The network as pgmpy's model object, names and states as plain words."""
    names = plain_names(network.names)
    states = {name: plain_words(own) for name, own in zip(names, network.states, strict=True)}
    model = DiscreteBayesianNetwork()
    model.add_nodes_from(names)
    for name, parents, table in zip(names, network.parents, network.tables, strict=True):
        above = [names[parent] for parent in parents]
        model.add_edges_from((parent, name) for parent in above)
        model.add_cpds(
            TabularCPD(
                name,
                table.shape[1],
                table.T,
                evidence=above,
                evidence_card=[len(states[parent]) for parent in above],
                state_names={item: states[item] for item in (name, *above)},
            )
        )
    return model


def plain_names(texts: Iterable[str]) -> list[str]:
    """`plain_words` for items: pyAgrum takes a whole number for a state, but for no name."""
    return plain_words(f"_{text.strip()}" if _INTEGER.fullmatch(text.strip()) else text for text in texts)


def plain_words(texts: Iterable[str]) -> list[str]:
    """Words every BIF reader takes, all different even without regard to case."""
    words: list[str] = []
    for text in texts:
        word = first = _plain_word(text)
        number = 2
        while word.lower() in {other.lower() for other in words}:
            word, number = f"{first}_{number}", number + 1
        words.append(word)
    return words


def _plain_word(text: str) -> str:
    if _INTEGER.fullmatch(text):
        return text
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    word = re.sub(r"[^A-Za-z0-9_-]", "_", letters.strip()).lstrip("-") or "_"
    if word[0].isdigit():  # "0-3 days" would be read as a number that goes wrong.
        return f"_{word}"
    return f"{word}_" if word.lower() in _KEYWORDS else word
