"""Writes PNG files (ISO/IEC 15948), as far as bars and icons need them."""

import zlib
from struct import pack

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGBA = 0, 6


def write(width: int, rows: list[bytes], colour_type: int, bit_depth: int = 8) -> bytes:
    """A picture of these rows, each packed as the colour type and the depth ask."""
    header = pack(">IIBBBBB", width, len(rows), bit_depth, colour_type, 0, 0, 0)
    # Filter 0 before each row: none.
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
