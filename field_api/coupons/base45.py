"""Base45 (RFC 9285): bytes as the 45 characters that a QR code keeps in its alphanumeric mode, two bytes in three."""

from struct import unpack

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

# Every number of two characters, the lower place first: looked up, they cost a third of what dividing does.
_PAIRS = tuple(low + high for high in ALPHABET for low in ALPHABET)
_OF_PAIRS = {pair: number for number, pair in enumerate(_PAIRS)}
_OF_THIRDS = {"": 0} | {third: len(_PAIRS) * value for value, third in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Three characters for two bytes, two for a last single one (RFC 9285, section 4)."""
    whole = len(data) // 2
    written = [
        _PAIRS[number % len(_PAIRS)] + ALPHABET[number // len(_PAIRS)]
        for number in unpack(f">{whole}H", data[: 2 * whole])
    ]
    return "".join([*written, *(_PAIRS[last] for last in data[2 * whole :])])


def decode(text: str) -> bytes:
    """The bytes of a text. Raises ValueError for what `encode` does not write."""
    data = bytearray()
    for start in range(0, len(text), 3):
        pair, third = text[start : start + 2], text[start + 2 : start + 3]
        try:
            data += (_OF_PAIRS[pair] + _OF_THIRDS[third]).to_bytes(1 + len(third))
        except (KeyError, OverflowError):
            raise ValueError("This is not base45.") from None
    return bytes(data)
