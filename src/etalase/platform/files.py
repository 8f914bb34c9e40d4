"""Files that belong to the shop or the show, by keys that we make ourselves.

A key is a path of small letters and digits, such as `photos/0192…/480.webp`; no part of it ever comes from a
user, and the store refuses any other. One folder today; an object store needs the same three methods.
"""

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, runtime_checkable

MEDIA_TYPES = {
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
}
PIECE_BYTES = 256 << 10
_PART = r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?"
_FILE = re.compile(rf"(?:{_PART}/){{0,4}}{_PART}(?P<suffix>\.[a-z0-9]{{1,5}})")
_FOLDER = re.compile(rf"{_PART}(?:/{_PART}){{0,4}}")


class BadKey(ValueError):
    """A key that we would not have made."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was put, with its media type by its ending."""

    content: bytes
    media_type: str


@runtime_checkable
class FileStore(Protocol):
    """Whatever keeps files."""

    async def put(self, key: str, content: bytes) -> None:
        """Keep the content durably under the key, in place of what was there."""
        ...

    async def get(self, key: str) -> StoredFile | None:
        """Return the file, nothing when there is none or the key is not one of ours."""
        ...

    async def delete(self, folder: str) -> None:
        """Forget every file whose key begins with the folder; none is fine."""
        ...


class LocalFileStore:
    """Keeps files below one folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, key: str, content: bytes) -> None:
        """Keep the content durably under the key, in place of what was there. Raises BadKey."""
        await asyncio.to_thread(_write, self._path(key), content)

    async def get(self, key: str) -> StoredFile | None:
        """Return the file, nothing when there is none or the key is not one of ours."""
        try:
            path = self._path(key)
            content = await asyncio.to_thread(path.read_bytes)
        except (BadKey, FileNotFoundError, NotADirectoryError):
            return None
        return StoredFile(content, MEDIA_TYPES[path.suffix])

    async def delete(self, folder: str) -> None:
        """Forget every file whose key begins with the folder; none is fine. Raises BadKey."""
        if not _FOLDER.fullmatch(folder):
            raise BadKey(folder)
        await asyncio.to_thread(shutil.rmtree, self._folder / folder, ignore_errors=True)

    def _path(self, key: str) -> Path:
        match = _FILE.fullmatch(key)
        if match is None or match["suffix"] not in MEDIA_TYPES:
            raise BadKey(key)
        return self._folder / key


def _write(path: Path, content: bytes) -> None:
    """Write beside, then move into place: a reader sees the whole file or none, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def headers_to_keep(file: IO[bytes], name: str) -> dict[str, str]:
    """Return the headers of an answer that gives a private file, open for reading, to keep."""
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "content-length": str(file.seek(0, os.SEEK_END)),
        "x-robots-tag": "noindex",
        "referrer-policy": "no-referrer",
    }


async def pieces_of(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Yield a file from its beginning, read in a thread, and close it."""
    try:
        await asyncio.to_thread(file.seek, 0)
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield piece
    finally:
        file.close()
