"""An account of one's own: its sessions, tokens and secrets by letter."""

import re

from etalase import accounts
from etalase.kernel.ids import new_code
from etalase.platform.db import Plane
from tests.make import accounts as make_accounts
from tests.make.deeds._deed import Deed, always, deed, own
from tests.make.neighbours import Neighbours

always("POST /account/name", "POST /studio/account/name", fields={"name": "Sari"})
always("POST /account/tokens", "POST /studio/account/tokens", fields={"name": "Stok"})


async def _session(n: Neighbours, plane: Plane, who: str) -> str:
    async with n.system.databases[plane].begin() as tx:
        made = await accounts.open_session(tx, n.accounts[plane][who])
        found = await accounts.find_by_session(tx, made.token)
        assert found is not None
        return str(found.session_id)


@deed("POST /account/sessions/revoke-others", "POST /sign-out")
async def _end_sessions(n: Neighbours, _: str) -> Deed:
    return Deed(alone=await n.newcomer("commerce"))


@deed("POST /studio/account/sessions/revoke-others", "POST /studio/sign-out")
async def _end_studio_sessions(n: Neighbours, _: str) -> Deed:
    return Deed(alone=await n.newcomer("social"))


@deed("POST /account/sessions/{session_id}/revoke")
async def _revoke_session(n: Neighbours, who: str) -> Deed:
    return Deed({"session_id": own(await _session(n, "commerce", who))})


@deed("POST /studio/account/sessions/{session_id}/revoke")
async def _revoke_studio_session(n: Neighbours, who: str) -> Deed:
    return Deed({"session_id": own(await _session(n, "social", who))})


@deed("POST /account/tokens/{token_id}/revoke", "DELETE /api/v1/tokens/{token_id}")
async def _revoke_token(n: Neighbours, who: str) -> Deed:
    async with n.system.databases["commerce"].begin() as tx:
        return Deed({"token_id": own((await accounts.issue_token(tx, n.accounts["commerce"][who], "x")).id)})


@deed("POST /studio/account/tokens/{token_id}/revoke")
async def _revoke_studio_token(n: Neighbours, who: str) -> Deed:
    async with n.system.databases["social"].begin() as tx:
        return Deed({"token_id": own((await accounts.issue_token(tx, n.accounts["social"][who], "x")).id)})


@deed("POST /sign-in/code/{ticket}")
async def _enter_code(n: Neighbours, _: str) -> Deed:
    email = await _newcomer(n)
    db, visitor = n.system.databases["commerce"], accounts.Caller("203.0.113.9")
    ticket = await accounts.request_code(db, email=email, caller=visitor)
    digits = re.findall(r"\b\d{6}\b", await n.letter_to(email))[0]
    return Deed({"ticket": own(ticket)}, fields={"digits": own(digits)})


@deed("GET /reset/{secret}")
async def _look_at_reset(n: Neighbours, _: str) -> Deed:
    return Deed({"secret": await _reset_secret(n)})


@deed("POST /reset/{secret}")
async def _reset(n: Neighbours, _: str) -> Deed:
    return Deed({"secret": await _reset_secret(n)}, fields={"password": "sebelas gelas jamu"})


async def _reset_secret(n: Neighbours) -> str:
    email = await _newcomer(n)
    db, visitor = n.system.databases["commerce"], accounts.Caller("203.0.113.9")
    await accounts.request_reset(db, email=email, reset_url="https://x/reset", caller=visitor)
    return (await n.letter_to(email)).split("https://x/reset/")[1].split()[0]


async def _newcomer(n: Neighbours) -> str:
    email = f"{new_code()}@example.com".lower()
    await make_accounts.sign_up(n.system.databases["commerce"], email)
    return email
