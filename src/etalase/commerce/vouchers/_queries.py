"""What shops ask about their vouchers, and which apply to what buyers are about to order."""

from collections.abc import Collection, Sequence
from uuid import UUID

from etalase.commerce.vouchers import _store as store
from etalase.commerce.vouchers._errors import VoucherUnknown
from etalase.commerce.vouchers._model import Purchase, Voucher, VoucherBook
from etalase.platform.db import Tx


async def get_voucher_of(tx: Tx, shop_id: UUID, voucher_id: UUID) -> Voucher:
    """Return the voucher if this shop has it, or raise VoucherUnknown."""
    found = (await store.get_vouchers(tx, [voucher_id])).get(voucher_id)
    if found is None or found.shop_id != shop_id:
        raise VoucherUnknown
    return found


async def open_book(tx: Tx, purchases: Sequence[Purchase], lock: Collection[UUID] = ()) -> VoucherBook:
    """Read the vouchers of all these purchases at once, and how often their buyers used them.

    Without purchases nothing is read. Those in `lock` are as nobody else can change them until the
    transaction ends.
    """
    if not purchases:
        return VoucherBook()
    locked = await store.lock_vouchers(tx, lock) if lock else {}
    codes = {purchase.code for purchase in purchases if purchase.code}
    found = await store.list_offered(tx, {purchase.shop_id for purchase in purchases}, codes)
    book = VoucherBook([*found, *locked.values()])
    if not book.limited_ids:
        return book
    return book.with_uses(await store.list_uses_by_buyers(tx, book.limited_ids, purchases))


async def recount(tx: Tx) -> list[str]:
    """Return each voucher whose budget is not what its uses come to; empty where all adds up."""
    return [
        f"voucher {one.voucher_id}: {one.figure} is {one.recorded}, recounted {one.recounted}"
        for one in await store.list_miscounts(tx)
    ]
