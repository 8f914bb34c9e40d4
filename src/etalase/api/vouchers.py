"""Vouchers for programs: so much off an order, while their budget lasts."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from etalase.api._fields import named
from etalase.api._money import Currency, Minor
from etalase.api._paging import Cursor, Limit, PageOf, cut_page, decode_cursor
from etalase.api._workplace import shop_router
from etalase.commerce import vouchers
from etalase.commerce.shops import KEEPERS, Workplace
from etalase.commerce.vouchers import Voucher, VoucherDraft, VoucherState
from etalase.kernel.money import minor_of

SENT_AS = {
    "amount": "amount_minor",
    "cap": "cap_minor",
    "min_spend": "min_spend_minor",
    "budget": "budget_minor",
    "show_code": "show",
}


class VoucherBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A voucher of `amount_minor`, or of `percent` (1 to 90) and at most `cap_minor`.

    What is left out is unbounded; without a `code` it applies by itself, without a `show` in the whole shop.
    It runs from `starts_at`, or at once, until `ends_at`, or for a week.
    """

    amount_minor: Annotated[int | None, msgspec.Meta(examples=[20_000])] = None
    percent: Annotated[int | None, msgspec.Meta(examples=[10])] = None
    cap_minor: Annotated[int | None, msgspec.Meta(examples=[50_000])] = None
    code: Annotated[str, msgspec.Meta(max_length=40, examples=["HEMAT20"])] = ""
    min_spend_minor: Annotated[int | None, msgspec.Meta(examples=[100_000])] = None
    budget_minor: Annotated[int | None, msgspec.Meta(examples=[1_000_000])] = None
    max_uses: Annotated[int | None, msgspec.Meta(examples=[50])] = None
    per_buyer: Annotated[int | None, msgspec.Meta(examples=[1])] = None
    show: Annotated[str, msgspec.Meta(max_length=200)] = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def draft(self) -> VoucherDraft:
        """Return it as a draft, not yet checked."""
        return VoucherDraft(
            code=self.code,
            percent=self.percent,
            amount=self.amount_minor,
            cap=self.cap_minor,
            min_spend=self.min_spend_minor,
            budget=self.budget_minor,
            max_uses=self.max_uses,
            per_buyer=self.per_buyer,
            show_code=self.show,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
        )


class VoucherItem(msgspec.Struct, frozen=True):
    """A voucher. `uses` and `spent_minor` are of orders that stand; what is given up comes back."""

    id: UUID
    state: VoucherState
    code: Annotated[str | None, msgspec.Meta(examples=["HEMAT20"])]
    amount_minor: Annotated[int | None, msgspec.Meta(examples=[20_000])]
    percent: Annotated[int | None, msgspec.Meta(examples=[10])]
    cap_minor: Annotated[int | None, msgspec.Meta(examples=[50_000])]
    min_spend_minor: Minor
    budget_minor: Annotated[int | None, msgspec.Meta(examples=[1_000_000])]
    spent_minor: Minor
    currency: Currency
    max_uses: Annotated[int | None, msgspec.Meta(examples=[50])]
    uses: Annotated[int, msgspec.Meta(examples=[12])]
    per_buyer: Annotated[int | None, msgspec.Meta(examples=[1])]
    show: str | None
    starts_at: datetime
    ends_at: datetime
    created_at: datetime


@get("/vouchers", summary="List vouchers")
async def list_vouchers(
    workplace: NamedDependency[Workplace], limit: Limit = 50, cursor: Cursor = None
) -> PageOf[VoucherItem]:
    """List the shop's vouchers, the newest first. For the shop's staff."""
    before = decode_cursor(cursor, UUID)
    async with workplace.open() as (tx, shop):
        rows = await vouchers.list_vouchers(tx, shop.id, before=before, limit=limit + 1)
        now = tx.clock.now()
    return cut_page(rows, limit, lambda row: _show(row, now), lambda row: row.id)


@post("/vouchers", status_code=HTTP_201_CREATED, summary="Make a voucher")
async def make_voucher(workplace: NamedDependency[Workplace], data: JSONBody[VoucherBody]) -> VoucherItem:
    """Make a voucher, which the shop pays for. For the shop's owners and hosts."""
    with named(lambda field: SENT_AS.get(field, field)):
        async with workplace.open(*KEEPERS) as (tx, shop):
            made = await vouchers.make_voucher(tx, shop.id, data.draft(), actor_id=workplace.account_id)
            return _show(made, tx.clock.now())


@get("/vouchers/{voucher_id:uuid}", summary="Show a voucher")
async def show_voucher(workplace: NamedDependency[Workplace], voucher_id: FromPath[UUID]) -> VoucherItem:
    """Show a voucher and what is left of it. For the shop's staff."""
    async with workplace.open() as (tx, shop):
        return _show(await vouchers.get_voucher_of(tx, shop.id, voucher_id), tx.clock.now())


@post("/vouchers/{voucher_id:uuid}/stop", status_code=HTTP_200_OK, summary="Stop a voucher")
async def stop_voucher(workplace: NamedDependency[Workplace], voucher_id: FromPath[UUID]) -> VoucherItem:
    """End a voucher now; orders that have used it keep it. For the shop's owners and hosts."""
    async with workplace.open(*KEEPERS) as (tx, shop):
        return _show(await vouchers.stop_voucher(tx, shop.id, voucher_id), tx.clock.now())


def _show(voucher: Voucher, now: datetime) -> VoucherItem:
    return VoucherItem(
        id=voucher.id,
        state=voucher.state(now),
        code=voucher.code,
        amount_minor=minor_of(voucher.amount),
        percent=voucher.percent,
        cap_minor=minor_of(voucher.cap),
        min_spend_minor=voucher.min_spend.minor,
        budget_minor=minor_of(voucher.budget),
        spent_minor=voucher.spent.minor,
        currency=voucher.spent.currency,
        max_uses=voucher.max_uses,
        uses=voucher.uses,
        per_buyer=voucher.per_buyer,
        show=voucher.show_code,
        starts_at=voucher.starts_at,
        ends_at=voucher.ends_at,
        created_at=voucher.created_at,
    )


ROUTES: list[Any] = [shop_router("Vouchers", [list_vouchers, make_voucher, show_voucher, stop_voucher])]
