"""What buyers who have paid nothing at a shop yet may keep there: so much, and not for long.

A stranger could else order a whole stock in ten names and never pay. Whoever has paid once is no stranger,
and nothing here concerns them. The first order of a buyer is never refused for its size.
"""

from collections import Counter
from datetime import timedelta

from etalase.commerce import inventory
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._errors import TooMuchUnpaid
from etalase.commerce.orders._model import OrderSettings, ShopCart
from etalase.commerce.orders._model.settings import WHOLE
from etalase.commerce.orders._store import NewBuyer, Unpaid
from etalase.platform.db import Tx

LATER = timedelta(hours=1)
"""When to try again where nobody knows: what is paid on delivery."""


async def require_bounds(tx: Tx, who: NewBuyer, cart: ShopCart, settings: OrderSettings) -> None:
    """Refuse an order that would keep more at the shop than newcomers may. Raises TooMuchUnpaid."""
    await store.lock_newcomer(tx, who)
    unpaid = await store.list_unpaid(tx, who)
    theirs = {one.order_id for one in unpaid if one.is_theirs}
    around = {one.order_id for one in unpaid}
    if len(theirs) >= settings.max_unpaid_orders_per_contact:
        raise _refusal(tx, unpaid)
    if who.network and len(around) >= settings.max_unpaid_orders_per_network:
        raise _refusal(tx, unpaid)
    await _require_share(tx, cart, unpaid, settings)


async def _require_share(tx: Tx, cart: ShopCart, unpaid: list[Unpaid], settings: OrderSettings) -> None:
    if settings.max_unpaid_share_percent == WHOLE:
        return
    kept, wanted = Counter[object](), Counter[object]()
    for one in unpaid:
        kept[one.variant_id] += one.quantity
    for held in cart.lines:
        wanted[held.line.variant_id] += held.line.quantity
    stock = await inventory.stock_of(tx, [held.line.variant_id for held in cart.lines])
    for variant_id, found in stock.items():
        share = found.on_hand * settings.max_unpaid_share_percent / WHOLE
        maximum = max(share, settings.unpaid_units_in_any_case)
        if kept[variant_id] and kept[variant_id] + wanted[variant_id] > maximum:
            raise _refusal(tx, unpaid)


def _refusal(tx: Tx, unpaid: list[Unpaid]) -> TooMuchUnpaid:
    """Say when the first of these orders gives its units back."""
    now = tx.clock.now()
    ends = min((one.pay_by for one in unpaid if one.pay_by is not None), default=now + LATER)
    seconds = max(60, round((ends - now).total_seconds()))
    return TooMuchUnpaid(retry_after_seconds=seconds, minutes=-(-seconds // 60))
