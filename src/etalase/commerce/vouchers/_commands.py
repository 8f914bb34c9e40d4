"""What a shop does with its vouchers."""

from dataclasses import replace
from uuid import UUID

from etalase.commerce import shops
from etalase.commerce.shops import ShopId
from etalase.commerce.vouchers import _store as store
from etalase.commerce.vouchers._model import Voucher, VoucherDraft, check_voucher, stopped
from etalase.commerce.vouchers._queries import get_voucher_of
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.platform.db import Tx


async def make_voucher(tx: Tx, shop_id: UUID, draft: VoucherDraft, *, actor_id: UUID) -> Voucher:
    """Make a voucher, which begins now or later. Raises `Invalid`, also for a code that is in use."""
    voucher = check_voucher(draft, shop_id=shop_id, actor_id=actor_id, now=tx.clock.now())
    if voucher.code and await store.is_code_taken(tx, shop_id, voucher.code):
        raise Invalid(FieldProblem("code", "taken"))
    await shops.offer_vouchers(tx, ShopId(shop_id))
    await store.add_voucher(tx, voucher)
    return voucher


async def stop_voucher(tx: Tx, shop_id: UUID, voucher_id: UUID) -> Voucher:
    """End the voucher now; orders that have used it keep it. Twice is once. Raises VoucherUnknown."""
    await get_voucher_of(tx, shop_id, voucher_id)
    voucher = (await store.lock_vouchers(tx, [voucher_id]))[voucher_id]
    if voucher.is_over(tx.clock.now()):
        return voucher
    ends_at = stopped(voucher, tx.clock.now())
    await store.save_end(tx, voucher_id, ends_at)
    return replace(voucher, ends_at=ends_at)
