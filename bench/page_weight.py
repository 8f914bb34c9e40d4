"""What a phone loads: scripts, styles and font of each page family as they go over the wire, gzip included.

Scripts count with all that they import at once; what is imported later (htmx, hls.js) is told apart. Beside
the scripts stands the video library, hls.js: what any page that plays a live show can't do without.
"""

import gzip
import json
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parents[1] / "src" / "etalase" / "web" / "static"
KIB = 1024
GOALS = {"script": 120.0, "style": 20.0, "font": 30.0}
"""KiB: of a family's script before the video library, of its styles, of the font that is always loaded."""

Chunks = dict[str, dict[str, Any]]


def run(*, short: bool) -> list[dict[str, Any]]:
    """Return a figure for each page family that is built; a short pass measures the same."""
    del short
    chunks: Chunks = json.loads((STATIC / ".vite" / "manifest.json").read_text(encoding="utf-8"))
    library = {chunk["file"] for chunk in chunks.values() if chunk.get("name", "").startswith("hls")}
    figures = []
    for chunk in chunks.values():
        if chunk.get("isEntry"):
            loaded = {chunk["file"] for chunk in _at_once(chunks, chunk)} | _site(chunks, "file")
            styles = {style for part in _at_once(chunks, chunk) for style in part.get("css", [])}
            styles |= _site(chunks, "css")
            later = {chunks[key]["file"] for key in chunk.get("dynamicImports", [])} - loaded
            name = chunk["name"]
            figures.append(_figure(f"{name}: script at once", loaded, GOALS["script"], library))
            figures.append(_figure(f"{name}: script later", later, None))
            figures.append(_figure(f"{name}: styles", styles, GOALS["style"]))
    fonts = {path.relative_to(STATIC).as_posix() for path in STATIC.glob("assets/*latin-wght*.woff2")}
    return [*figures, _figure("font", fonts, GOALS["font"])]


def _site(chunks: Chunks, kind: str) -> set[str]:
    """Return what every page loads besides its own."""
    site = chunks["src/site.ts"]
    return {site["file"]} if kind == "file" else set(site.get("css", []))


def _at_once(chunks: Chunks, chunk: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [chunk]
    for key in chunk.get("imports", []):
        parts += _at_once(chunks, chunks[key])
    return parts


def _figure(
    metric: str, files: set[str], goal: float | None, reference: set[str] | None = None
) -> dict[str, Any]:
    size, other = _wire_bytes(files), _wire_bytes(reference or set())
    return {
        "metric": metric,
        "unit": "KiB gzip",
        "ours": round(size / KIB, 1),
        "reference": round(other / KIB, 1) if other else None,
        "ratio": round(size / other, 2) if other else None,
        "goal": None if goal is None else f"<= {goal:g}",
    }


def _wire_bytes(files: set[str]) -> int:
    contents = {name: (STATIC / name).read_bytes() for name in files}
    return sum(
        len(content if name.endswith(".woff2") else gzip.compress(content, 9, mtime=0))
        for name, content in contents.items()
    )
