"""Built scripts, styles and fonts: their tags in a page, and the files themselves from memory.

It serves only what it read at start, by exact name: no path of a request ever reaches the disk.
"""

import gzip
import hashlib
import json
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from markupsafe import Markup

from etalase.web._conditions import is_known

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static/"
COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".map"}
MAX_READ = 256
"""Files of all folders that are remembered; a build has some thirty."""
_HASHED = re.compile(r"^assets/.+-[\w-]{8}\.\w+$")


class AssetsNotBuilt(RuntimeError):
    """The pages were never built; `make setup` does it."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One built file as it goes out."""

    content: bytes
    zipped: bytes | None
    media_type: str
    etag: str
    cache_control: str


class Assets:
    """The built files of one folder, and the tags that call for them."""

    def __init__(self, folder: Path = FOLDER) -> None:
        manifest = folder / ".vite" / "manifest.json"
        if not manifest.exists():
            raise AssetsNotBuilt("The pages are not built yet. Run: make setup")
        self._chunks: dict[str, dict[str, Any]] = json.loads(manifest.read_text())
        self._entries = {chunk["name"]: chunk for chunk in self._chunks.values() if chunk.get("isEntry")}
        self._files = {
            (name := path.relative_to(folder).as_posix()): _read(path, name, path.stat().st_mtime_ns)
            for path in folder.rglob("*")
            if path.is_file() and ".vite" not in path.parts
        }

    def tags(self, entry: str) -> Markup:
        """Return the tags for an entry: the main font first, styles, the script, and what the script imports.

        An entry other than `site` stands in a page that has `site` already.
        """
        chunk = self._entries[entry]
        imported = list(self._imports(chunk))
        seen = {} if entry == "site" else dict.fromkeys(self._styles("site"))
        lines = [
            f'<link rel="preload" href="{PREFIX}{font}" as="font" type="font/woff2" crossorigin>'
            for font in (self._main_fonts() if entry == "site" else [])
        ]
        lines += [
            f'<link rel="stylesheet" href="{PREFIX}{style}">'
            for style in self._styles(entry)
            if style not in seen
        ]
        lines += [f'<link rel="modulepreload" href="{PREFIX}{part["file"]}">' for part in imported]
        lines.append(f'<script type="module" src="{PREFIX}{chunk["file"]}"></script>')
        return Markup("\n".join(lines))  # noqa: S704 - names made by our own build

    def find(self, name: str) -> Asset | None:
        """Return the file of this exact name, or None."""
        return self._files.get(name)

    def _imports(self, chunk: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for key in chunk.get("imports", []):
            yield self._chunks[key]
            yield from self._imports(self._chunks[key])

    def _styles(self, entry: str) -> list[str]:
        chunk = self._entries[entry]
        parts = [*self._imports(chunk), chunk]
        return list(dict.fromkeys(style for part in parts for style in part.get("css", [])))

    def _main_fonts(self) -> list[str]:
        return sorted(name for name in self._files if "latin-wght-normal" in name and name.endswith(".woff2"))


@lru_cache(maxsize=MAX_READ)
def _read(path: Path, name: str, _changed_ns: int) -> Asset:
    """Read and compress a file; once in a process, until it changes, for all apps that serve it."""
    content = path.read_bytes()
    zipped = gzip.compress(content, 9, mtime=0) if path.suffix in COMPRESSIBLE else None
    return Asset(
        content=content,
        zipped=zipped if zipped and len(zipped) < len(content) else None,
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        etag=f'"{hashlib.sha256(content).hexdigest()[:20]}"',
        cache_control="public, max-age=31536000, immutable" if _HASHED.match(name) else "public, no-cache",
    )


def static_router(assets: Assets) -> Router:
    """Return the router that serves the built files under /static."""

    @get("/{name:path}", opt={"public": True})
    async def built_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
        """Return a built file; 304 when the browser has it already (RFC 9110, section 13.1.2)."""
        asset = assets.find(name.lstrip("/"))
        if asset is None:
            raise NotFoundException
        headers = {"etag": asset.etag, "cache-control": asset.cache_control, "vary": "accept-encoding"}
        if is_known(request.headers.get("if-none-match"), asset.etag):
            return Response(b"", status_code=304, headers=headers)
        content = asset.content
        if asset.zipped and "gzip" in request.headers.get("accept-encoding", ""):
            content = asset.zipped
            headers["content-encoding"] = "gzip"
        return Response(content, headers=headers, media_type=asset.media_type)

    return Router(PREFIX.rstrip("/"), route_handlers=[built_file], include_in_schema=False)
