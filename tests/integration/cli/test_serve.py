"""`etalase serve` as its operator meets it."""

import asyncio
import os
import socket
import sys
from pathlib import Path

import pytest

from etalase.platform.provision import PLANES
from tests.make.program import MakesDatabases
from tests.make.waiting import PATIENCE_SECONDS


@pytest.mark.parametrize("name", ["ETALASE_PORT", "ETALASE_MEDIA_RTMP_PORT"])
async def test_a_port_that_somebody_has_is_told_in_a_line(
    databases: MakesDatabases, tmp_path: Path, name: str
) -> None:
    given = {"ETALASE_PORT": "0", "ETALASE_MEDIA_RTMP_PORT": "0", "ETALASE_DATA_DIR": str(tmp_path)}
    given |= {f"ETALASE_{plane.upper()}_DSN": (await databases.make(plane)).dsn for plane in PLANES}
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "etalase", "serve"),
            env=os.environ | given | {name: port},
            cwd=tmp_path,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            _, said = await process.communicate()
    last = said.decode().strip().splitlines()[-1].lower()
    assert process.returncode == os.EX_TEMPFAIL
    assert last.startswith("error: ")
    assert "address already in use" in last
    assert port in last
