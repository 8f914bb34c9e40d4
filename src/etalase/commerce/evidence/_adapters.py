"""The archive: a ZIP whose bytes follow from its files alone, written and read again.

Nothing is compressed (clips are already) and nothing says when it was packed, so the same files make the same
bytes; an archive that was packed by others, or to which something was added, is known by that.
"""

import hashlib
import os
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO

from etalase.commerce.evidence._model import (
    KEY,
    MANIFEST,
    SIGNATURE,
    Found,
    Signer,
    make_manifest,
    write_keys,
)
from etalase.commerce.evidence._model.manifest import Digest

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP can name."""
PIECE_BYTES = 1 << 20
MAX_READ_BYTES = 1 << 20
"""Of manifest, signature and key: they are much shorter."""
LOCAL_HEADER = "<26xHH"
"""Of a file in a ZIP (APPNOTE, section 4.3.7): the lengths of its name and of what stands after it."""
UNIX, READABLE = 3, 0o644 << 16


class NotEvidence(ValueError):
    """The file is no archive of evidence, or is damaged so that it can't be read."""


def pack(
    target: IO[bytes], order: str, made_for: str, files: Mapping[str, bytes], signer: Signer, keys_url: str
) -> None:
    """Write the files with their signed manifest and the key."""
    whole = {**files, KEY: write_keys([signer.key])}
    manifest = make_manifest(order, made_for, whole, signer.key, keys_url)
    signed = {**whole, MANIFEST: manifest, SIGNATURE: signer.sign(manifest)}
    _write(target, {name: partial(_in_one, content) for name, content in signed.items()})


def _in_one(content: bytes) -> Iterable[bytes]:
    return (content,)


def read(path: Path) -> Found:
    """Read an archive. Raises NotEvidence; OSError where the file can't be read."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            stored = {entry.filename: _Stored(file, entry) for entry in archive.infolist()}
            return Found(
                digests={name: one.digest() for name, one in stored.items()},
                manifest=_whole(stored, MANIFEST),
                signature=_whole(stored, SIGNATURE),
                key=_whole(stored, KEY),
                is_as_packed=_is_as_packed(file, stored),
            )
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, struct.error) as error:
        raise NotEvidence(str(error)) from error


class _Stored:
    """A file of the archive, read as it lies there: what is damaged is read too, so that it can be named."""

    def __init__(self, archive: IO[bytes], entry: zipfile.ZipInfo) -> None:
        self._archive = archive
        self._entry = entry

    def pieces(self) -> Iterator[bytes]:
        """Yield the content, as far as the archive goes."""
        entry, archive = self._entry, self._archive
        if entry.header_offset < 0:
            raise NotEvidence("it does not begin where it says")
        archive.seek(entry.header_offset)
        names = struct.unpack(LOCAL_HEADER, archive.read(struct.calcsize(LOCAL_HEADER)))
        archive.seek(sum(names), os.SEEK_CUR)
        left = entry.file_size
        while left > 0 and (piece := archive.read(min(left, PIECE_BYTES))):
            left -= len(piece)
            yield piece

    def digest(self) -> Digest:
        """Return what the manifest would say of the content."""
        total, size = hashlib.sha256(), 0
        for piece in self.pieces():
            total.update(piece)
            size += len(piece)
        return Digest(total.hexdigest(), size)

    def whole(self) -> bytes:
        """Return the content of a file that is short. Raises NotEvidence."""
        if self._entry.file_size > MAX_READ_BYTES:
            raise NotEvidence(f"{self._entry.filename} is too long")
        return b"".join(self.pieces())


def _whole(stored: Mapping[str, _Stored], name: str) -> bytes:
    return stored[name].whole() if name in stored else b""


def _is_as_packed(archive: IO[bytes], stored: Mapping[str, _Stored]) -> bool:
    """Pack the files anew, and compare."""
    with tempfile.TemporaryFile() as again:
        _write(again, {name: one.pieces for name, one in stored.items()})
        return _sum_of(again) == _sum_of(archive)


def _sum_of(file: IO[bytes]) -> bytes:
    file.seek(0)
    total = hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        total.update(piece)
    return total.digest()


def _write(target: IO[bytes], files: Mapping[str, Callable[[], Iterable[bytes]]]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files, key=lambda name: (name in {MANIFEST, SIGNATURE}, name)):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.create_system, entry.external_attr = UNIX, READABLE
            with archive.open(entry, "w") as file:
                for piece in files[name]():
                    file.write(piece)
