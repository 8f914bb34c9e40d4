"""What the seller prints for a parcel: the packing slip and the address label, as PDF."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import orders, shops
from etalase.commerce.orders import Order, OrderNotSendable
from etalase.commerce.shops import Role, ShopView
from etalase.platform.db import Database
from etalase.platform.i18n import choose_language, current_language, in_zone, speaking
from etalase.web._auth import me, signed_in
from etalase.web._documents import render_label, render_slip

DESK = {Role.OWNER, Role.PACKER}
PRINTER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="papers")
"""Shaping takes a fifth of a second of processor time: sheets take turns, and rooms go on beside them."""

Render = Callable[[Sequence[Order], ShopView], bytes]


@get("/desk/{slug:str}/orders/{number:str}/slip.pdf", guards=[signed_in], include_in_schema=False)
async def print_slip(
    request: Request[Any, Any, Any], slug: FromPath[str], number: FromPath[str], db: NamedDependency[Database]
) -> Response[bytes]:
    """Print the packing slip of the order's parcel."""
    return await print_paper(request, slug, number, db, render_slip, "slip")


@get("/desk/{slug:str}/orders/{number:str}/label.pdf", guards=[signed_in], include_in_schema=False)
async def print_label(
    request: Request[Any, Any, Any], slug: FromPath[str], number: FromPath[str], db: NamedDependency[Database]
) -> Response[bytes]:
    """Print the address label of the order's parcel."""
    return await print_paper(request, slug, number, db, render_label, "label")


async def print_paper(
    request: Request[Any, Any, Any], slug: str, number: str, db: Database, render: Render, name: str
) -> Response[bytes]:
    """Return the PDF of the order's parcel, written in a thread. Raises OrderUnknown, OrderNotSendable."""
    parcel, shop = await read_parcel(request, slug, number, db)
    language = choose_language(request.query_params.get("language") or current_language())
    with speaking(language), in_zone(shop.zone):
        speak = copy_context().run  # the thread writes in the language of this task
        content = await asyncio.get_running_loop().run_in_executor(PRINTER, speak, render, parcel, shop)
    headers = {"content-disposition": f'inline; filename="{name}-{parcel[0].number}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


async def read_parcel(
    request: Request[Any, Any, Any], slug: str, number: str, db: Database
) -> tuple[list[Order], ShopView]:
    """Return the order, then the others that go with it in its parcel; and the shop."""
    async with db.begin() as tx:
        shop = (await shops.require_membership(tx, me(request).account_id, slug, *DESK)).shop
        order = await orders.get_order_of_shop(tx, shop.id, number)
        mates = await orders.get_parcel(tx, order)
    if not order.sendable:
        raise OrderNotSendable(state=order.state)
    return [order, *(mate for mate in mates if mate.id != order.id and mate.sendable)], shop


ROUTES: list[Any] = [print_slip, print_label]
