"""A .pkpass is what Apple asks for: openssl verifies the signature over the manifest, and every file's hash stands."""

import io
import json
import subprocess
import zipfile
from hashlib import sha1
from pathlib import Path

import pytest

from field_api.cards import apple_pass
from field_api.errors import Refused
from tests.field_api.cards.certificates import PASS_TYPE, TEAM, authority_and_pass

DOCUMENT = {"serialNumber": "1", "description": "Carte fidélité", "storeCard": {"primaryFields": []}}
TEXTS = {"fr": {"points": 'Points "à dépenser"'}, "en": {"points": "Points"}}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return authority_and_pass(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def files(certificates: tuple[Path, Path]) -> dict[str, bytes]:
    """What is in the pass, by name."""
    made = apple_pass.build(apple_pass.read_signer(certificates[1]), DOCUMENT, TEXTS, "#0b5d57")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def verified(folder: Path, authority: Path, manifest: bytes, signature: bytes) -> subprocess.CompletedProcess[bytes]:
    (folder / "manifest.json").write_bytes(manifest)
    (folder / "signature").write_bytes(signature)
    command = ["openssl", "smime", "-verify", "-inform", "DER", "-in", "signature", "-content", "manifest.json"]
    command += ["-binary", "-CAfile", str(authority), "-purpose", "any"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False)


def test_openssl_verifies_the_signature_over_the_manifest(
    certificates: tuple[Path, Path], files: dict[str, bytes], tmp_path: Path
) -> None:
    manifest, signature = files["manifest.json"], files["signature"]
    told = verified(tmp_path, certificates[0], manifest, signature)
    assert told.returncode == 0, told.stderr
    changed = verified(tmp_path, certificates[0], manifest.replace(b"a", b"b", 1), signature)
    assert changed.returncode != 0


def test_the_signature_says_when_it_was_made_and_does_not_repeat_the_manifest(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "signature").write_bytes(files["signature"])
    command = ["openssl", "asn1parse", "-inform", "DER", "-in", "signature"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, text=True).stdout
    assert "signingTime" in told
    assert json.dumps("pass.json").encode() not in files["signature"]


def test_every_file_has_its_hash_in_the_manifest_and_nothing_else_is_named(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["manifest.json"])
    assert set(manifest) == set(files) - {"manifest.json", "signature"}
    assert manifest == {name: sha1(files[name]).hexdigest() for name in manifest}  # noqa: S324


def test_the_pass_names_its_type_and_team_as_the_certificate_does(files: dict[str, bytes]) -> None:
    told = json.loads(files["pass.json"])
    assert (told["passTypeIdentifier"], told["teamIdentifier"], told["formatVersion"]) == (PASS_TYPE, TEAM, 1)
    assert told["description"] == DOCUMENT["description"]


def test_the_pictures_that_a_pass_must_have_are_there_at_every_scale(files: dict[str, bytes]) -> None:
    sides = {name: int.from_bytes(files[name][16:20]) for name in files if name.endswith(".png")}
    assert (sides["icon.png"], sides["icon@2x.png"], sides["icon@3x.png"]) == (29, 58, 87)
    assert (sides["logo.png"], sides["logo@3x.png"]) == (50, 150)


def test_texts_are_quoted_as_strings_files_want(files: dict[str, bytes]) -> None:
    assert files["fr.lproj/pass.strings"].decode() == '"points" = "Points \\"à dépenser\\"";\n'


def test_a_file_that_cannot_sign_passes_is_refused_by_the_name_of_its_setting(tmp_path: Path) -> None:
    for name, content in (("nothing", b""), ("text", b"-----BEGIN PRIVATE KEY-----\nno\n-----END PRIVATE KEY-----\n")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Refused, match="FURET_APPLE_PASS_CERTIFICATE cannot be read"):
            apple_pass.read_signer(tmp_path / name)
    _, other = authority_and_pass(tmp_path, pass_type="org.example")
    with pytest.raises(Refused, match="no pass certificate"):
        apple_pass.read_signer(other)


def test_a_bundle_without_the_intermediate_is_refused(tmp_path: Path) -> None:
    _, bundle = authority_and_pass(tmp_path, with_authority=False)
    with pytest.raises(Refused, match="lacks the intermediate"):
        apple_pass.read_signer(bundle)
