"""The bridge, the gateway's call-backs and the operator's figures: whoever signs, or knows a secret."""

from hashlib import sha512
from typing import Any

import msgspec

from etalase import bridge
from etalase.bridge import sign_message
from etalase.commerce.evidence import ClipQuestion, ShowQuestion
from etalase.kernel.ids import new_code, new_id
from etalase.social.rooms import ClaimClosing, ClaimsQuestion, HostClaims, RoomClaim
from tests.make.deeds._deed import Deed, always, deed, own
from tests.make.neighbours import Neighbours

METRICS_TOKEN = "a token that only this test knows"
GATEWAY_KEY = "a key that only this test knows"

SECRETS: Any = {
    "ETALASE_SECURITY_METRICS_TOKEN": METRICS_TOKEN,
    "ETALASE_PAYMENTS_MIDTRANS_SERVER_KEY": GATEWAY_KEY,
    "ETALASE_PAYMENTS_MIDTRANS_API_URL": "http://127.0.0.1:9",  # nobody is there to be asked
}
"""Settings of a program in which these calls are right."""

always("GET /metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}"})
always("POST /api/v1/host-passes")


async def _pass(n: Neighbours, browser: str = "") -> str:
    key: str = n.system.wirings["social"].given["bridge_key"]
    async with n.system.databases["commerce"].begin() as tx:
        account = n.accounts["commerce"]["owner"]
        return await bridge.issue_host_pass(tx, key, account, "Owner", browser=browser)


@deed("GET /studio/enter")
async def _enter_studio(n: Neighbours, _: str) -> Deed:
    browser = new_code(50)
    query = {"pass": own(await _pass(n, browser))}
    return Deed(query=query, headers={"cookie": own(f"etalase_studio_door={browser}")})


@deed("POST /api/v1/host-tokens")
async def _change_pass(n: Neighbours, _: str) -> Deed:
    return Deed(document={"host_pass": await _pass(n), "name": "Test"})


def _signed(n: Neighbours, method: str, path: str, body: bytes = b"") -> dict[str, str]:
    key: str = n.system.wirings["social"].given["bridge_key"]
    clock = n.system.databases["commerce"].clock
    return {bridge.SIGNATURE_HEADER: own(sign_message(key, method, path, body, clock.now()))}


@deed("GET /bridge/offers/{shop_id}")
async def _give_offers(n: Neighbours, who: str) -> Deed:
    shop_id = n.stall_of(who).shop.id
    return Deed({"shop_id": own(shop_id)}, headers=_signed(n, "GET", f"/bridge/offers/{shop_id}"))


@deed("GET /bridge/sales/{shop_id}/{show_code}")
async def _give_sales(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    shop_id, code = stall.shop.id, (await stall.show()).code
    headers = _signed(n, "GET", f"/bridge/sales/{shop_id}/{code}")
    return Deed({"shop_id": own(shop_id), "show_code": own(code)}, headers=headers)


@deed("POST /bridge/shown")
async def _give_shown(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    question = ShowQuestion(stall.shop.id, (await stall.show()).code, ())
    return _asked(n, "/bridge/shown", msgspec.json.encode(question))


@deed("POST /bridge/clips")
async def _give_clip(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    question = ClipQuestion(stall.shop.id, (await stall.show()).code, 0.0, 1.0, ())
    return _asked(n, "/bridge/clips", msgspec.json.encode(question))


def _asked(n: Neighbours, path: str, body: bytes) -> Deed:
    headers = {name: str(value) for name, value in _signed(n, "POST", path, body).items()}
    return Deed(text=body.decode(), headers=headers)


@deed("POST /bridge/claims")
async def _take_claim(n: Neighbours, _: str) -> Deed:
    claim = RoomClaim(new_id(), "SHOW22", str(new_id()), new_id(), 1, buyer="")
    return _asked(n, "/bridge/claims", msgspec.json.encode(claim))  # for nobody: nothing is held


@deed("POST /bridge/claims/entered")
async def _enter_claims_at_till(n: Neighbours, _: str) -> Deed:
    entered = HostClaims(new_id(), "SHOW22", ())  # none: nothing is held
    return _asked(n, "/bridge/claims/entered", msgspec.json.encode(entered))


@deed("POST /bridge/claims/closing")
async def _close_claims_at_till(n: Neighbours, _: str) -> Deed:
    closing = ClaimClosing(new_id(), "SHOW22", new_id(), closed=True)
    return _asked(n, "/bridge/claims/closing", msgspec.json.encode(closing))


@deed("POST /bridge/claims/report")
async def _report_claims(n: Neighbours, _: str) -> Deed:
    question = ClaimsQuestion(new_id(), "SHOW22", ())
    return _asked(n, "/bridge/claims/report", msgspec.json.encode(question))


@deed("POST /bridge/signals")
async def _take_signals(n: Neighbours, _: str) -> Deed:
    headers = {name: str(value) for name, value in _signed(n, "POST", "/bridge/signals", b"[]").items()}
    return Deed(text="[]", headers=headers)  # the same for everybody: no shop is named


@deed("POST /webhooks/{provider}")
async def _hear_midtrans(n: Neighbours, who: str) -> Deed:
    reference, code, amount = f"{who}-{new_code()}", "200", "89000.00"
    signature = sha512(f"{reference}{code}{amount}{GATEWAY_KEY}".encode()).hexdigest()
    notice = {"order_id": own(reference), "status_code": code, "gross_amount": amount}
    document = notice | {"transaction_status": "pending", "signature_key": own(signature)}
    return Deed({"provider": "midtrans"}, document=document)
