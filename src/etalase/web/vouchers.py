"""The shop's vouchers: made, stopped, and what each has cost and has left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import orders, vouchers
from etalase.commerce.shops import KEEPERS
from etalase.commerce.vouchers import Voucher, VoucherDraft, VoucherState
from etalase.kernel.errors import Invalid
from etalase.kernel.money import Money
from etalase.platform.db import Tx
from etalase.platform.i18n import current_zone, format_money
from etalase.platform.i18n import gettext as _
from etalase.web._auth import PageRequest
from etalase.web._desk import DeskShop, desk_router
from etalase.web._flash import redirect
from etalase.web._forms import form_errors, text_of
from etalase.web._pages import HtmlPage
from etalase.web._promotions import SHOWN, promotions_page, renamed

SHOWN_USES = 200
MAX_SHOW = 200
FORM_FIELDS = (
    "kind", "off", "cap", "code", "min_spend", "budget", "max_uses", "per_buyer", "show_code", "starts_at",
    "ends_at",
)  # fmt: skip
FIELD_NAMES = {"percent": "off", "amount": "off"}


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """A voucher as the list shows it, and the numbers of the newest orders that use it."""

    voucher: Voucher
    state: VoucherState
    orders: tuple[tuple[str, Money], ...]

    @property
    def name(self) -> str:
        """What the shop and its buyers call it."""
        return self.voucher.code or _("Without a code")

    @property
    def off(self) -> str:
        """Say how much it takes off."""
        voucher = self.voucher
        if voucher.amount is not None:
            return _("%(amount)s off", amount=format_money(voucher.amount))
        if voucher.cap is None:
            return _("%(percent)s%% off", percent=voucher.percent)
        return _("%(percent)s%% off, at most %(cap)s", percent=voucher.percent, cap=format_money(voucher.cap))


@get("/vouchers")
async def show_vouchers(desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Show the shop's vouchers, the newest first, with what each has cost and has left."""
    async with desk_shop.show() as (tx, desk):
        lines = await _lines(tx, await vouchers.list_vouchers(tx, desk.shop.id, limit=SHOWN))
    return promotions_page(desk, "vouchers/vouchers.html", lines)


@get("/vouchers/new")
async def show_new_voucher(request: PageRequest, desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Show the form that makes a voucher; the studio says for which show."""
    form = dict.fromkeys(FORM_FIELDS, "") | {"kind": "amount"}
    form["show_code"] = request.query_params.get("show", "")[:MAX_SHOW]
    async with desk_shop.show(*KEEPERS) as (_tx, desk):
        return desk.page("vouchers/new.html", "products", form=form, errors={})


@post("/vouchers/new")
async def make_voucher(request: PageRequest, desk_shop: NamedDependency[DeskShop]) -> Response[Any]:
    """Make a voucher, or show the form again with what is to be mended."""
    posted = await request.form()
    form = {name: text_of(posted, name) for name in FORM_FIELDS}
    try:
        draft = _draft(form)
        async with desk_shop.open(*KEEPERS) as (tx, shop):
            await vouchers.make_voucher(tx, shop.id, draft, actor_id=desk_shop.account_id)
    except Invalid as invalid:
        errors = renamed(form_errors(invalid), FIELD_NAMES)
        async with desk_shop.show(*KEEPERS) as (_tx, desk):
            return desk.page("vouchers/new.html", "products", status=422, form=form, errors=errors)
    return redirect(request, f"{desk_shop.base}/vouchers", _("The voucher is made."))


@post("/vouchers/{voucher_id:uuid}/stop")
async def stop_voucher(
    request: PageRequest, desk_shop: NamedDependency[DeskShop], voucher_id: FromPath[UUID]
) -> Response[Any]:
    """End a voucher now."""
    async with desk_shop.open(*KEEPERS) as (tx, shop):
        await vouchers.stop_voucher(tx, shop.id, voucher_id)
    return redirect(request, f"{desk_shop.base}/vouchers", _("The voucher has ended."))


async def _lines(tx: Tx, found: Sequence[Voucher]) -> list[VoucherLine]:
    """Put beside each voucher the orders that use it."""
    uses = await vouchers.list_uses(tx, [voucher.id for voucher in found], limit=SHOWN_USES)
    numbers = await orders.list_numbers(tx, [use.order_id for use in uses])
    now = tx.clock.now()
    return [
        VoucherLine(
            voucher,
            voucher.state(now),
            tuple(
                (numbers[use.order_id], use.amount)
                for use in uses
                if use.voucher_id == voucher.id and use.order_id in numbers and use.given_back_at is None
            ),
        )
        for voucher in found
    ]


def _draft(form: Mapping[str, str]) -> VoucherDraft:
    """Return the voucher as it was typed."""
    is_percent = form["kind"] == "percent"
    return VoucherDraft(
        code=form["code"],
        percent=form["off"] if is_percent else None,
        amount=None if is_percent else form["off"],
        cap=form["cap"],
        min_spend=form["min_spend"],
        budget=form["budget"],
        max_uses=form["max_uses"],
        per_buyer=form["per_buyer"],
        show_code=form["show_code"],
        starts_at=form["starts_at"],
        ends_at=form["ends_at"],
        zone=current_zone(),
    )


ROUTES: list[Any] = [desk_router([show_vouchers, show_new_voucher, make_voucher, stop_voucher])]
