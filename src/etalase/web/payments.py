"""Where a payment meets people: the buyer's way to pay, the seller's money, the gateway's call-backs."""

from typing import Any

import msgspec
import structlog
from litestar import Request, post
from litestar.di import NamedDependency

from etalase.commerce import payments
from etalase.platform.db import Database

log = structlog.get_logger()
LONGEST_NOTICE = 16_384


@post("/webhooks/midtrans", include_in_schema=False, status_code=200, request_max_body_size=LONGEST_NOTICE)
async def hear_midtrans(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    gateways: NamedDependency[payments.Gateways],
) -> dict[str, str]:
    """Take a call-back as a hint to ask the gateway, once it is known to be signed. Raises BadSignature."""
    try:
        notice = msgspec.json.decode(await request.body(), type=dict[str, Any])
    except msgspec.MsgspecError:
        raise payments.BadSignature from None
    reference, status = gateways.believe_midtrans(notice)
    async with db.begin() as tx:
        known = await payments.request_asking(tx, reference, status)
    if not known:
        log.warning("notice_of_unknown_payment", reference=reference[:64])
    return {"status": "ok"}


ROUTES = [hear_midtrans]
