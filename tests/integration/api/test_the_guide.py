"""The guide for programs sells a dress as it is written: each line is run, against a served program."""

import asyncio
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.make.accounts import sign_up
from tests.make.pictures import dress
from tests.make.program import MakesDatabases, app_of, program
from tests.make.serving import listen, serving

GUIDE = Path(__file__).parents[3] / "docs" / "api.md"
TOOLS = ("bash", "curl", "jq")
STRICT = "set -euo pipefail; trap 'echo \"failed: $BASH_COMMAND\" >&2' ERR\n"
REPORT = """
api $API/orders/$ORDER_ID -H "$BUYER" > order.json
api $API/shops/$SLUG/products/$DRESS_ID > dress.json
"""


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="the guide needs bash, curl and jq")
async def test_the_guide_sells_a_dress_line_by_line(databases: MakesDatabases, tmp_path: Path) -> None:
    script = "\n".join(
        re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    )
    (tmp_path / "dress.jpg").write_bytes(dress())
    listener, url = listen()
    async with program(databases, tmp_path / "var") as system, serving(app_of(system), listener):
        for email, name in (("sari@example.com", "Sari"), ("ani@example.com", "Ani")):
            await sign_up(system.databases["commerce"], email, name)
        shell = await asyncio.create_subprocess_exec(
            "bash", "-c", STRICT + script + REPORT,
            cwd=tmp_path, env=os.environ | {"API": f"{url}/api/v1", "NO_PROXY": "*"},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        message, complaints = await shell.communicate()
    assert shell.returncode == 0, complaints.decode() + message.decode()[-2000:]
    order = json.loads((tmp_path / "order.json").read_text())
    assert (order["state"], order["tracking_number"]) == ("shipped", "JP1234567890")
    assert order["show"], "the buyer came from a show"
    shown = json.loads((tmp_path / "dress.json").read_text())
    assert len(shown["photos"]) == 1
    assert '"code":"sold_out"' in message.decode()
