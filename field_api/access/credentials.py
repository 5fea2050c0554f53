"""Secrets as texts: how they are drawn, and what is kept of them."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

# A prefix tells people, and programs that look for leaked secrets, what they have found.
ACCESS, REFRESH, PERSONAL, SERVICE = "fura_", "furr_", "furp_", "furs_"

# Without i, l, o and u: nobody mistakes one sign for another, and no word appears.
TYPED_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"
GENERATED_PASSWORD_SIGNS, APP_PASSWORD_SIGNS = 16, 20


def new_token(prefix: str) -> str:
    """An opaque token of 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def fingerprint(token: str) -> bytes:
    """What the database keeps of a token. The token is random, so a plain SHA-256 cannot be guessed back."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def successor(refresh_token: str, secret: bytes) -> str:
    """The refresh token that follows another.

    It is derived and not drawn, so that a phone which lost our answer gets the very same one when it asks again, while
    the database still keeps hashes alone. Without the service's secret it is as unforeseeable as a random one.
    """
    digest = hmac.digest(secret, b"refresh:" + refresh_token.encode(), "sha256")
    return REFRESH + urlsafe_b64encode(digest).rstrip(b"=").decode()


def new_typed_secret(signs: int) -> str:
    """A secret that people type, five bits a sign, in groups of four."""
    drawn = "".join(secrets.choice(TYPED_SIGNS) for _ in range(signs))
    return "-".join(drawn[start : start + 4] for start in range(0, signs, 4))


def typed(secret: str) -> str:
    """A typed secret as it was drawn, however its groups and capitals were typed."""
    plain = "".join(sign for sign in secret.lower() if sign.isalnum())
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))
