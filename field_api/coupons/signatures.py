"""What stands in a coupon's QR code: its claims under an Ed25519 signature (RFC 8032), which a phone verifies offline.

The text is `FC1:` and 100 bytes in base45, which together fill a QR code of version 6 with error correction M to its
last character. The bytes, numbers with the highest byte first:

    2   id of the key: the first bytes of the SHA-256 of the public key
    8   four flags (the lowest: a customer's own coupon) and the twelve characters of the code, five bits each
    16  id of the offer
    4   from when on it can be used, in seconds since 1970
    4   until when, exclusively; all bits set: until further notice
    2   mark of the customer: the first bytes of the SHA-256 of their id, and zeros on a coupon of nobody's
    64  the signature over `FC1:` and the 36 bytes before

It says what was true when the coupon was printed. What has become of the coupon since, the server alone knows.
`sync/client/furet-coupons.mjs` reads it on the phone.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from math import ceil, floor
from struct import Struct
from struct import error as StructError  # noqa: N812 - it is an error by its nature, not by its name
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from field_api.coupons import base45, codes

PREFIX = "FC1:"
PERSONAL = 1
UNTIL_FURTHER_NOTICE = 2**32 - 1
NO_MARK = b"\0\0"
QR_VERSION, QR_ERROR_CORRECTION = 6, "M"

CLAIMS = Struct(">2sQ16sII2s")
LONGEST_TOLD = 154
PATTERN = rf"{codes.PATTERN}|^{PREFIX}[0-9A-Z $%*+\-./:]{{{LONGEST_TOLD - len(PREFIX)}}}$"
_CODE_BITS = 5 * codes.LENGTH


@dataclass(frozen=True)
class Claims:
    """What a signature says of a coupon; `code` is as it is kept, without its groups."""

    code: str
    offer_id: str
    starts_at: datetime
    ends_at: datetime | None
    customer_id: str | None


@dataclass(frozen=True)
class SigningKey:
    """A key pair; `id` finds the public half among those that a phone holds."""

    private: Ed25519PrivateKey
    public: bytes

    @property
    def id(self) -> bytes:
        """Two bytes by which the key is named in a signed text."""
        return sha256(self.public).digest()[:2]


@lru_cache(maxsize=8)
def signing_keys(secret: bytes, numbers: tuple[int, ...]) -> tuple[SigningKey, ...]:
    """The keys of these numbers, derived from the service's secret (HKDF, RFC 5869); the first one signs."""
    return tuple(_derived(secret, number) for number in numbers)


def _derived(secret: bytes, number: int) -> SigningKey:
    seed = HKDF(SHA256(), 32, salt=None, info=f"furet coupon signatures {number}".encode()).derive(secret)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return SigningKey(private, private.public_key().public_bytes_raw())


def sign(key: SigningKey, claims: Claims) -> str:
    """The text of a coupon's QR code."""
    body = CLAIMS.pack(
        key.id,
        (PERSONAL if claims.customer_id else 0) << _CODE_BITS | _number_of(claims.code),
        UUID(claims.offer_id).bytes,
        # Rounded so that it never holds at a moment at which the coupon does not.
        _seconds(ceil(claims.starts_at.timestamp())),
        UNTIL_FURTHER_NOTICE if claims.ends_at is None else _seconds(floor(claims.ends_at.timestamp())),
        mark_of(claims.customer_id),
    )
    return PREFIX + base45.encode(body + key.private.sign(PREFIX.encode() + body))


def read_code(told: str) -> str:
    """The code as it is kept, from what somebody typed, read out or scanned. Raises codes.Misread.

    Of a scanned text only the code counts: what else it says, the server knows better.
    """
    if not told.startswith(PREFIX):
        return codes.read(told)
    try:
        _, numbers, *_ = CLAIMS.unpack_from(base45.decode(told.removeprefix(PREFIX)))
    except (ValueError, StructError):
        raise codes.Misread("This is no text of a coupon.") from None
    places = range(_CODE_BITS - 5, -1, -5)
    return codes.read("".join(codes.ALPHABET[numbers >> place & 31] for place in places))


def _seconds(since_1970: int) -> int:
    """The same, or the first or last second that there is room for: the last ones are those of February 2106."""
    return min(max(since_1970, 0), UNTIL_FURTHER_NOTICE - 1)


def _number_of(code: str) -> int:
    number = 0
    for character in code:
        number = number << 5 | codes.ALPHABET.index(character)
    return number


def mark_of(customer_id: str | None) -> bytes:
    """Two bytes that tell customers apart without saying who they are."""
    return NO_MARK if customer_id is None else sha256(customer_id.encode()).digest()[:2]
