"""Where a payment meets people: the buyer's way to pay, the seller's word that money came, call-backs."""

from typing import Annotated, Any
from uuid import UUID

import structlog
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from etalase.commerce import payments, shops
from etalase.commerce.payments import Payment
from etalase.commerce.shops import Role
from etalase.kernel.fields import Fields
from etalase.kernel.money import Money
from etalase.platform.db import Database
from etalase.platform.i18n import format_money
from etalase.platform.i18n import gettext as _
from etalase.web._desk import DeskShop, desk_router
from etalase.web._flash import Flash, redirect
from etalase.web._forms import text_of
from etalase.web._pages import page
from etalase.web._payment_codes import draw_png, draw_svg
from etalase.web._payment_words import method_words

log = structlog.get_logger()
MAX_NOTICE_LENGTH = 16_384
MAX_MINOR = 10**13
KEEP_PICTURE = {"Cache-Control": "private, max-age=86400, immutable"}
NEVER_KEEP = {"Cache-Control": "no-store"}


async def _payment_of(db: Database, token: str) -> Payment:
    async with db.begin() as tx:
        return await payments.get_payment_by_token(tx, token)


@get("/pay/{token:str}", include_in_schema=False)
async def show_payment(db: NamedDependency[Database], token: FromPath[str]) -> Template:
    """Show the buyer how to pay, and that it is paid."""
    async with db.begin() as tx:
        payment = await payments.get_payment_by_token(tx, token)
        shop = await shops.get_shop(tx, shops.ShopId(payment.shop_id))
    return page(
        "payments/pay.html", headers=NEVER_KEEP, payment=payment, shop=shop, method_words=method_words
    )


@get("/pay/{token:str}/news", include_in_schema=False)
async def poll_payment(
    db: NamedDependency[Database], token: FromPath[str], seen: Annotated[str, QueryParameter()] = ""
) -> Response[None]:
    """Have the page ask itself anew once the payment stands otherwise than the page shows."""
    payment = await _payment_of(db, token)
    if payment.state == seen:
        return Response(None, status_code=204, headers=NEVER_KEEP)
    return Response(None, status_code=200, headers=NEVER_KEEP | {"HX-Refresh": "true"})


@get("/pay/{token:str}/qr.svg", media_type="image/svg+xml", include_in_schema=False)
async def show_qr(db: NamedDependency[Database], token: FromPath[str]) -> Response[bytes]:
    """Draw the QR for the page."""
    payment = await _payment_of(db, token)
    if payment.instructions.qr is None:
        raise payments.PaymentUnknown
    return Response(draw_svg(payment.instructions.qr), media_type="image/svg+xml", headers=KEEP_PICTURE)


@get("/pay/{token:str}/qr.png", media_type="image/png", include_in_schema=False)
async def save_qr(db: NamedDependency[Database], token: FromPath[str]) -> Response[bytes]:
    """Draw the QR to be kept among the phone's photos."""
    payment = await _payment_of(db, token)
    if payment.instructions.qr is None:
        raise payments.PaymentUnknown
    picture = draw_png(payment.instructions.qr, format_money(payment.due))
    headers = KEEP_PICTURE | {"Content-Disposition": f'attachment; filename="qris-{payment.due.minor}.png"'}
    return Response(picture, media_type="image/png", headers=headers)


@post("/payments/{payment_id:uuid}/received")
async def receive_payment(
    request: Request[Any, Any, Any],
    desk_shop: NamedDependency[DeskShop],
    payment_id: FromPath[UUID],
) -> Response[Any]:
    """Believe the owner that exactly this amount arrived. Raises what confirming does."""
    fields = Fields()
    seen = fields.money("amount", text_of(await request.form(), "amount"), minimum=0, maximum=MAX_MINOR)
    async with desk_shop.open(Role.OWNER) as (tx, shop):
        await payments.get_payment_of_shop(tx, shop.id, payment_id)
        paid = await payments.confirm_by_seller(tx, payment_id, Money(0) if fields.problems else seen)
    words = _("%(amount)s received. The order is paid.")
    if paid.stray:
        words = _("%(amount)s came too late for its order: please send it back.")
    message = Flash(
        words % {"amount": format_money(paid.received)}, kind="warning" if paid.stray else "success"
    )
    return redirect(request, f"{desk_shop.base}/money", message)


@post("/refunds/{refund_id:uuid}/sent")
async def send_refund(
    request: Request[Any, Any, Any],
    desk_shop: NamedDependency[DeskShop],
    refund_id: FromPath[UUID],
) -> Response[Any]:
    """Believe the owner that the money went back by hand."""
    async with desk_shop.open(Role.OWNER) as (tx, shop):
        await payments.confirm_refund_by_seller(tx, shop.id, refund_id)
    return redirect(request, f"{desk_shop.base}/money", Flash(_("The refund is noted as sent.")))


@post("/money/cod")
async def choose_cod(request: Request[Any, Any, Any], desk_shop: NamedDependency[DeskShop]) -> Response[Any]:
    """Let the shop's buyers pay the courier, or not."""
    wanted = text_of(await request.form(), "cod") == "on"
    async with desk_shop.open(Role.OWNER) as (tx, shop):
        await payments.set_cod(tx, shop.id, on=wanted)
    words = _("Buyers can pay the courier now.") if wanted else _("Buyers pay before you send now.")
    return redirect(request, f"{desk_shop.base}/money", Flash(words))


@post(
    "/webhooks/{provider:str}",
    include_in_schema=False,
    status_code=200,
    request_max_body_size=MAX_NOTICE_LENGTH,
)
async def hear_provider(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    gateways: NamedDependency[payments.Gateways],
    provider: FromPath[str],
) -> dict[str, str]:
    """Take a call-back as a hint to ask, once it is known to be the provider's. Raises BadSignature."""
    notice = gateways.hear(provider, request.headers, await request.body())
    async with db.begin() as tx:
        known = await payments.request_asking(tx, provider, notice)
    if not known:
        log.warning("notice_of_unknown_payment", provider=provider, reference=notice.reference[:64])
    return {"status": "ok"}


ROUTES: list[Any] = [
    show_payment,
    poll_payment,
    show_qr,
    save_qr,
    hear_provider,
    desk_router([receive_payment, send_refund, choose_cod]),
]
