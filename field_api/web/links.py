"""Links that stand for themselves: an id and a number under an HMAC, so that nobody can make or guess one.

Who holds the link holds what it opens; there is no account. The number is kept beside the row that the id names, and
raising it makes every earlier link void. The text is 34 bytes in base64url:

    16  the id
    2   the number, highest byte first
    16  the first half of the HMAC-SHA256 of purpose, id and number, by the service's secret
"""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from field_api.errors import NotFound

LENGTH = 46
# The column that keeps it has two bytes, and a sign.
HIGHEST_NUMBER = 2**15 - 1
_MAC_BYTES = 16


def sign(secret: bytes, purpose: str, own_id: str, number: int = 0) -> str:
    """The text that stands for this id and number; for another purpose it is void."""
    told = UUID(own_id).bytes + number.to_bytes(2)
    return urlsafe_b64encode(told + _mac(secret, purpose, told)).rstrip(b"=").decode()


def read(secret: bytes, purpose: str, text: str) -> tuple[str, int]:
    """The id and the number. Raises NotFound for every text that was not signed here for this purpose."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"==") if len(text) == LENGTH else b""
    except (binascii.Error, UnicodeEncodeError):
        raw = b""
    told, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    # Base64 has spellings that decode alike; only the one that was given out is a link.
    if len(told) != 18 or not hmac.compare_digest(mac, _mac(secret, purpose, told)) or _spelt(raw) != text:
        raise NotFound("This link does not lead anywhere.")
    return str(UUID(bytes=told[:16])), int.from_bytes(told[16:])


def _spelt(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _mac(secret: bytes, purpose: str, told: bytes) -> bytes:
    return hmac.digest(secret, f"furet link {purpose}\n".encode() + told, "sha256")[:_MAC_BYTES]
