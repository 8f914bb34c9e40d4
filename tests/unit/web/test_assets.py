"""Built files are read from the disk once, and go out as they are there."""

import gzip
import json
import os
from pathlib import Path

import pytest

from etalase.web._assets import Assets


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return a script in a folder as the build leaves it."""
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_text(json.dumps({}), encoding="utf-8")
    script = tmp_path / "site.js"
    script.write_bytes(b"let one = 1;\n" * 50)
    return script


def test_a_file_is_compressed_once_for_all_apps_of_a_process(built: Path) -> None:
    first, second = (Assets(built.parent).find("site.js") for _ in range(2))
    assert first is not None
    assert first.zipped is not None
    assert gzip.decompress(first.zipped) == first.content == built.read_bytes()
    assert second is first


def test_a_file_that_has_changed_is_read_anew(built: Path) -> None:
    before, changed = Assets(built.parent).find("site.js"), built.stat().st_mtime_ns + 1_000_000
    built.write_bytes(b"let two = 2;\n" * 50)
    os.utime(built, ns=(changed, changed))
    after = Assets(built.parent).find("site.js")
    assert before is not None
    assert after is not None
    assert after.content == built.read_bytes()
    assert after.etag != before.etag
