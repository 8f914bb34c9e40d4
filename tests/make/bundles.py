"""Builders of bundles."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from etalase.commerce import bundles
from etalase.commerce.bundles import Bundle, BundleDraft, ItemDraft
from etalase.kernel.ids import new_id
from etalase.platform.db import Tx


async def bundle(tx: Tx, shop_id: UUID, items: Sequence[tuple[UUID, int, int]], **changes: Any) -> Bundle:
    """Make a bundle of (product, units, free ones) that begins now."""
    draft = BundleDraft([ItemDraft(*item) for item in items], **changes)
    return await bundles.make_bundle(tx, shop_id, draft, actor_id=new_id())
