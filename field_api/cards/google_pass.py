"""Google Wallet: a link that saves the card, which is a JSON Web Token (RFC 7519) signed by a service account (RS256).

The whole card stands in the token, so that nothing has to be told to Google before the customer follows the link.
Such links may have 1,800 characters.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from field_api.errors import Refused

SAVE = "https://pay.google.com/gp/v/save/"


@dataclass(frozen=True)
class ServiceAccount:
    """Who signs the links: its address and key, from the JSON file that Google gives out."""

    email: str
    key: RSAPrivateKey


@lru_cache(maxsize=4)
def read_account(path: Path) -> ServiceAccount:
    """The account of a key file. Raises Refused for a file that is none."""
    try:
        told = json.loads(path.read_bytes())
        email, key = str(told["client_email"]), load_pem_private_key(told["private_key"].encode(), None)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(f"FURET_GOOGLE_WALLET_KEY cannot be read ({type(error).__name__}); give the JSON key.") from None
    if not isinstance(key, RSAPrivateKey):
        raise Refused("FURET_GOOGLE_WALLET_KEY holds no RSA key; RS256 wants one.")
    return ServiceAccount(email, key)


def save_link(account: ServiceAccount, card: Mapping[str, Any], of_class: Mapping[str, Any], at: datetime) -> str:
    """The link that saves a loyalty card of a class."""
    claims = {
        "iss": account.email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(at.timestamp()),
        "payload": {"loyaltyClasses": [of_class], "loyaltyObjects": [card]},
    }
    told = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
    signature = account.key.sign(told.encode(), PKCS1v15(), SHA256())
    return f"{SAVE}{told}.{_base64(signature)}"


def _part(document: Mapping[str, Any]) -> str:
    return _base64(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
