"""Letting things cross, and noting that they did, each end in its own plane's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

import msgspec

from etalase import accounts
from etalase.bridge import _store as store
from etalase.bridge._errors import PassUnusable
from etalase.bridge._model import (
    AccessEndedSignal,
    ClaimsSignal,
    DealSignal,
    HostPass,
    HostShop,
    HostWithdrawnSignal,
    OfferSignal,
    Referral,
    ReferralResult,
    RoomNotices,
    ShopRenamedSignal,
    Signal,
    SignalSink,
    SoldSignal,
    StockSignal,
    coalesce,
    origin_ref,
    pseudonym,
    read_host_pass,
    read_referral,
    sign_host_pass,
    sign_referral,
)
from etalase.bridge._queries import recall_show
from etalase.commerce import inventory, orders, shops
from etalase.commerce.evidence import Clip, ShowQuestion, ShowRecord
from etalase.kernel.sources import Source, Venue
from etalase.platform.db import Database, Tx
from etalase.policy import Action, Facts, Law
from etalase.social import people
from etalase.social.rooms import (
    SalesFigures,
)

HOSTING = (shops.Role.OWNER, shops.Role.HOST)
PASSES_KEPT = timedelta(days=1)
"""Longer than any pass is good, whatever the clocks of the two planes say."""

SALES_KEPT = timedelta(days=90)
"""Longer than any operator leaves a sale among the dead letters."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whom a pass has let in, and by what in the other plane: sessions and tokens made of it keep that."""

    account_id: accounts.AccountId
    origin: accounts.AccessOrigin


class RecordAnswer(msgspec.Struct, frozen=True):
    """What a show says to a question; nothing where there is no such show."""

    record: ShowRecord | None


class ClipAnswer(msgspec.Struct, frozen=True):
    """Seconds of a recording; nothing where there is none."""

    clip: Clip | None


async def issue_host_pass(
    tx: Tx,
    key: str,
    account_id: UUID,
    display_name: str,
    *,
    browser: str = "",
    credential: UUID | None = None,
) -> str:
    """Return a pass for all shops in which this person may hold shows. Commerce's end.

    `browser` ties it to one browser, as `sign_host_pass` says; what it brings ends with `credential`, the
    session or token that asks. Raises NotYourShop when there is no such shop.
    """
    memberships = await shops.list_shops_of(tx, account_id)
    vouching = tuple(
        HostShop(found.shop.id, found.shop.slug, found.shop.name, found.role)
        for found in memberships
        if found.role in HOSTING
    )
    if not vouching:
        raise shops.NotYourShop
    host = HostPass(pseudonym(key, account_id), display_name, vouching)
    await store.add_crossing(tx, "out", "host_pass", _pass_content(host))
    origin = origin_ref(key, credential) if credential else ""
    return sign_host_pass(key, host, tx.clock.now(), browser, origin)


async def forget_passes(tx: Tx) -> None:
    """Forget used passes that are too old to be used again, and what voids none any more. Social's end."""
    await store.forget_passes(tx, tx.clock.now() - PASSES_KEPT)
    await store.forget_withdrawals(tx, tx.clock.now() - PASSES_KEPT)
    await store.forget_ended_access(tx, tx.clock.now() - PASSES_KEPT)


async def forget_crossings(tx: Tx, *, kept_days: int) -> None:
    """Forget what crossed longer ago than the log is kept. Both ends."""
    await store.forget_crossings(tx, tx.clock.now() - timedelta(days=kept_days))


async def forget_sales(tx: Tx) -> None:
    """Forget which sales were told, once nothing tells of them again. Social's end."""
    await store.forget_sales(tx, tx.clock.now() - SALES_KEPT)


async def accept_host_pass(tx: Tx, key: str, token: str, *, browser: str = "") -> Admitted:
    """Return the account of the pass's bearer, with the right to hold its shops' shows and no others'.

    A pass is accepted once, and from the browser that asked for it. A shop that has taken its word back since
    does not count, nor does a pass whose session has ended since. Social's end. Raises PassUnusable.
    """
    shown = read_host_pass(key, token, tx.clock.now(), browser)
    host = shown.host
    withdrawn = await store.list_withdrawals(tx, host.account_ref, shown.signed_at)
    vouching = [shop for shop in host.shops if shop.shop_id not in withdrawn]
    has_ended = await store.has_access_ended(tx, host.account_ref, shown.origin, shown.signed_at)
    if has_ended or not vouching or not await store.use_pass(tx, shown.number):
        raise PassUnusable
    await store.add_crossing(tx, "in", "host_pass", _pass_content(host))
    account_id = await accounts.ensure_external_account(tx, host.account_ref, host.display_name)
    for shop in vouching:
        await people.admit_host(
            tx,
            account_id,
            reference=host.account_ref,
            display_name=host.display_name,
            shop_id=shop.shop_id,
            shop_slug=shop.slug,
            shop_name=shop.name,
            role=shop.role,
        )
    await people.withdraw_other_grants(tx, account_id, {shop.shop_id for shop in vouching})
    return Admitted(account_id, accounts.AccessOrigin(shown.origin, shown.signed_at))


def issue_referral(law: Law, key: str, referral: Referral, now: datetime) -> str:
    """Return the token that says where a viewer comes from, to the shop or within the room. Social's end.

    Raises LawRefusal where the law has no viewer go there.
    """
    action = Action.HOLD_IN_ROOM if referral.venue is Venue.ROOM else Action.LINK_TO_SHOP
    law.require(action, Facts(now))
    return sign_referral(key, referral, now)


def accept_source(key: str, token: object, now: datetime) -> Source | None:
    """Return where a buyer came from, for the hold that they ask for. Commerce's end.

    Nothing where they bring no token, or one that is none of ours: that is counted, and no sale fails.
    """
    if token is None or token == "":
        return None
    found = read_referral(key, token, now)
    if isinstance(found, ReferralResult):
        inventory.count_referral(found)
        return None
    return found


async def accept_referral(tx: Tx, key: str, token: str) -> Source | None:
    """Note that a viewer came from a show; nothing when the token is not ours. Commerce's end."""
    source = accept_source(key, token, tx.clock.now())
    if source is not None:
        content = {"show": source.show, "product_id": str(source.product_id)}
        await store.add_crossing(tx, "in", "referral", content)
    return source


async def report_sales(tx: Tx, law: Law, shop_id: UUID, show_code: str) -> SalesFigures:
    """Count a show's sales for its hosts. Commerce's end. Raises LawRefusal."""
    law.require(Action.REPORT_SALES, Facts(tx.clock.now()))
    sales = await orders.get_show_sales(tx, shop_id, show_code)
    figures = SalesFigures(sales.orders, sales.goods.minor, sales.held_units, sales.sold_units)
    await store.add_crossing(tx, "out", "sales", _sales_content(shop_id, show_code, figures))
    return figures


async def accept_sales(tx: Tx, shop_id: UUID, show_code: str, figures: SalesFigures) -> None:
    """Note that a show's sales have come. Social's end."""
    await store.add_crossing(tx, "in", "sales", _sales_content(shop_id, show_code, figures))


async def ask_show(tx: Tx, question: ShowQuestion) -> None:
    """Note that a show is asked about moments. Commerce's end."""
    await store.add_crossing(tx, "out", "show_question", _question_content(question))


async def answer_show(tx: Tx, question: ShowQuestion) -> ShowRecord | None:
    """Return what a show showed at the moments that are asked about, and note the question. Social's end."""
    await store.add_crossing(tx, "in", "show_question", _question_content(question))
    return await recall_show(tx, question)


class SignalReceiver:
    """The social plane's ear: hands signals to the rooms, each sale once."""

    def __init__(self, database: Database, rooms: RoomNotices) -> None:
        self._database = database
        self._rooms = rooms

    async def receive(self, signals: tuple[Signal, ...]) -> None:
        """Note what came, then tell the rooms."""
        async with self._database.begin() as tx:
            fresh = await _find_fresh(tx, coalesce(signals))
            await store.add_crossings(tx, "in", [(_kind(signal), _content(signal)) for signal in fresh])
        for signal in fresh:
            await self._hand_over(signal)

    async def _hand_over(self, signal: Signal) -> None:
        match signal:
            case StockSignal():
                await self._rooms.stock_changed(
                    signal.shop_id, signal.product_id, signal.variant_id, signal.available
                )
            case DealSignal():
                await self._rooms.deal_taken(signal.shop_id, signal.product_id, signal.deal_id, signal.left)
            case SoldSignal():
                await self._rooms.units_sold(
                    signal.shop_id, signal.product_id, signal.variant_id, signal.quantity
                )
            case OfferSignal():
                await self._rooms.offers_changed(signal.shop_id)
            case ShopRenamedSignal():
                await self._rooms.shop_renamed(signal.shop_id, signal.name)
            case ClaimsSignal():
                await self._rooms.claims_recorded(signal.show, signal.number, signal.head)
            case HostWithdrawnSignal():
                await self._withdraw(signal)
            case AccessEndedSignal():
                await self._end_access(signal)
            case _:
                assert_never(signal)

    async def _withdraw(self, signal: HostWithdrawnSignal) -> None:
        async with self._database.begin() as tx:
            await store.add_withdrawal(tx, signal.account_ref, signal.shop_id, signal.withdrawn_at)
            account_id = await people.withdraw_host(tx, signal.account_ref, signal.shop_id)
        if account_id is not None:
            self._rooms.host_withdrawn(signal.shop_id, account_id)

    async def _end_access(self, signal: AccessEndedSignal) -> None:
        ref, at = signal.account_ref, signal.ended_at
        async with self._database.begin() as tx:
            for origin in signal.origins:
                await store.add_ended_access(tx, ref, origin, "", at)
            if signal.everything:
                await store.add_ended_access(tx, ref, "", signal.kept, at)
            ending = accounts.Ending(signal.origins, at, everything=signal.everything, kept=signal.kept)
            ended = await accounts.end_vouched(tx, ref, ending)
        self._rooms.access_ended(ended)


def access_ended_signal(key: str, event: accounts.AccessEnded) -> AccessEndedSignal:
    """Return what to tell of sessions and tokens that have ended. Commerce's end."""
    return AccessEndedSignal(
        pseudonym(key, event.account_id),
        event.ended_at,
        tuple(origin_ref(key, one) for one in event.ended),
        event.everything,
        origin_ref(key, event.kept) if event.kept else "",
    )


async def find_withdrawal(tx: Tx, key: str, shop_id: UUID, account_id: UUID) -> HostWithdrawnSignal | None:
    """Return what to tell of someone who may not hold the shop's shows as of now. Commerce's end."""
    role = await shops.find_role(tx, account_id, shops.ShopId(shop_id))
    if role in HOSTING:
        return None
    return HostWithdrawnSignal(shop_id, pseudonym(key, account_id), tx.clock.now())


async def send_signals(tx: Tx, sink: SignalSink, signals: Iterable[Signal]) -> None:
    """Tell the other plane, in one message, then note that it has left. Commerce's end.

    Nothing is written before the message is taken, so that no transaction waits for this one meanwhile.
    """
    last = coalesce(signals)
    if last:
        await sink.send(last)
        await store.add_crossings(tx, "out", [(_kind(signal), _content(signal)) for signal in last])


async def _find_fresh(tx: Tx, signals: Sequence[Signal]) -> list[Signal]:
    """Return what is to be handed on: stock is told as it is, and may be told twice; a sale counts once."""
    sold = {signal.sale: signal.variant_id for signal in signals if isinstance(signal, SoldSignal)}
    new = await store.receive_sales(tx, sold.items())
    return [signal for signal in signals if not isinstance(signal, SoldSignal) or signal.sale in new]


def _pass_content(host: HostPass) -> dict[str, Any]:
    """Say for whom and for which shops, without the name that people read."""
    return {"account": host.account_ref, "shops": msgspec.to_builtins(host.shops)}


def _kind(signal: Signal) -> str:
    return str(type(signal).__struct_config__.tag)


def _content(signal: Signal) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(signal)
    return content


def _question_content(question: ShowQuestion) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(question)
    return content


def _sales_content(shop_id: UUID, show_code: str, figures: SalesFigures) -> dict[str, Any]:
    return {"shop_id": str(shop_id), "show": show_code, **msgspec.to_builtins(figures)}
