"""What was signed is found whole; one flipped byte, wherever, is found and named."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etalase.commerce.evidence import (
    Discrepancy,
    EvidenceKey,
    NotEvidence,
    Signer,
    check,
    pack,
    read,
    read_keys,
    write_keys,
)

SIGNER, STRANGER = Signer("a secret of this test alone, long enough"), Signer("the secret of somebody else")
FILES = {
    "evidence.json": b'{"number": "K7M2"}\n',
    "evidence.pdf": b"%PDF-1.3 " * 9,
    "clips/K7-1.mp4": bytes(range(200)),
}
KEYS_URL = "https://shop.example/evidence/keys.json"


def packed(files: Mapping[str, bytes] = FILES, signer: Signer = SIGNER) -> bytes:
    target = io.BytesIO()
    pack(target, "K7M2QX9P", "buyer", files, signer, KEYS_URL)
    return target.getvalue()


WHOLE = packed()


def differences(path: Path, content: bytes, *keys: EvidenceKey) -> list[tuple[str, str]]:
    """Return what differs, by kind and file."""
    path.write_bytes(content)
    return [(found.kind, found.file) for found in check(read(path), keys or None)]


def packed_anew(changes: Mapping[str, bytes | None]) -> bytes:
    """Return the archive as it would be packed with other files; None takes one out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as before, zipfile.ZipFile(target, "w") as after:
        files: dict[str, bytes | None] = {one.filename: before.read(one) for one in before.infolist()}
        files.update(changes)
        for name, content in files.items():
            if content is not None:
                after.writestr(name, content)
    return target.getvalue()


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evidence") / "evidence.zip"


def test_what_was_signed_is_whole_by_its_own_and_by_the_published_key(path: Path) -> None:
    assert differences(path, WHOLE) == []
    assert differences(path, WHOLE, STRANGER.key, SIGNER.key) == []


def test_the_same_files_make_the_same_bytes() -> None:
    assert packed(dict(reversed(FILES.items()))) == WHOLE


@settings(max_examples=400)
@given(place=st.integers(0, len(WHOLE) - 1), flip=st.integers(1, 255))
def test_any_flipped_byte_is_found(path: Path, place: int, flip: int) -> None:
    altered = bytearray(WHOLE)
    altered[place] ^= flip
    try:
        assert differences(path, bytes(altered), SIGNER.key)
    except NotEvidence:
        return


def test_a_flipped_byte_is_named_by_its_file(path: Path) -> None:
    for name, content in FILES.items():
        place = WHOLE.index(content) + len(content) // 2
        altered = bytearray(WHOLE)
        altered[place] ^= 1
        assert ("changed", name) in differences(path, bytes(altered), SIGNER.key)


def test_a_file_that_is_missing_added_or_changed_is_named(path: Path) -> None:
    def found(**changes: bytes | None) -> list[tuple[str, str]]:
        named = {name.replace("_", "."): content for name, content in changes.items()}
        return differences(path, packed_anew(named), SIGNER.key)

    assert found(evidence_pdf=None) == [("missing", "evidence.pdf"), ("wrapping", "")]
    assert found(note_txt=b"x") == [("added", "note.txt"), ("wrapping", "")]
    assert found(evidence_json=b"{}") == [("changed", "evidence.json"), ("wrapping", "")]
    assert found(manifest_sig=None) == [("signature", "manifest.sig"), ("wrapping", "")]
    assert ("unreadable", "manifest.json") in found(manifest_json=None)


def test_the_same_files_packed_by_others_are_known_by_the_wrapping_alone(path: Path) -> None:
    assert differences(path, packed_anew({}), SIGNER.key) == [("wrapping", "")]
    assert differences(path, WHOLE + b"\0", SIGNER.key) == [("wrapping", "")]


def test_whoever_signs_by_another_key_is_known_by_the_published_ones(path: Path) -> None:
    forged = packed(FILES | {"evidence.json": b'{"number": "FORGED"}\n'}, STRANGER)
    assert differences(path, forged) == []  # it is as somebody signed it
    assert differences(path, forged, SIGNER.key) == [("unknown_key", "manifest.json")]


def test_a_signature_of_another_key_under_the_right_name_is_found(path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        manifest = archive.read("manifest.json")
    forged = packed_anew({"manifest.sig": STRANGER.sign(manifest)})
    assert ("signature", "manifest.sig") in differences(path, forged, SIGNER.key)


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.3", WHOLE[:-40], WHOLE[200:]])
def test_what_is_no_archive_is_said_to_be_none(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(NotEvidence):
        read(path)


def test_keys_are_read_as_they_are_published() -> None:
    keys = [SIGNER.key, STRANGER.key]
    assert read_keys(write_keys(keys)) == keys
    with pytest.raises(ValueError, match="JSON"):
        read_keys(b"no keys")
    with pytest.raises(ValueError, match="32"):
        read_keys(b'{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}]}')


def test_the_signature_and_the_thumbprint_are_those_of_rfc_8037() -> None:
    """Appendix A.1 to A.3 give a key pair and its thumbprint."""
    (key,) = read_keys(
        b'{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}'
    )
    assert key.id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_another_secret_is_another_key() -> None:
    assert SIGNER.key.id != STRANGER.key.id
    assert Signer("a secret of this test alone, long enough").key == SIGNER.key
    assert Discrepancy("changed", "x") != Discrepancy("changed", "y")
