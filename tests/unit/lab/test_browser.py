"""The demo opens a page in a window, and in nothing that would take its terminal over."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASK = "from etalase.lab.demo._browser import graphical_browser as find; print(find() is not None)"


def finds_a_browser(folder: Path, *programs: str, display: str) -> bool:
    """Say whether a new process finds one where these programs are all that there is."""
    for name in programs:
        program = folder / name
        program.write_text("#!/bin/sh\nexit 0\n", encoding="ascii")
        program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name in {"HOME", "VIRTUAL_ENV", "LANG"}}
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        env=kept | {"PATH": str(folder), "DISPLAY": display, "TERM": "xterm"},
        capture_output=True,
        text=True,
        check=True,
    )
    return asked.stdout.strip() == "True"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a window")
def test_a_browser_of_the_terminal_is_left_alone(tmp_path: Path) -> None:
    assert not finds_a_browser(tmp_path, display=":0")
    assert not finds_a_browser(tmp_path, "lynx", "w3m", display=":0")
    assert finds_a_browser(tmp_path, "firefox", display=":0")
    assert not finds_a_browser(tmp_path, display="")
