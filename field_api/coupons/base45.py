"""Base45 (RFC 9285): bytes as the 45 characters that a QR code keeps in its alphanumeric mode, two bytes in three."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Three characters for two bytes, two for a last single one (RFC 9285, section 4)."""
    written = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair)
        for _ in range(len(pair) + 1):
            number, value = divmod(number, 45)
            written.append(ALPHABET[value])
    return "".join(written)


def decode(text: str) -> bytes:
    """The bytes of a text. Raises ValueError for what `encode` does not write."""
    data = bytearray()
    for start in range(0, len(text), 3):
        triple = text[start : start + 3]
        if len(triple) == 1 or any(character not in _VALUES for character in triple):
            raise ValueError("This is not base45.")
        number = sum(_VALUES[character] * 45**place for place, character in enumerate(triple))
        if number >> 8 * (len(triple) - 1):
            raise ValueError("This is not base45.")
        data += number.to_bytes(len(triple) - 1)
    return bytes(data)
