"""What commerce tells the social plane, by itself, when stock moves, sales are made and staff leave."""

from typing import Any

from etalase.bridge import _commands as commands
from etalase.bridge._model import OfferSignal, Signal, SignalSink, SoldSignal, StockSignal
from etalase.commerce import catalog, inventory, shops
from etalase.platform.db import Tx
from etalase.platform.outbox import Reaction

SIGNALS_AT_ONCE = 100


def signal_reactions(sink: SignalSink, key: str) -> tuple[Reaction[Any], ...]:
    """Return commerce's reactions that send signals to the other plane. A sink that fails is asked again."""

    async def send(tx: Tx, signal: Signal) -> None:
        await commands.note_signal(tx, signal)
        await sink.send((signal,))

    async def tell_stock(tx: Tx, event: inventory.StockChanged) -> None:
        now = await inventory.available(tx, [event.variant_id])  # the event may be told late, or once more
        await send(tx, StockSignal(event.shop_id, event.product_id, event.variant_id, now[event.variant_id]))

    async def tell_sale(tx: Tx, event: inventory.UnitsSold) -> None:
        sale = f"{event.order_id}/{event.variant_id}"
        await send(tx, SoldSignal(sale, event.shop_id, event.product_id, event.variant_id, event.quantity))

    async def tell_offer(
        tx: Tx,
        event: catalog.ProductChanged | catalog.ProductArchived | catalog.ProductRestored,
    ) -> None:
        await send(tx, OfferSignal(event.shop_id, event.product_id))

    async def tell_staff(tx: Tx, event: shops.StaffJoined | shops.StaffLeft) -> None:
        """Tell of someone who left or got another role, as it is now: they may have come back since."""
        withdrawn = await commands.find_withdrawal(tx, key, event.shop_id, event.account_id)
        if withdrawn is not None:
            await send(tx, withdrawn)

    return (
        Reaction(inventory.StockChanged, "bridge.tell_stock", tell_stock, at_once=SIGNALS_AT_ONCE),
        Reaction(inventory.UnitsSold, "bridge.tell_sale", tell_sale, at_once=SIGNALS_AT_ONCE),
        Reaction(catalog.ProductChanged, "bridge.tell_change", tell_offer),
        Reaction(catalog.ProductArchived, "bridge.tell_archive", tell_offer),
        Reaction(catalog.ProductRestored, "bridge.tell_restore", tell_offer),
        Reaction(shops.StaffJoined, "bridge.tell_role", tell_staff),
        Reaction(shops.StaffLeft, "bridge.tell_leave", tell_staff),
    )
