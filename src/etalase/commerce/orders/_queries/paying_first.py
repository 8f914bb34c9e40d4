"""Who pays first, at which shop and why: asked once for a cart, and of nobody else than its buyer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from etalase.commerce.orders import _store as store
from etalase.commerce.orders._model import (
    RECORD_WINDOW,
    BuyerRecord,
    PayFirstTerms,
    reason_to_pay_first,
)
from etalase.commerce.shops import ShopView, get_shops
from etalase.kernel.pay_first import PayFirst
from etalase.platform.db import Tx

BY_BUYER = {PayFirst.RECORD, PayFirst.NEW}
"""The rules for which a buyer's record is read; where no shop has one of them, nothing is."""


@dataclass(frozen=True, slots=True)
class BuyersRecords:
    """The records of some buyers, and which shops trust them all the same."""

    records: Mapping[str, BuyerRecord]
    trusted: Collection[tuple[UUID, str]]

    def terms(self, shop: ShopView, holders: Iterable[str]) -> PayFirstTerms | None:
        """Return on which terms this buyer pays first at the shop; None where they need not."""
        names = list(holders)
        record = sum((self.records.get(name, BuyerRecord()) for name in names), BuyerRecord())
        is_trusted = any((shop.id, name) in self.trusted for name in names)
        reason = reason_to_pay_first(shop.hold_rules.pay_first, record, is_trusted=is_trusted)
        return PayFirstTerms(reason, shop.hold_rules.pay_first_minutes) if reason else None


async def read_records(tx: Tx, shops: Iterable[ShopView], holders: Collection[str]) -> BuyersRecords:
    """Read what the rules of these shops ask of these buyers' past, with two statements or none."""
    asking = [shop.id for shop in shops if shop.hold_rules.pay_first in BY_BUYER]
    if not asking or not holders:
        return BuyersRecords({}, ())
    since = tx.clock.now() - RECORD_WINDOW
    return BuyersRecords(
        await store.find_records(tx, holders, since), await store.find_trusted(tx, asking, holders, since)
    )


async def find_pay_first(
    tx: Tx, holders: Sequence[str], shop_ids: Collection[UUID]
) -> dict[UUID, PayFirstTerms]:
    """Return on which terms a buyer pays first, by those of these shops where they do."""
    known = await get_shops(tx, shop_ids)
    records = await read_records(tx, known.values(), holders)
    found = {shop_id: records.terms(shop, holders) for shop_id, shop in known.items()}
    return {shop_id: terms for shop_id, terms in found.items() if terms is not None}


async def get_record(tx: Tx, holders: Sequence[str]) -> BuyerRecord:
    """Return a buyer's own record, to show it to them."""
    found = await store.find_records(tx, holders, tx.clock.now() - RECORD_WINDOW)
    return sum(found.values(), BuyerRecord())
