"""Carts and orders, for pages and the API."""

from etalase.commerce.orders._queries.cart import (
    find_remembered_contact,
    get_cart,
)
from etalase.commerce.orders._queries.orders import (
    OrderPage,
    ShowSales,
    find_orders_of_checkout,
    find_waiting_parcels,
    get_order,
    get_order_by_token,
    get_order_of_shop,
    get_parcel,
    get_refundable,
    get_show_sales,
    list_orders,
    stream_orders,
)
from etalase.commerce.orders._queries.pricing import Priced, price_carts, price_checkout
from etalase.commerce.orders._queries.recount import recount
from etalase.commerce.orders._queries.waiting import WaitingLine, list_waiting_lines

__all__ = [
    "OrderPage",
    "Priced",
    "ShowSales",
    "WaitingLine",
    "find_orders_of_checkout",
    "find_remembered_contact",
    "find_waiting_parcels",
    "get_cart",
    "get_order",
    "get_order_by_token",
    "get_order_of_shop",
    "get_parcel",
    "get_refundable",
    "get_show_sales",
    "list_orders",
    "list_waiting_lines",
    "price_carts",
    "price_checkout",
    "recount",
    "stream_orders",
]
