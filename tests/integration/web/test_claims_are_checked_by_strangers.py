"""A show's claims can be taken by anybody and judged again, by page and command; the room tells their end."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from etalase.cli._main import etalase
from etalase.kernel.ids import new_code
from tests.integration.web.test_a_line_of_the_chat_is_a_claim import KEY, Live, go_live
from tests.integration.web.test_the_law_at_the_deed import street, write_book
from tests.make.databases import Databases
from tests.make.program import csrf
from tests.make.waiting import until


@pytest.fixture
async def live(databases: Databases, tmp_path: Path) -> AsyncIterator[Live]:
    write_book(tmp_path, "open", "2020-01-01")
    async with street(databases, tmp_path, ETALASE_BRIDGE_KEY=KEY) as opened:
        yield await go_live(opened)


async def by_button(live: Live) -> None:
    """Hold a unit as the room's button does."""
    found = live.street
    token = re.search(r'"referral":"([^"]+)"', (await found.guest.get(f"/live/{found.show}")).text)
    assert token
    wanted = {"variant_id": str(found.market.variants[0].id), "quantity": 1, "idempotency_key": new_code()}
    answer = await found.guest.post(
        "/cart/holds", json=wanted | {"referral": token[1]}, headers=await csrf(found.guest)
    )
    assert answer.status_code == 201


async def claim_twice(live: Live) -> None:
    await by_button(live)
    claim = await live.claim(live.line, await live.buyer())
    assert claim["detail"].endswith("Claim 2.")


async def judged(live: Live, content: bytes) -> str:
    """Have a file judged by the page."""
    guest = live.street.guest
    token = (await csrf(guest))["x-csrftoken"]
    answer = await guest.post("/claims", data={"_csrf_token": token}, files={"file": ("c.json", content)})
    assert answer.status_code == 200
    return answer.text


async def test_a_stranger_takes_the_claims_and_comes_to_the_same_verdicts(live: Live) -> None:
    await claim_twice(live)
    answer = await live.street.guest.get(f"/claims/{live.street.show.lower()}")
    log: dict[str, Any] = answer.json()
    assert [(one["number"], one["door"], one["verdict"]) for one in log["claims"]] == [
        (1, "button", "held"),
        (2, "comment", "held"),
    ]
    assert "cart:" not in answer.text
    page = await judged(live, answer.content)
    assert "Every verdict is right." in page
    assert log["head"] in page
    changed = answer.text.replace('"door":"comment"', '"door":"button"')
    assert "Claim 2 is not right." in await judged(live, changed.encode())
    for nothing in (b"", b"[]", b"{" * 5000, b"\xff"):
        assert "This is no file of claims." in await judged(live, nothing)


async def test_the_room_tells_where_the_chain_ends(live: Live) -> None:
    await claim_twice(live)
    system = live.street.system
    room = system.wirings["social"].given["rooms"].registry.find(live.street.show)
    await until(lambda: room.state.claims.number == 2)
    log = (await live.street.guest.get(f"/claims/{live.street.show}")).json()
    assert room.state.claims.head == log["head"]


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(etalase, arguments)


async def test_an_operator_verifies_by_command(live: Live, tmp_path: Path) -> None:
    await claim_twice(live)
    settings = {
        "ETALASE_PLANE": "commerce",
        "ETALASE_COMMERCE_DSN": live.street.market.db.dsn,
        "ETALASE_COMMERCE_URL": "http://shop.example",
        "ETALASE_SOCIAL_URL": "http://room.example",
        "ETALASE_DATA_DIR": str(tmp_path),
    }
    show = live.street.show
    verified = await asyncio.to_thread(run, "claims", "verify", show, **settings)
    assert (verified.exit_code, verified.output.split(", head")[0]) == (0, f"ok   {show}: 2 claims, 2 held")
    exported = await asyncio.to_thread(run, "claims", "export", show, **settings)
    file = tmp_path / "claims.json"
    file.write_text(exported.output)
    assert run("claims", "verify", show, "--file", str(file)).exit_code == 0
    file.write_text(exported.output.replace('"available":1000', '"available":999'))
    wrong = run("claims", "verify", show, "--file", str(file))
    assert wrong.exit_code == 1
    assert "claim 1 differs" in wrong.output
