"""The link that saves a card with Google is a token that openssl verifies, with the card in it."""

import base64
import json
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from field_api import clock
from field_api.cards import google_pass
from field_api.errors import Refused

CARD, OF_CLASS = {"id": "3388.card", "accountName": "Élodie"}, {"id": "3388.club"}


def key_file(folder: Path, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> Path:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    (folder / "key.json").write_text(json.dumps({"client_email": "wallet@example.org", "private_key": pem}))
    return folder / "key.json"


def test_openssl_verifies_the_token_and_it_holds_the_card(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    link = google_pass.save_link(google_pass.read_account(key_file(tmp_path, key)), CARD, OF_CLASS, clock.now())
    assert len(link) < 1800
    header, payload, signature = link.removeprefix(google_pass.SAVE).split(".")
    (tmp_path / "told").write_text(f"{header}.{payload}")
    (tmp_path / "signature").write_bytes(decoded(signature))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public.pem").write_bytes(public)
    command = ["openssl", "dgst", "-sha256", "-verify", "public.pem", "-signature", "signature", "told"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    claims = json.loads(decoded(payload))
    assert (claims["iss"], claims["typ"]) == ("wallet@example.org", "savetowallet")
    assert claims["payload"] == {"loyaltyClasses": [OF_CLASS], "loyaltyObjects": [CARD]}


def test_a_file_that_is_no_key_is_refused_by_the_name_of_its_setting(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("{}")
    with pytest.raises(Refused, match="FURET_GOOGLE_WALLET_KEY cannot be read"):
        google_pass.read_account(tmp_path / "none.json")
    with pytest.raises(Refused, match="no RSA key"):
        google_pass.read_account(key_file(tmp_path, ec.generate_private_key(ec.SECP256R1())))


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
