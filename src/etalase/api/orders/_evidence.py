"""The evidence of an order, for programs: its buyer's and its seller's, each with what is theirs."""

from typing import Any

from litestar import get
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK

from etalase.api._workplace import shop_router
from etalase.api.orders._buyer import MyOrder, buyer_router, find_my_order
from etalase.api.orders._selling import ShopOrder, find_shop_order
from etalase.commerce.evidence import EvidenceMaker, MadeFor
from etalase.commerce.orders import Order
from etalase.commerce.shops import Role
from etalase.platform.files import headers_to_keep, pieces_of

MEDIA_TYPE = "application/zip"
NAMED = ResponseHeader(name="content-disposition", description="Names the file.", documentation_only=True)
ARCHIVE = {HTTP_200_OK: ResponseSpec(bytes, generate_examples=False, media_type=MEDIA_TYPE)}


@get("/evidence", summary="Get my order's evidence", responses=ARCHIVE, response_headers=[NAMED])
async def give_to_buyer(
    my_order: NamedDependency[MyOrder], evidence_office: NamedDependency[EvidenceMaker]
) -> Stream:
    """Get a signed ZIP of all that is known of an order: `etalase evidence verify` checks it."""
    async with my_order.open() as (_, order):
        pass
    return await _download(evidence_office, order, MadeFor.BUYER)


@get("/evidence", summary="Get an order's evidence", responses=ARCHIVE, response_headers=[NAMED])
async def give_to_seller(
    shop_order: NamedDependency[ShopOrder], evidence_office: NamedDependency[EvidenceMaker]
) -> Stream:
    """Get a signed ZIP of all that is known of an order of the shop, with its ledger."""
    async with shop_order.open(Role.OWNER) as (_, order):
        pass
    return await _download(evidence_office, order, MadeFor.SELLER)


async def _download(office: EvidenceMaker, order: Order, made_for: MadeFor) -> Stream:
    archive = await office.make(order, made_for)
    headers = headers_to_keep(archive, f"evidence-{order.number}-{made_for}.zip")
    return Stream(pieces_of(archive), media_type=MEDIA_TYPE, headers=headers)


OF_ORDER = "/api/v1/orders/{order_id:uuid}"
ROUTES: list[Any] = [
    buyer_router(OF_ORDER, [give_to_buyer], {"my_order": Provide(find_my_order)}),
    shop_router(
        "Selling", [give_to_seller], "/orders/{number:str}", {"shop_order": Provide(find_shop_order)}
    ),
]
