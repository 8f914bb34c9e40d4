"""The evidence of an order: for its buyer by the secret link, for its seller at the desk; and the keys."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from etalase.commerce import evidence, orders
from etalase.commerce.evidence import MadeFor
from etalase.commerce.orders import Order
from etalase.commerce.shops import Role
from etalase.platform.db import Database
from etalase.platform.files import headers_to_keep, pieces_of
from etalase.web._desk import DeskShop, desk_router
from etalase.web._evidence import KEYS_PATH, EvidenceOffice

KEPT = "public, max-age=300"


@get("/order/{token:str}/evidence.zip", include_in_schema=False)
async def give_to_buyer(
    token: FromPath[str],
    db: NamedDependency[Database],
    evidence_office: NamedDependency[EvidenceOffice],
) -> Stream:
    """Give the buyer what the house knows of their order, signed."""
    async with db.begin() as tx:
        order = await orders.get_order_by_token(tx, token)
    return await download(evidence_office, order, MadeFor.BUYER)


@get("/orders/{number:str}/evidence.zip")
async def give_to_seller(
    desk_shop: NamedDependency[DeskShop],
    number: FromPath[str],
    evidence_office: NamedDependency[EvidenceOffice],
) -> Stream:
    """Give the owner what the house knows of an order of their shop's, with its ledger, signed."""
    async with desk_shop.open(Role.OWNER) as (tx, shop):
        order = await orders.get_order_of_shop(tx, shop.id, number)
    return await download(evidence_office, order, MadeFor.SELLER)


@get(KEYS_PATH, include_in_schema=False)
async def publish_keys(db: NamedDependency[Database]) -> Response[bytes]:
    """Publish all keys by which evidence was ever signed, as a JSON Web Key Set (RFC 7517)."""
    async with db.begin() as tx:
        keys = await evidence.list_keys(tx)
    return Response(
        evidence.write_keys(keys), media_type="application/jwk-set+json", headers={"cache-control": KEPT}
    )


async def download(office: EvidenceOffice, order: Order, made_for: MadeFor) -> Stream:
    """Return the archive as a file to keep."""
    archive = await office.make(order, made_for)
    headers = headers_to_keep(archive, f"evidence-{order.number}-{made_for}.zip")
    return Stream(pieces_of(archive), media_type="application/zip", headers=headers)


ROUTES: list[Any] = [give_to_buyer, publish_keys, desk_router([give_to_seller])]
