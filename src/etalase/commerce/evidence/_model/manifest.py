"""The signed manifest: which files evidence has, the SHA-256 of each, and who says so.

`manifest.json` is signed as it stands, byte by byte, by Ed25519 (RFC 8032); `manifest.sig` is the
signature, 64 bytes. Keys are JSON Web Keys (RFC 7517, RFC 8037), a key's id is its thumbprint (RFC 7638).
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from etalase.kernel.reading import Unreadable, read_json

MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.sig", "key.json"
FORMAT = "etalase-manifest/1"
KEY_BYTES = 32

Kind = Literal["unreadable", "missing", "added", "changed", "signature", "unknown_key", "wrapping"]


class Digest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file's SHA-256 in hexadecimal digits, and its length in bytes."""

    sha256: str
    size: int


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed: of which order, for whom, the files, the key and where keys are published."""

    format: str
    order: str
    made_for: str
    files: dict[str, Digest]
    key_id: str
    keys_url: str


class _Jwk(msgspec.Struct, frozen=True):
    kty: str
    crv: str
    x: str


class _Jwks(msgspec.Struct, frozen=True):
    keys: list[_Jwk]


@dataclass(frozen=True, slots=True)
class EvidenceKey:
    """A public key: 32 bytes."""

    public: bytes

    @property
    def id(self) -> str:
        """Return the key's thumbprint (RFC 7638), by which manifests name it."""
        named = b'{"crv":"Ed25519","kty":"OKP","x":"' + _encode(self.public).encode() + b'"}'
        return _encode(hashlib.sha256(named).digest())

    def as_jwk(self) -> dict[str, str]:
        """Return the key as a JSON Web Key."""
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": _encode(self.public),
            "kid": self.id,
            "use": "sig",
            "alg": "EdDSA",
        }

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Tell whether this is the key's signature of the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """Signs evidence, by a key pair that is derived from a secret of the program's."""

    def __init__(self, secret: str) -> None:
        seed = hashlib.sha256(b"etalase evidence\0" + secret.encode()).digest()
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = EvidenceKey(self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the message's signature: the same for the same message, always."""
        return self._private.sign(message)


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in a file that claims to be evidence: the digest of each file, and those that are read."""

    digests: Mapping[str, Digest]
    manifest: bytes
    signature: bytes
    key: bytes
    is_as_packed: bool
    """Whether the archive around the files is, byte by byte, as we pack them."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that is not as it was signed, and in which file."""

    kind: Kind
    file: str
    detail: str = ""


def digest_of(content: bytes) -> Digest:
    """Return what the manifest says of a file."""
    return Digest(hashlib.sha256(content).hexdigest(), len(content))


def make_manifest(
    order: str, made_for: str, files: Mapping[str, bytes], key: EvidenceKey, keys_url: str
) -> bytes:
    """Return the manifest of these files, ready to be signed."""
    digests = {name: digest_of(files[name]) for name in sorted(files)}
    manifest = Manifest(FORMAT, order, made_for, digests, key.id, keys_url)
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def check(found: Found, trusted: Iterable[EvidenceKey] | None) -> list[Discrepancy]:
    """Return all that differs from what was signed; nothing for evidence that is whole and by a trusted key.

    Without `trusted` keys the one in the archive is taken: it shows that all is as somebody signed it, but
    not who.
    """
    try:
        manifest = read_json(found.manifest, Manifest)
    except Unreadable as error:
        return [Discrepancy("unreadable", MANIFEST, error.why), *_wrapping(found)]
    try:
        keys = {key.id: key for key in (read_keys(found.key) if trusted is None else trusted)}
    except ValueError:
        keys = {}  # the file of the key is named as changed
    return [*_signature(found, manifest, keys), *_files(found, manifest), *_wrapping(found)]


def _signature(found: Found, manifest: Manifest, keys: Mapping[str, EvidenceKey]) -> Iterable[Discrepancy]:
    key = keys.get(manifest.key_id)
    if key is None:
        yield Discrepancy("unknown_key", MANIFEST, manifest.key_id)
    elif not key.has_signed(found.manifest, found.signature):
        yield Discrepancy("signature", SIGNATURE, key.id)


def _files(found: Found, manifest: Manifest) -> Iterable[Discrepancy]:
    there = {name: digest for name, digest in found.digests.items() if name not in {MANIFEST, SIGNATURE}}
    for name in sorted(there.keys() | manifest.files.keys()):
        if name not in there:
            yield Discrepancy("missing", name)
        elif name not in manifest.files:
            yield Discrepancy("added", name)
        elif there[name] != manifest.files[name]:
            yield Discrepancy("changed", name)


def _wrapping(found: Found) -> Iterable[Discrepancy]:
    if not found.is_as_packed:
        yield Discrepancy("wrapping", "")


def write_keys(keys: Iterable[EvidenceKey]) -> bytes:
    """Return a JSON Web Key Set."""
    return (
        msgspec.json.format(msgspec.json.encode({"keys": [key.as_jwk() for key in keys]}), indent=2) + b"\n"
    )


def read_keys(content: bytes) -> list[EvidenceKey]:
    """Return the Ed25519 keys of a JSON Web Key Set; others are passed over. Raises ValueError."""
    read = read_json(content, _Jwks)
    keys = [EvidenceKey(_decode(key.x)) for key in read.keys if (key.kty, key.crv) == ("OKP", "Ed25519")]
    if any(len(key.public) != KEY_BYTES for key in keys):
        raise ValueError("an Ed25519 key has 32 bytes")
    return keys


def _encode(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
