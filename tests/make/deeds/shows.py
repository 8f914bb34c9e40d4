"""Shows and their streams."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from etalase.kernel.ids import new_code
from tests.make.deeds._deed import Deed, deed, own
from tests.make.neighbours import PICTURE, Neighbours

OFFER = Path(__file__).parents[2] / "integration/social/media/offer.sdp"


@deed(
    "GET /studio/{code}",
    "GET /studio/{code}/sales",
    "GET /studio/{code}/silenced",
    "GET /studio/{code}/claims",
    "GET /studio/{code}/stream",
    "GET /studio/{code}/edit",
    "POST /studio/{code}/key",
    "POST /studio/{code}/end",
    "GET /api/v1/shows/{code}/stream",
    "GET /api/v1/shows/{code}/sales",
    "GET /api/v1/shows/{code}/claims",
    "POST /api/v1/shows/{code}/stream/key",
    "POST /api/v1/shows/{code}/end",
    "WS /studio/{code}/ingest",
)
async def _live(n: Neighbours, who: str) -> Deed:
    return Deed({"code": own((await n.stall_of(who).show()).code)})


@deed(
    "POST /studio/{code}/go-live",
    "POST /studio/{code}/cancel",
    "POST /api/v1/shows/{code}/go-live",
    "DELETE /api/v1/shows/{code}",
)
async def _planned(n: Neighbours, who: str) -> Deed:
    return Deed({"code": own((await n.stall_of(who).show("planned")).code)})


@deed("POST /studio/new")
async def _plan_by_form(n: Neighbours, who: str) -> Deed:
    shop_id = own(n.stall_of(who).shop.id)
    fields = {"shop": shop_id, "title": "Baju", "starts_at": _soon(n)[:16], "key": new_code()}
    return Deed(fields=fields)


@deed("POST /api/v1/shows")
async def _plan(n: Neighbours, who: str) -> Deed:
    shop_id = own(n.stall_of(who).shop.id)
    return Deed(document={"shop_id": shop_id, "title": "Baju", "starts_at": _soon(n)})


def _soon(n: Neighbours) -> str:
    """Return the moment in an hour, by the clock of western Indonesia, as browsers begin to write it."""
    soon = n.system.databases["social"].clock.now() + timedelta(hours=1)
    return soon.astimezone(ZoneInfo("Asia/Jakarta")).isoformat(timespec="seconds")


@deed("POST /studio/{code}/edit")
async def _edit_by_form(n: Neighbours, who: str) -> Deed:
    return Deed({"code": own((await n.stall_of(who).show()).code)}, fields={"title": "Baju baru"})


@deed("PATCH /api/v1/shows/{code}")
async def _edit(n: Neighbours, who: str) -> Deed:
    return Deed({"code": own((await n.stall_of(who).show()).code)}, document={"title": "Baju baru"})


@deed("PUT /api/v1/shows/{code}/cover")
async def _cover(n: Neighbours, who: str) -> Deed:
    return Deed({"code": own((await n.stall_of(who).show()).code)}, files={"cover": PICTURE})


@deed("PUT /api/v1/shows/{code}/tray")
async def _tray(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    document = {"product_ids": [own(stall.market.variants[0].product_id)]}
    path = {"code": own((await stall.show()).code)}
    return Deed(path, document=document, refused=frozenset({404, 409, 422}))


@deed("POST /studio/{code}/pin")
async def _pin_by_form(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    fields = {"product_id": own(stall.market.variants[0].product_id)}
    return Deed({"code": own((await stall.show()).code)}, fields=fields, refused=frozenset({404, 409}))


@deed("PUT /api/v1/shows/{code}/pin")
async def _pin(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    document = {"product_id": own(stall.market.variants[0].product_id)}
    return Deed({"code": own((await stall.show()).code)}, document=document, refused=frozenset({404, 409}))


@deed(
    "PUT /api/v1/shows/{code}/closed/{product_id}",
    "DELETE /api/v1/shows/{code}/closed/{product_id}",
)
async def _close_claims(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    product_id = own(stall.market.variants[0].product_id)
    path = {"code": own((await stall.show()).code), "product_id": product_id}
    return Deed(path, refused=frozenset({404, 409}))


@deed("POST /studio/{code}/claims")
async def _enter_claim(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    variant_id = own(stall.market.variants[0].id)
    fields = {"name": "Bu Ani", "variant_id": variant_id, "quantity": "1"}
    return Deed({"code": own((await stall.show()).code)}, fields=fields, refused=frozenset({404, 409}))


@deed("POST /api/v1/shows/{code}/claims")
async def _enter_claim_by_api(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    document = {"name": "Bu Ani", "variant_id": own(stall.market.variants[0].id)}
    return Deed({"code": own((await stall.show()).code)}, document=document, refused=frozenset({404, 409}))


@deed("PUT /api/v1/shows/{code}/doors/{product_id}")
async def _choose_claim_doors(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    path = {"code": own((await stall.show()).code), "product_id": own(stall.market.variants[0].product_id)}
    return Deed(path, document={"by": "comment"}, refused=frozenset({404, 409}))


@deed("POST /api/v1/shows/{code}/pin/next")
async def _pin_next(n: Neighbours, who: str) -> Deed:
    return Deed({"code": own((await n.stall_of(who).show()).code)})


@deed("DELETE /api/v1/shows/{code}/pin")
async def _unpin(n: Neighbours, who: str) -> Deed:
    return Deed({"code": own(await n.stall_of(who).pinned())})


@deed("POST /studio/{code}/speed")
async def _speed(n: Neighbours, who: str) -> Deed:
    return Deed({"code": (await n.stall_of(who).show()).code}, text="x" * 100)


@deed("POST /api/v1/shows/{code}/lines")
async def _say(n: Neighbours, who: str) -> Deed:
    text = f"Ukuran {new_code(4)} ada"
    return Deed({"code": own((await n.stall_of(who).show()).code)}, document={"text": text})


@deed("DELETE /api/v1/shows/{code}/lines/{line}")
async def _delete_line(n: Neighbours, who: str) -> Deed:
    show, line = await n.stall_of(who).line()
    return Deed({"code": own(show.code), "line": own(line.id)})


@deed(
    "PUT /api/v1/shows/{code}/blocks/{viewer}",
    "DELETE /api/v1/shows/{code}/mutes/{viewer}",
    "DELETE /api/v1/shows/{code}/blocks/{viewer}",
)
async def _viewer(n: Neighbours, who: str) -> Deed:
    show, line = await n.stall_of(who).line()
    return Deed({"code": own(show.code), "viewer": line.viewer})


@deed("PUT /api/v1/shows/{code}/mutes/{viewer}")
async def _mute(n: Neighbours, who: str) -> Deed:
    return Deed((await _viewer(n, who)).path, document={"seconds": 60})


@deed("POST /whip/{code}")
async def _publish(n: Neighbours, who: str) -> Deed:
    stall = n.stall_of(who)
    show = await stall.show()
    key = own(f"Bearer {await stall.stream_key(show)}")
    headers = {"authorization": key, "content-type": "application/sdp"}
    return Deed({"code": own(show.code)}, text=OFFER.read_text(), headers=headers, refused=frozenset({401}))


@deed("DELETE /whip/{code}/{resource}")
async def _hang_up(n: Neighbours, who: str) -> Deed:
    call = await _publish(n, who)
    there = f"/whip/{call.path['code']}"
    seen = await n.send("POST", there, "anonymous", headers=dict(call.headers), body=call.text.encode())
    resource = seen.headers["location"].rpartition("/")[2]
    headers = {"authorization": call.headers["authorization"]}
    path = {"code": call.path["code"], "resource": own(resource)}
    return Deed(path, headers=headers, refused=frozenset({401, 404}))
