"""Who holds a product's units now and who waits for them, for the desk: and letting a hold go by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_204_NO_CONTENT

from etalase import accounts
from etalase.accounts import AccountId
from etalase.commerce import catalog, inventory, orders
from etalase.commerce.catalog import ProductId
from etalase.commerce.inventory import HoldEnded
from etalase.platform.db import Tx
from etalase.platform.i18n import gettext as _
from etalase.web._auth import PageRequest
from etalase.web._desk import DeskShop
from etalase.web._flash import Flash, redirect

SHOWN = 20


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A buyer who holds units until a moment, or waits for them; a guest has no name."""

    variant_id: UUID
    name: str
    quantity: int
    hold_id: UUID | None = None
    until: datetime | None = None


async def holder_rows(tx: Tx, variant_ids: Sequence[UUID]) -> tuple[list[HolderRow], list[HolderRow]]:
    """Return who holds units and has not ordered them, and who waits, the first in line first."""
    held = [
        HolderRow(one.variant_id, await _name_of(tx, one.holder), one.quantity, one.id, one.expires_at)
        for variant_id in variant_ids
        for one in await inventory.list_holds_of_variant(tx, variant_id, limit=SHOWN)
        if one.expires_at > tx.clock.now()
    ]
    lines = await inventory.list_first_waiting(tx, dict.fromkeys(variant_ids, SHOWN))
    waiting = [
        HolderRow(place.variant_id, await _name_of(tx, place.holder), place.quantity)
        for variant_id in variant_ids
        for place in lines.get(variant_id, [])
    ]
    return held, waiting


@post("/products/{product_id:uuid}/holds/{hold_id:uuid}/release")
async def release_hold(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
    hold_id: FromPath[UUID],
) -> Response[Any]:
    """Let a buyer's hold go by hand: the next in line gets it, and the buyer is told so."""
    path = f"{desk_shop.base}/products/{product_id}/stock"
    by_script = "json" in request.headers.get("accept", "")
    try:
        async with desk_shop.open() as (tx, shop):
            product = await catalog.get_product_of(tx, shop.id, ProductId(product_id))
            held = (await inventory.get_holds(tx, [hold_id])).get(hold_id)
            if held is None or held.variant_id not in {variant.id for variant in product.variants}:
                raise NotFoundException
            await inventory.release_by_seller(tx, shop.id, hold_id, actor_id=desk_shop.account_id)
    except HoldEnded:
        if by_script:
            raise
        return redirect(request, path, Flash(_("It is ordered, or no longer held."), "warning"))
    if by_script:
        return Response(None, status_code=HTTP_204_NO_CONTENT)
    return redirect(request, path, _("Let go. The next in line has it, or it is free again."))


async def _name_of(tx: Tx, holder: str) -> str:
    account_id = orders.account_of_holder(holder)
    account = await accounts.find_account(tx, AccountId(account_id)) if account_id else None
    return account.display_name if account else _("Guest")
