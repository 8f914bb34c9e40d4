"""Letting things cross, and noting that they did, each end in its own plane's transaction."""

from typing import Any, assert_never

import msgspec

from etalase.bridge import _store as store
from etalase.bridge._errors import PassUnusable
from etalase.bridge._model import (
    HostPass,
    OfferSignal,
    Referral,
    RoomEars,
    Signal,
    SoldSignal,
    StockSignal,
    read_host_pass,
    read_referral,
    sign_host_pass,
)
from etalase.platform.db import Database, Tx


async def issue_host_pass(tx: Tx, key: str, host: HostPass) -> str:
    """Return a pass with which a member of a shop's staff enters the studio. Commerce's end."""
    await store.add_crossing(tx, "out", "host_pass", _pass_content(host))
    return sign_host_pass(key, host, tx.clock.now())


async def accept_host_pass(tx: Tx, key: str, token: str) -> HostPass:
    """Return what the pass says, once. Social's end. Raises PassUnusable."""
    host, number = read_host_pass(key, token, tx.clock.now())
    if not await store.use_pass(tx, number):
        raise PassUnusable
    await store.add_crossing(tx, "in", "host_pass", _pass_content(host))
    return host


async def accept_referral(tx: Tx, key: str, token: str) -> Referral | None:
    """Note that a viewer came from a show; nothing when the token is not ours. Commerce's end."""
    referral = read_referral(key, token, tx.clock.now())
    if referral is not None:
        content = {"show": referral.show_code, "product_id": str(referral.product_id)}
        await store.add_crossing(tx, "in", "referral", content)
    return referral


class SignalReceiver:
    """The social plane's ear: hands signals to the rooms, each sale once."""

    def __init__(self, database: Database, rooms: RoomEars) -> None:
        self._database = database
        self._rooms = rooms

    async def receive(self, signals: tuple[Signal, ...]) -> None:
        """Note what came, then tell the rooms."""
        async with self._database.begin() as tx:
            fresh = [signal for signal in signals if await _is_fresh(tx, signal)]
            for signal in fresh:
                await store.add_crossing(tx, "in", _kind(signal), _content(signal))
        for signal in fresh:
            await self._tell(signal)

    async def _tell(self, signal: Signal) -> None:
        match signal:
            case StockSignal():
                await self._rooms.stock_changed(
                    signal.shop_id, signal.product_id, signal.variant_id, signal.available
                )
            case SoldSignal():
                await self._rooms.units_sold(
                    signal.shop_id, signal.product_id, signal.variant_id, signal.quantity
                )
            case OfferSignal():
                await self._rooms.offers_changed(signal.shop_id)
            case _:
                assert_never(signal)


async def note_signal(tx: Tx, signal: Signal) -> None:
    """Note that a signal leaves. Commerce's end."""
    await store.add_crossing(tx, "out", _kind(signal), _content(signal))


async def _is_fresh(tx: Tx, signal: Signal) -> bool:
    """Stock is told as it is, and may be told twice; a sale counts once."""
    if not isinstance(signal, SoldSignal):
        return True
    return await store.receive_sale(tx, signal.sale, signal.variant_id)


def _pass_content(host: HostPass) -> dict[str, Any]:
    """Say for whom and for which shops, without the name that people read."""
    return {"account": host.account_ref, "shops": msgspec.to_builtins(host.shops)}


def _kind(signal: Signal) -> str:
    return str(type(signal).__struct_config__.tag)


def _content(signal: Signal) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(signal)
    return content
