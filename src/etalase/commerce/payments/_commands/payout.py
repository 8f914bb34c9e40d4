"""Record what the gateway paid out: it tells nobody by itself, the seller's bank statement does."""

from dataclasses import replace
from uuid import UUID

from etalase.commerce import ledger
from etalase.commerce.ledger import Entry, LedgerAccount, Posting, credit, debit
from etalase.commerce.payments import _store as store
from etalase.commerce.payments._errors import PayoutUnknown
from etalase.commerce.payments._model.payment import LEDGER_OWNER
from etalase.commerce.payments._model.payout import Payout, check_payout, require_same_payout
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.platform.db import Tx


async def record_payout(tx: Tx, shop_id: UUID, amount: Money, fee: Money, *, key: str) -> Payout:
    """Book a payout: the amount came to the shop's bank, the gateway kept the fee. Once for each key.

    Raises Invalid where the gateway does not hold so much, PayoutDiffers.
    """
    payout = Payout(new_id(), shop_id, key, amount, fee, tx.clock.now())
    await store.lock_payouts(tx, shop_id)
    known = await store.find_payout_by_key(tx, shop_id, key)
    if known is not None:
        return require_same_payout(known, payout)
    check_payout(payout, await ledger.balance(tx, LedgerAccount.GATEWAY_CLEARING, shop_id=shop_id))
    await store.add_payout(tx, payout)
    await ledger.post(tx, entry_of(payout))
    return payout


async def take_back_payout(tx: Tx, shop_id: UUID, payout_id: UUID) -> Payout:
    """Book a payout that was recorded by mistake the other way round; twice is once. Raises PayoutUnknown."""
    await store.lock_payouts(tx, shop_id)
    payout = await get_payout(tx, shop_id, payout_id)
    if payout.taken_back_at is not None:
        return payout
    payout = replace(payout, taken_back_at=tx.clock.now())
    await store.save_payout(tx, payout)
    await ledger.post(tx, reversal_of(payout))
    return payout


async def get_payout(tx: Tx, shop_id: UUID, payout_id: UUID) -> Payout:
    """Return the shop's payout. Raises PayoutUnknown."""
    payout = await store.find_payout(tx, shop_id, payout_id)
    if payout is None:
        raise PayoutUnknown
    return payout


def reversal_of(payout: Payout) -> Entry:
    """Return what undoes the payout in the shop's book."""
    booked = entry_of(payout)
    lines = tuple(Posting(line.account, -line.amount) for line in booked.postings)
    return replace(
        booked, source=f"payout:{payout.id}:taken_back", kind="gateway_payout_taken_back", postings=lines
    )


def entry_of(payout: Payout) -> Entry:
    """Return what the payout means for the shop's book."""
    lines = (
        debit(LedgerAccount.SHOP_CASH, payout.amount),
        debit(LedgerAccount.GATEWAY_FEES, payout.fee),
        credit(LedgerAccount.GATEWAY_CLEARING, payout.whole),
    )
    source = f"payout:{payout.id}:recorded"
    return Entry(source, payout.shop_id, None, "gateway_paid_out", lines, LEDGER_OWNER)
