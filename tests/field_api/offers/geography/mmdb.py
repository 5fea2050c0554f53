"""Writes MaxMind databases of a few networks, for tests (https://maxmind.github.io/MaxMind-DB/, version 2.0)."""

import struct
from ipaddress import ip_network
from pathlib import Path
from typing import Any

_NODE = struct.Struct(">II")
# Whole numbers have a type by their width; readers want these in metadata.
_WIDTHS = {"node_count": (6, ">I"), "build_epoch": (9, ">Q")}


def write_mmdb(file: Path, entries: dict[str, Any]) -> Path:
    """A database of IPv4 networks, each with its record; none of them inside another."""
    tree: list[list[int | None]] = [[None, None]]
    data, starts = b"", {}
    for network, record in entries.items():
        starts[network] = len(data)
        data += _packed(record)
    ends = {network: _walk(tree, network) for network in entries}
    for network, (node, side) in ends.items():
        tree[node][side] = len(tree) + 16 + starts[network]
    nodes = b"".join(_NODE.pack(*(len(tree) if at is None else at for at in node)) for node in tree)
    metadata = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1_700_000_000,
        "database_type": "Test-City",
        "description": {"en": "A test"},
        "ip_version": 4,
        "languages": ["en"],
        "node_count": len(tree),
        "record_size": 32,
    }
    file.write_bytes(nodes + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + _packed(metadata))
    return file


def _walk(tree: list[list[int | None]], network: str) -> tuple[int, int]:
    """The node and side at which the network ends, making the nodes above it."""
    address = ip_network(network)
    bits = f"{int(address.network_address):032b}"[: address.prefixlen]
    node = 0
    for bit in map(int, bits[:-1]):
        below = tree[node][bit]
        if below is None:
            tree.append([None, None])
            below = tree[node][bit] = len(tree) - 1
        node = below
    return node, int(bits[-1])


def _packed(value: Any, name: str = "") -> bytes:
    """The data format: a control byte of type and size, then the value."""
    if isinstance(value, str):
        text = value.encode()
        return _control(2, len(text)) + text
    if isinstance(value, float):
        return _control(3, 8) + struct.pack(">d", value)
    if isinstance(value, int):
        kind, width = _WIDTHS.get(name, (5, ">H"))
        return _control(kind, struct.calcsize(width)) + struct.pack(width, value)
    if isinstance(value, dict):
        return _control(7, len(value)) + b"".join(_packed(key) + _packed(inner, key) for key, inner in value.items())
    return _control(11, len(value)) + b"".join(map(_packed, value))


def _control(kind: int, size: int) -> bytes:
    assert size < 29
    return bytes([kind << 5 | size]) if kind < 8 else bytes([size, kind - 7])
