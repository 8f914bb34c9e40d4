"""Builders of vouchers."""

from typing import Any
from uuid import UUID

from etalase.commerce import vouchers
from etalase.commerce.vouchers import Voucher, VoucherDraft
from etalase.kernel.ids import new_id
from etalase.platform.db import Tx


async def voucher(tx: Tx, shop_id: UUID, **changes: Any) -> Voucher:
    """Make a voucher of Rp 20.000 that begins now, unless something else is said."""
    draft: dict[str, Any] = {} if "percent" in changes else {"amount": 20_000}
    return await vouchers.make_voucher(tx, shop_id, VoucherDraft(**(draft | changes)), actor_id=new_id())
