"""A buyer's holds and orders, by account and by link."""

from dataclasses import replace

from etalase.commerce import inventory, orders
from etalase.kernel.ids import new_code
from tests.make.checkouts import DOCUMENT
from tests.make.deeds._deed import Deed, deed, own
from tests.make.neighbours import Neighbours


@deed("POST /api/v1/holds")
async def _hold(n: Neighbours, who: str) -> Deed:
    variant_id = str(n.stall_of(who).market.variants[0].id)
    return Deed(document={"variant_id": variant_id}, headers={"idempotency-key": new_code()})


@deed("PATCH /api/v1/holds/{hold_id}")
async def _shrink(n: Neighbours, _: str) -> Deed:
    buyer, token = await n.new_program()
    path = {"hold_id": own(await n.ours.hold_of(buyer))}
    return Deed(path, document={"quantity": 1}, alone=token, refused=frozenset({404, 409}))


@deed("DELETE /api/v1/holds/{hold_id}")
async def _release(n: Neighbours, _: str) -> Deed:
    buyer, token = await n.new_program()
    hold_id = await n.ours.hold_of(buyer)

    async def is_held() -> bool:
        async with n.ours.db.begin() as tx:
            held = await inventory.list_holds(tx, orders.holder_of_account(buyer))
        return hold_id in {one.id for one in held}

    return Deed({"hold_id": own(hold_id)}, alone=token, unharmed=is_held)


@deed("POST /api/v1/waitlist")
async def _join(n: Neighbours, who: str) -> Deed:
    variant_id = str(n.stall_of(who).market.variants[0].id)
    return Deed(document={"variant_id": variant_id}, headers={"idempotency-key": new_code()})


@deed("DELETE /api/v1/waitlist/{variant_id}")
async def _leave(n: Neighbours, _: str) -> Deed:
    return Deed({"variant_id": str(n.ours.market.variants[0].id)})


@deed("POST /api/v1/holds/{hold_id}/skip")
async def _skip(n: Neighbours, _: str) -> Deed:
    """Nobody waits behind: the owner is told so, and a stranger that there is no such hold of theirs."""
    buyer, token = await n.new_program()
    hold_id = await n.ours.turn_of(buyer)
    return Deed({"hold_id": own(hold_id)}, alone=token, refused=frozenset({404, 409}))


@deed("POST /api/v1/orders")
async def _order(n: Neighbours, _: str) -> Deed:
    buyer, token = await n.new_program()
    await n.ours.hold_of(buyer)
    contact = DOCUMENT | {"email": f"{new_code()}@example.com".lower()}
    choices = [{"shop_id": str(n.ours.shop.id), "method": "bank_transfer"}]
    document = contact | {"choices": choices}
    return Deed(document=document, alone=token, headers={"idempotency-key": new_code()})


@deed("GET /api/v1/orders/{order_id}", "GET /api/v1/orders/{order_id}/evidence")
async def _my_order(n: Neighbours, _: str) -> Deed:
    buyer, token = await n.new_program()
    return Deed({"order_id": own((await n.ours.order_of(buyer)).id)}, alone=token)


@deed("POST /api/v1/orders/{order_id}/pay")
async def _pay_my_order(n: Neighbours, who: str) -> Deed:
    return replace(await _my_order(n, who), document={"method": "qris_static"})


@deed("POST /api/v1/orders/{order_id}/cancel")
async def _cancel_my_order(n: Neighbours, who: str) -> Deed:
    return replace(await _my_order(n, who), document={"reason": "Salah pesan"})


@deed("GET /order/{token}", "GET /order/{token}/evidence.zip", "POST /order/{token}/cancel")
async def _order_by_link(n: Neighbours, who: str) -> Deed:
    fields = {"reason": "Salah pesan"}
    return Deed({"token": (await n.stall_of(who).order("unpaid")).token}, fields=fields)


@deed("GET /order/{token}/state/{known}")
async def _watch_order(n: Neighbours, who: str) -> Deed:
    return Deed({"token": (await n.stall_of(who).order("unpaid")).token, "known": "paid"})


@deed("POST /order/{token}/pay")
async def _pay_by_link(n: Neighbours, who: str) -> Deed:
    token = (await n.stall_of(who).order("unpaid")).token
    return Deed({"token": token}, fields={"method": "qris_static"})


@deed("GET /pay/{token}", "GET /pay/{token}/news", "GET /api/v1/payments/{token}")
async def _payment_by_link(n: Neighbours, who: str) -> Deed:
    return Deed({"token": (await n.stall_of(who).payment()).token})


@deed("GET /pay/{token}/qr.png", "GET /pay/{token}/qr.svg")
async def _qr(n: Neighbours, who: str) -> Deed:
    return Deed({"token": (await n.stall_of(who).payment("qris")).token})
