"""The shop's hold rules at its desk: how long units are kept, who pays first, and appeals against that."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import inventory, orders, payments, shops
from etalase.commerce.shops import HoldRulesDraft, Role
from etalase.kernel.errors import Invalid
from etalase.kernel.pay_first import PayFirst
from etalase.platform.i18n import Lazy, lazy
from etalase.platform.i18n import gettext as _
from etalase.web._auth import PageRequest
from etalase.web._desk import DeskShop, desk_router
from etalase.web._flash import redirect
from etalase.web._forms import form_errors, text_of
from etalase.web._hold_terms import length_words
from etalase.web._pages import HtmlPage
from etalase.web._waiting import minutes_of

CHOICES: tuple[tuple[PayFirst, Lazy, Lazy], ...] = (
    (PayFirst.NOBODY, lazy("Nobody"), lazy("All ways to pay, for every buyer.")),
    (
        PayFirst.RECORD,
        lazy("Who has let others down"),
        lazy(
            "Two orders left unpaid, four cancelled or one refused at the door in 180 days, at any shop "
            "here. Each paid order makes up for one that was left unpaid."
        ),
    ),
    (PayFirst.NEW, lazy("New buyers too"), lazy("Also who has paid for nothing here in 180 days.")),
    (PayFirst.EVERYBODY, lazy("Everybody"), lazy("You send nothing that is not paid.")),
)
MINUTES = (15, 30, 60, 180, 720, 1440)


@get("/hold-rules")
async def show_hold_rules(
    desk_shop: NamedDependency[DeskShop],
    hold_settings: NamedDependency[inventory.InventorySettings],
    payment_settings: NamedDependency[payments.PaymentSettings],
) -> HtmlPage:
    """Show the rules and the appeals."""
    return await _page(desk_shop, hold_settings, payment_settings)


@post("/hold-rules")
async def change_hold_rules(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    hold_settings: NamedDependency[inventory.InventorySettings],
    payment_settings: NamedDependency[payments.PaymentSettings],
) -> Response[Any]:
    """Keep the rules, or show the form again with what is to be mended."""
    posted = await request.form()
    draft = HoldRulesDraft(
        text_of(posted, "hold_minutes"), text_of(posted, "pay_first"), text_of(posted, "pay_first_minutes")
    )
    try:
        async with desk_shop.open(Role.OWNER) as (tx, shop):
            await shops.set_hold_rules(tx, shop.id, draft)
    except Invalid as invalid:
        return await _page(desk_shop, hold_settings, payment_settings, draft, invalid)
    return redirect(request, f"{desk_shop.base}/hold-rules", _("Saved."))


@post("/appeals/{appeal_id:uuid}")
async def answer_appeal(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    appeal_id: FromPath[UUID],
    hold_settings: NamedDependency[inventory.InventorySettings],
    payment_settings: NamedDependency[payments.PaymentSettings],
) -> Response[Any]:
    """Answer a buyer who asks not to have to pay first."""
    posted = await request.form()
    is_granted = text_of(posted, "verdict") == "granted"
    try:
        async with desk_shop.open(Role.OWNER) as (tx, shop):
            await orders.answer_appeal(
                tx,
                shop.id,
                appeal_id,
                text_of(posted, "answer"),
                is_granted=is_granted,
                actor_id=desk_shop.account_id,
            )
    except Invalid as invalid:
        return await _page(desk_shop, hold_settings, payment_settings, None, invalid)
    return redirect(request, f"{desk_shop.base}/hold-rules", _("Your answer is on its way."))


async def _page(
    desk_shop: DeskShop,
    hold_settings: inventory.InventorySettings,
    payment_settings: payments.PaymentSettings,
    draft: HoldRulesDraft | None = None,
    invalid: Invalid | None = None,
) -> HtmlPage:
    async with desk_shop.show(Role.OWNER) as (tx, desk):
        appeals = await orders.list_appeals(tx, desk.shop.id)
        offered = await payments.offered_methods(tx, desk.shop.id, payment_settings)
    rules = desk.shop.hold_rules
    form = draft or HoldRulesDraft(
        "" if rules.hold_minutes is None else str(rules.hold_minutes),
        rules.pay_first,
        str(rules.pay_first_minutes),
    )
    return desk.page(
        "shops/hold_rules.html",
        "settings",
        status=422 if invalid else 200,
        form=form,
        errors=form_errors(invalid) if invalid else {},
        choices=[{"value": one.value, "label": str(name), "hint": str(hint)} for one, name, hint in CHOICES],
        times=[(str(minutes), length_words(minutes)) for minutes in MINUTES],
        otherwise=minutes_of(hold_settings.hold_ttl_seconds),
        only_on_delivery=bool(offered) and all(method.on_delivery for method in offered),
        open_appeals=[one for one in appeals if one.answered_at is None],
        past_appeals=[one for one in appeals if one.answered_at is not None],
    )


ROUTES: list[Any] = [desk_router([show_hold_rules, change_hold_rules, answer_appeal])]
