"""What the seller prints for a parcel: the packing slip and the address label, as PDF."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import orders
from etalase.commerce.orders import Order, OrderNotSendable
from etalase.commerce.shops import PACKERS, ShopView
from etalase.platform.i18n import choose_language, current_language, in_zone, speaking
from etalase.web._desk import DeskShop
from etalase.web._documents import render_label, render_slip

PRINTER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="papers")
"""Shaping takes a fifth of a second of processor time: sheets take turns, and rooms go on beside them."""

Render = Callable[[Sequence[Order], ShopView], bytes]


@get("/orders/{number:str}/slip.pdf")
async def print_slip(
    request: Request[Any, Any, Any], desk_shop: NamedDependency[DeskShop], number: FromPath[str]
) -> Response[bytes]:
    """Print the packing slip of the order's parcel."""
    return await print_paper(request, desk_shop, number, render_slip, "slip")


@get("/orders/{number:str}/label.pdf")
async def print_label(
    request: Request[Any, Any, Any], desk_shop: NamedDependency[DeskShop], number: FromPath[str]
) -> Response[bytes]:
    """Print the address label of the order's parcel."""
    return await print_paper(request, desk_shop, number, render_label, "label")


async def print_paper(
    request: Request[Any, Any, Any], desk_shop: DeskShop, number: str, render: Render, name: str
) -> Response[bytes]:
    """Return the PDF of the order's parcel, written in a thread. Raises OrderUnknown, OrderNotSendable."""
    parcel, shop = await read_parcel(desk_shop, number)
    language = choose_language(request.query_params.get("language") or current_language())
    with speaking(language), in_zone(shop.zone):
        speak = copy_context().run  # the thread writes in the language of this task
        content = await asyncio.get_running_loop().run_in_executor(PRINTER, speak, render, parcel, shop)
    headers = {"content-disposition": f'inline; filename="{name}-{parcel[0].number}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


async def read_parcel(desk_shop: DeskShop, number: str) -> tuple[list[Order], ShopView]:
    """Return the order, then the others that go with it in its parcel; and the shop."""
    async with desk_shop.open(*PACKERS) as (tx, shop):
        order = await orders.get_order_of_shop(tx, shop.id, number)
        mates = await orders.get_parcel(tx, order)
    if not order.sendable:
        raise OrderNotSendable(state=order.state)
    return [order, *(mate for mate in mates if mate.id != order.id and mate.sendable)], shop


ROUTES: list[Any] = [print_slip, print_label]
