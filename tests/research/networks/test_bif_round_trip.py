"""Networks go to BIF and come back to the last digit, whatever the items are called."""

import subprocess
import sys

import numpy as np
import pytest

from research.networks.bif import Network, bif_text, classic_network, network_from_bif, plain_words, read_bif, write_bif
from research.networks.oracles import eliminate


@pytest.mark.parametrize("name", ["asia", "alarm", "insurance"])
def test_classic_networks_come_back_exactly(name, tmp_path):
    network = classic_network(name)
    write_bif(network, tmp_path / "network.bif")
    assert_same(read_bif(tmp_path / "network.bif"), network)


def test_a_network_with_awkward_numbers_comes_back_exactly():
    rng = np.random.default_rng(1)
    tables = (rng.dirichlet([1e-3, 1, 1], 1), rng.dirichlet([0.01, 1], 3), rng.dirichlet([1, 1, 1, 1], 6))
    tables[0][0] = [1e-12, 1 / 3, 1 - 1 / 3 - 1e-12]
    network = Network(
        ("c", "b", "a"), (("1", "2", "3"), ("no", "yes"), ("-1", "0", "1", "2")), ((), (0,), (1, 0)), tables
    )
    assert_same(network_from_bif(bif_text(network)), network)
    assert bif_text(network_from_bif(bif_text(network))) == bif_text(network)


def test_names_no_reader_takes_become_plain_and_stay_different():
    texts = ["q 1", "q_1", "Q_1", "été", "table", "-3", "1.5", "-", "très bon (5)"]
    words = plain_words(texts)
    assert words[0] == "q_1"
    assert words[5] == "-3"
    assert words[3] == "ete"
    assert len({word.lower() for word in words}) == len(texts)


def test_pyagrum_opens_the_file(tmp_path):
    table, eye = np.array([[0.25, 0.75]]), np.eye(2)
    states = (("1", "2"), ("non !", "oui"), ("0-3 days", "1e5"), ("-3", "3a"))
    network = Network(("très bon", "table", "12", "1-2"), states, ((), (0,), (0,), (2,)), (table, eye, eye, eye))
    write_bif(network, tmp_path / "network.bif")
    # In a process of its own: pyAgrum's import crashes where warnings are errors.
    script = (
        f"import pyagrum; network = pyagrum.loadBN({str(tmp_path / 'network.bif')!r}); "
        "print(sorted(network.names()), network.cpt('tres_bon').tolist())"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == "['_1-2', '_12', 'table_', 'tres_bon'] [0.25, 0.75]"


def test_pgmpys_elimination_of_a_small_network_is_bayes_rule():
    tables = (np.array([[0.3, 0.7]]), np.array([[0.9, 0.1], [0.2, 0.8]]))
    network = Network(("a", "b"), (("x", "y"), ("x", "y")), ((), (0,)), tables)
    expected = np.array([0.3 * 0.1, 0.7 * 0.8])
    np.testing.assert_allclose(eliminate(network, 0, {1: 1}), expected / expected.sum(), atol=1e-12)


def assert_same(network, other):
    place = [network.names.index(name) for name in other.names]
    for item, at in enumerate(place):
        assert network.states[at] == other.states[item]
        assert [network.names[parent] for parent in network.parents[at]] == [
            other.names[parent] for parent in other.parents[item]
        ]
        np.testing.assert_array_equal(network.tables[at], other.tables[item])
