"""The network among constructs with its items as leaves: learned to foretell with, and as a file for other programs."""

import numpy as np
from numpy.typing import NDArray

from research.answers import Answers
from research.codebook import Codebook, state_text
from research.constructs import Constructs, Nodes
from research.learning.factor_chain import start_chain
from research.learning.factor_tables import FactorTables, fit_factor_tables
from research.networks.bif import Network, plain_names

Codes = NDArray[np.int8]


def learn_tables(answers: Answers, nodes: Nodes, seed: int) -> FactorTables:
    """Learn one network from the answers with their gaps, see `research.learning.factor_chain`."""
    down = _down(answers.codebook)
    codes = np.where(down & (answers.codes >= 0), answers.n_states - 1 - answers.codes, answers.codes).astype(np.int8)
    chain = start_chain(codes, answers.n_states, nodes.members, nodes.constraints, answers.scaled_weights, seed)
    return fit_factor_tables(chain, nodes.members, down)


def construct_network(constructs: Constructs, codebook: Codebook) -> Network:
    """The best network of a fit among constructs, to be written: items in the codebook's order, then constructs.

    A construct has levels "1" (lowest) to "7" that nobody observed; an item that reflects none stands among them.
    """
    nodes = constructs.nodes
    tables = fit_factor_tables(constructs.factor_network.chain, nodes.members, _down(codebook))
    return as_network(tables, nodes, codebook)


def as_network(tables: FactorTables, nodes: Nodes, codebook: Codebook) -> Network:
    """The arrays as a network with names."""
    hidden = [node for node, columns in enumerate(nodes.members) if len(columns) > 1]
    number = {node: len(codebook.names) + place for place, node in enumerate(hidden)}
    number |= {node: columns[0] for node, columns in enumerate(nodes.members) if len(columns) == 1}
    families = {
        number[node]: (tuple(number[parent] for parent in own), table)
        for node, (own, table) in enumerate(zip(tables.parents, tables.tables, strict=True))
    }
    n_levels = tables.n_levels
    for column, (node, item) in enumerate(zip(tables.node_of.tolist(), codebook.items, strict=True)):
        leaf = (number[node],), tables.items[column, : n_levels[node], : len(item.states)]
        families.setdefault(column, leaf)
    own_states = [tuple(map(state_text, item.states)) for item in codebook.items]
    levels = [tuple(str(level + 1) for level in range(n_levels[node])) for node in hidden]
    variables = range(len(families))
    return Network(
        names=(*codebook.names, *(nodes.names[node] for node in hidden)),
        states=(*own_states, *levels),
        parents=tuple(families[variable][0] for variable in variables),
        tables=tuple(families[variable][1] for variable in variables),
    )


def items_first(network: Network, codebook: Codebook) -> Network:
    """A network as it was read from a file, its variables as it was written: the codebook's items, then all others."""
    place = {name: number for number, name in enumerate(network.names)}
    order = [place[name] for name in plain_names(codebook.names)]
    order += sorted(set(place.values()) - set(order))
    moved = {number: new for new, number in enumerate(order)}
    return Network(
        names=(*codebook.names, *(network.names[number] for number in order[len(codebook.names) :])),
        states=tuple(network.states[number] for number in order),
        parents=tuple(tuple(moved[parent] for parent in network.parents[number]) for number in order),
        tables=tuple(network.tables[number] for number in order),
    )


def from_network(network: Network, codebook: Codebook) -> FactorTables:
    """The arrays of a network whose first variables are the codebook's items, see `items_first`.

    An item with one hidden cause and no effect is a leaf of that cause; every other variable is a node.
    """
    columns = range(len(codebook.names))
    causes = {parent for own in network.parents for parent in own}
    leaves = {
        variable: network.parents[variable][0]
        for variable in columns
        if variable not in causes
        and len(network.parents[variable]) == 1
        and network.parents[variable][0] not in columns
    }
    nodes = [variable for variable in range(len(network.names)) if variable not in leaves]
    number = {variable: node for node, variable in enumerate(nodes)}
    most = (max(len(own) for own in network.states),) * 2
    items = np.zeros((len(columns), *most))
    for column, variable in enumerate(columns):
        own = network.tables[variable] if variable in leaves else np.eye(len(network.states[variable]))
        items[column, : own.shape[0], : own.shape[1]] = own
    return FactorTables(
        parents=tuple(tuple(number[parent] for parent in network.parents[variable]) for variable in nodes),
        tables=tuple(network.tables[variable] for variable in nodes),
        node_of=np.array([number[leaves.get(variable, variable)] for variable in columns], np.int64),
        items=items,
    )


def _down(codebook: Codebook) -> NDArray[np.bool_]:
    return np.array([item.direction == "down" for item in codebook.items])
