"""What commerce tells the social plane, by itself, when stock moves, sales are made and staff leave.

Each reaction takes all that is due and sends one message; of what is told as it is now, only the last word.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from etalase import accounts
from etalase.bridge import _commands as commands
from etalase.bridge._model import (
    ClaimsSignal,
    DealSignal,
    OfferSignal,
    ShopRenamedSignal,
    Signal,
    SignalSink,
    SoldSignal,
    StockSignal,
)
from etalase.commerce import catalog, deals, inventory, shops
from etalase.platform.db import Tx
from etalase.platform.outbox import Reaction

MAX_BATCH = 200
"""How many signals one message carries at most."""
OfferEvent = catalog.ProductChanged | catalog.ProductArchived | catalog.ProductRestored | deals.DealChanged


def signal_reactions(sink: SignalSink, key: str) -> tuple[Reaction[Any], ...]:
    """Return commerce's reactions that send signals to the other plane. A sink that fails is asked again."""
    stock, sale, offer = (
        partial(_signal_stock, sink),
        partial(_signal_sales, sink),
        partial(_signal_offers, sink),
    )
    staff = partial(_signal_staff, sink, key)
    return (
        Reaction(accounts.AccessEnded, "bridge.signal_access", partial(_signal_access, sink, key), MAX_BATCH),
        Reaction(inventory.StockChanged, "bridge.signal_stock", stock, MAX_BATCH),
        Reaction(inventory.UnitsSold, "bridge.signal_sale", sale, MAX_BATCH),
        Reaction(inventory.ClaimsRecorded, "bridge.signal_claims", partial(_signal_claims, sink), MAX_BATCH),
        Reaction(catalog.ProductChanged, "bridge.signal_change", offer, MAX_BATCH),
        Reaction(catalog.ProductArchived, "bridge.signal_archive", offer, MAX_BATCH),
        Reaction(catalog.ProductRestored, "bridge.signal_restore", offer, MAX_BATCH),
        Reaction(deals.DealChanged, "bridge.signal_deal", offer, MAX_BATCH),
        Reaction(shops.ShopChanged, "bridge.signal_name", partial(_signal_names, sink), MAX_BATCH),
        Reaction(shops.StaffJoined, "bridge.signal_role", staff, MAX_BATCH),
        Reaction(shops.StaffLeft, "bridge.signal_leave", staff, MAX_BATCH),
    )


async def _signal_stock(sink: SignalSink, tx: Tx, events: Sequence[inventory.StockChanged]) -> None:
    """Tell how much is left now: the events may be told late, or once more."""
    changed = {event.variant_id: event for event in events}
    now = await inventory.available(tx, list(changed))
    signals = (
        StockSignal(event.shop_id, event.product_id, variant_id, now[variant_id])
        for variant_id, event in changed.items()
    )
    await commands.send_signals(tx, sink, [*signals, *await _deal_signals(tx, changed)])


async def _deal_signals(tx: Tx, changed: Mapping[UUID, inventory.StockChanged]) -> list[DealSignal]:
    """Return what the deals on these variants have left now."""
    product_ids = {event.product_id for event in changed.values()}
    return [
        DealSignal(one.shop_id, one.product_id, one.id, one.left)
        for one in await inventory.list_allotments(tx, product_ids, tx.clock.now())
        if not one.prices.keys().isdisjoint(changed)
    ]


async def _signal_sales(sink: SignalSink, tx: Tx, events: Sequence[inventory.UnitsSold]) -> None:
    signals = (
        SoldSignal(
            f"{event.order_id}/{event.variant_id}",
            event.shop_id,
            event.product_id,
            event.variant_id,
            event.quantity,
        )
        for event in events
    )
    await commands.send_signals(tx, sink, signals)


async def _signal_claims(sink: SignalSink, tx: Tx, events: Sequence[inventory.ClaimsRecorded]) -> None:
    signals = (ClaimsSignal(event.shop_id, event.show, event.number, event.head) for event in events)
    await commands.send_signals(tx, sink, signals)


async def _signal_offers(sink: SignalSink, tx: Tx, events: Sequence[OfferEvent]) -> None:
    await commands.send_signals(tx, sink, (OfferSignal(event.shop_id, event.product_id) for event in events))


async def _signal_names(sink: SignalSink, tx: Tx, events: Sequence[shops.ShopChanged]) -> None:
    names = {event.shop_id: event.title for event in events}
    await commands.send_signals(tx, sink, (ShopRenamedSignal(*named) for named in names.items()))


async def _signal_staff(
    sink: SignalSink, key: str, tx: Tx, events: Sequence[shops.StaffJoined | shops.StaffLeft]
) -> None:
    """Tell of those who left or got another role, as it is now: they may have come back since."""
    signals: list[Signal] = []
    for shop_id, account_id in dict.fromkeys((event.shop_id, event.account_id) for event in events):
        withdrawn = await commands.find_withdrawal(tx, key, shop_id, account_id)
        if withdrawn is not None:
            signals.append(withdrawn)
    await commands.send_signals(tx, sink, signals)


async def _signal_access(sink: SignalSink, key: str, tx: Tx, events: Sequence[accounts.AccessEnded]) -> None:
    """Tell which sessions and tokens have ended."""
    await commands.send_signals(tx, sink, [commands.access_ended_signal(key, event) for event in events])
