"""Throw-away certificates for passes, built as Apple builds its own: an authority, and a pass certificate below it."""

from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from field_api import clock

PASS_TYPE, TEAM = "pass.org.example.furet", "ABCDE12345"


def authority_and_pass(folder: Path, *, pass_type: str = PASS_TYPE, with_authority: bool = True) -> tuple[Path, Path]:
    """The PEM files of the authority, and of a pass certificate with its key and the authority."""
    root_key, own_key = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    root_name = _name((NameOID.COMMON_NAME, "Throw-away authority"))
    root = _certificate(root_name, root_name, root_key.public_key(), root_key, is_authority=True)
    own_name = _name((NameOID.USER_ID, pass_type), (NameOID.ORGANIZATIONAL_UNIT_NAME, TEAM))
    own = _certificate(own_name, root_name, own_key.public_key(), root_key, is_authority=False)
    authority, bundle = folder / "authority.pem", folder / "pass.pem"
    authority.write_bytes(root.public_bytes(Encoding.PEM))
    key = own_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = root.public_bytes(Encoding.PEM) if with_authority else b""
    bundle.write_bytes(own.public_bytes(Encoding.PEM) + key + chain)
    return authority, bundle


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(which, value) for which, value in parts])


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: object, signer: ec.EllipticCurvePrivateKey, *, is_authority: bool
) -> x509.Certificate:
    moment = clock.now()
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)  # type: ignore[arg-type]
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(moment - timedelta(days=1)).not_valid_after(moment + timedelta(days=30))
    builder = builder.add_extension(x509.BasicConstraints(is_authority, None), critical=True)
    return builder.sign(signer, SHA256())
