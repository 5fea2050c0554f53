"""Apple Wallet passes: a zip of pass.json, pictures and texts, with the hash of each file and a signature over these.

The signature is a detached PKCS #7 (RFC 5652) by the owner's pass certificate, whose subject names the pass type (UID)
and the team (OU). Apple's "Building a Pass" gives the parts; the pass is a store card.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7
from cryptography.x509 import Certificate, load_pem_x509_certificates
from cryptography.x509.oid import NameOID

from field_api.cards.icons import icon
from field_api.errors import Refused

MEDIA_TYPE = "application/vnd.apple.pkpass"
# Points on the screen, at one, two and three pixels a point.
PICTURES = {"icon": 29, "logo": 50}
SCALES = (1, 2, 3)


@dataclass(frozen=True)
class PassSigner:
    """Who signs passes: the certificate for the pass type, its key, and Apple's intermediate that issued it."""

    pass_type: str
    team: str
    certificate: Certificate
    key: RSAPrivateKey | EllipticCurvePrivateKey
    intermediates: tuple[Certificate, ...]


@lru_cache(maxsize=4)
def read_signer(path: Path) -> PassSigner:
    """The signer from a PEM file of the pass certificate, its key without a pass phrase, and Apple's intermediate.

    Raises Refused for a file that does not hold these, or where they do not belong together.
    """
    try:
        pem = path.read_bytes()
        key, certificates = load_pem_private_key(_key_part(pem), None), load_pem_x509_certificates(pem)
    except (OSError, ValueError, TypeError) as error:
        told = "give a PEM file of the certificate, its key without a pass phrase, and Apple's WWDR intermediate"
        raise Refused(f"FURET_APPLE_PASS_CERTIFICATE cannot be read ({type(error).__name__}); {told}.") from None
    own = [one for one in certificates if one.public_key() == key.public_key()]
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey) or not own:
        raise Refused(f"FURET_APPLE_PASS_CERTIFICATE: {path} holds no certificate of its key.")
    others = tuple(one for one in certificates if one is not own[0])
    pass_type, team = _subject(own[0], NameOID.USER_ID), _subject(own[0], NameOID.ORGANIZATIONAL_UNIT_NAME)
    if not pass_type.startswith("pass.") or not team:
        told = "its subject names no pass type (UID) and team (OU)"
        raise Refused(f"FURET_APPLE_PASS_CERTIFICATE: {path} is no pass certificate, for {told}.")
    if not others and own[0].issuer != own[0].subject:
        raise Refused(f"FURET_APPLE_PASS_CERTIFICATE: {path} lacks the intermediate that issued the certificate.")
    return PassSigner(pass_type, team, own[0], key, others)


def build(
    signer: PassSigner, document: Mapping[str, Any], texts: Mapping[str, Mapping[str, str]], colour: str
) -> bytes:
    """The .pkpass of a pass document; `texts` translates its words, by language, and `colour` is that of its pictures.

    What names the pass type and the team is added here.
    """
    told = {"formatVersion": 1, "passTypeIdentifier": signer.pass_type, "teamIdentifier": signer.team}
    files = {"pass.json": _json(told | dict(document))} | _pictures(colour)
    files |= {f"{language}.lproj/pass.strings": _strings(words) for language, words in texts.items()}
    # SHA-1 is what the format asks for here; the signature over these hashes uses SHA-256.
    manifest = _json({name: sha1(data).hexdigest() for name, data in files.items()})  # noqa: S324
    return _zipped(files | {"manifest.json": manifest, "signature": sign(signer, manifest)})


def sign(signer: PassSigner, manifest: bytes) -> bytes:
    """The detached signature over the manifest, in DER."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest)
    builder = builder.add_signer(signer.certificate, signer.key, SHA256())
    for intermediate in signer.intermediates:
        builder = builder.add_certificate(intermediate)
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])


def _key_part(pem: bytes) -> bytes:
    """From the key's first line on: readers of keys want nothing before it."""
    marks = [pem.find(mark) for mark in (b"-----BEGIN PRIVATE", b"-----BEGIN RSA PRIVATE", b"-----BEGIN EC PRIVATE")]
    return pem[max(marks) :] if max(marks) >= 0 else b""


def _subject(certificate: Certificate, name: Any) -> str:
    found = certificate.subject.get_attributes_for_oid(name)
    return str(found[0].value) if found else ""


def _pictures(colour: str) -> dict[str, bytes]:
    return {
        f"{name}@{scale}x.png".replace("@1x", ""): icon(side * scale, colour)
        for name, side in PICTURES.items()
        for scale in SCALES
    }


def _strings(words: Mapping[str, str]) -> bytes:
    lines = (
        f"{json.dumps(key, ensure_ascii=False)} = {json.dumps(text, ensure_ascii=False)};\n"
        for key, text in words.items()
    )
    return "".join(lines).encode()


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as packed:
        for name, data in files.items():
            # A fixed time: the same pass is the same bytes but for its signature.
            packed.writestr(ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, ZIP_DEFLATED)
    return archive.getvalue()
