"""A shop's money."""

from etalase.kernel.ids import new_code, new_id
from tests.make.deeds._deed import Deed, always, deed, own
from tests.make.neighbours import Neighbours

always("POST /desk/{slug}/money/cod", fields={"cod": "on"})
always("PUT /api/v1/shops/{slug}/payment-methods/cod", document={"on": True})


@deed("GET /desk/{slug}/money/orders/{order_id}")
async def _trail(n: Neighbours, who: str) -> Deed:
    return Deed({"order_id": own((await n.stall_of(who).order()).id)})


@deed("POST /desk/{slug}/payments/{payment_id}/received")
async def _receive_by_form(n: Neighbours, who: str) -> Deed:
    payment = await n.stall_of(who).payment()
    return Deed({"payment_id": own(payment.id)}, fields={"amount": str(payment.due.minor)})


@deed("POST /api/v1/shops/{slug}/payments/{payment_id}/received")
async def _receive(n: Neighbours, who: str) -> Deed:
    payment = await n.stall_of(who).payment()
    return Deed({"payment_id": own(payment.id)}, document={"amount_minor": payment.due.minor})


@deed("POST /desk/{slug}/refunds/{refund_id}/sent", "POST /api/v1/shops/{slug}/refunds/{refund_id}/sent")
async def _refund_sent(n: Neighbours, who: str) -> Deed:
    return Deed({"refund_id": own(await n.stall_of(who).refund())})


@deed("POST /desk/{slug}/money/payouts")
async def _book_payout(n: Neighbours, who: str) -> Deed:
    await n.stall_of(who).earn()
    return Deed(fields={"amount": "100", "fee": "0", "key": str(new_id())})


@deed("POST /api/v1/shops/{slug}/payouts")
async def _record_payout(n: Neighbours, who: str) -> Deed:
    await n.stall_of(who).earn()
    return Deed(document={"key": new_code(), "amount_minor": 100})


@deed(
    "POST /desk/{slug}/money/payouts/{payout_id}/taken-back",
    "POST /api/v1/shops/{slug}/payouts/{payout_id}/taken-back",
)
async def _take_back(n: Neighbours, who: str) -> Deed:
    return Deed({"payout_id": own(await n.stall_of(who).payout())})
