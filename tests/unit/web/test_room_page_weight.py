"""The room stays light: what its page loads before there is something to play."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).parents[3] / "src" / "etalase" / "web" / "static"
SCRIPT_BYTES = 120 * 1024


@pytest.fixture(scope="module")
def manifest() -> dict[str, dict[str, Any]]:
    chunks: dict[str, dict[str, Any]] = json.loads((STATIC / ".vite" / "manifest.json").read_text())
    return chunks


def loaded(manifest: dict[str, dict[str, Any]], entries: Iterable[str]) -> set[str]:
    """Return the chunks that these entries load at once, by their keys."""
    waiting = [key for key, chunk in manifest.items() if chunk.get("isEntry") and chunk["name"] in entries]
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(manifest[key].get("imports", []))
    return found


def test_the_room_loads_at_most_120_kilobytes_of_script_before_the_video_library(
    manifest: dict[str, dict[str, Any]],
) -> None:
    files = {manifest[key]["file"] for key in loaded(manifest, ("site", "room", "buy"))}
    assert len(files) >= 3
    weight = sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in files)
    assert weight <= SCRIPT_BYTES


def test_the_video_library_is_a_chunk_of_its_own_that_comes_later(
    manifest: dict[str, dict[str, Any]],
) -> None:
    library = next(key for key in manifest if "hls.js" in key)
    at_once = loaded(manifest, ("site", "room", "buy"))
    assert library not in at_once
    assert any(library in manifest[key].get("dynamicImports", []) for key in at_once)


def test_a_room_without_buying_does_not_load_the_buying_script(manifest: dict[str, dict[str, Any]]) -> None:
    assert not [key for key in loaded(manifest, ("site", "room")) if "buy" in key]
