"""Carts and orders, for pages and the API."""

from etalase.commerce.orders._queries.cart import (
    find_remembered_contact,
    get_cart,
    get_carts,
    make_carts,
)
from etalase.commerce.orders._queries.orders import (
    OrderPage,
    ShowSales,
    find_orders_of_checkout,
    find_waiting_parcels,
    get_order,
    get_order_by_number,
    get_order_by_token,
    get_order_of_shop,
    get_parcel,
    get_refundable,
    get_show_sales,
    list_orders,
    stream_orders,
)
from etalase.commerce.orders._queries.paying_first import find_pay_first, get_record, read_records
from etalase.commerce.orders._queries.price_queue import PricedCart, PriceQueue, PriceRequest
from etalase.commerce.orders._queries.pricing import (
    Priced,
    ToPrice,
    cart_of,
    price_carts,
    price_checkout,
    to_price,
)
from etalase.commerce.orders._queries.recount import recount
from etalase.commerce.orders._queries.waiting import WaitingLine, list_taken_back, list_waiting_lines

__all__ = [
    "OrderPage",
    "PriceQueue",
    "PriceRequest",
    "Priced",
    "PricedCart",
    "ShowSales",
    "ToPrice",
    "WaitingLine",
    "cart_of",
    "find_orders_of_checkout",
    "find_pay_first",
    "find_remembered_contact",
    "find_waiting_parcels",
    "get_cart",
    "get_carts",
    "get_order",
    "get_order_by_number",
    "get_order_by_token",
    "get_order_of_shop",
    "get_parcel",
    "get_record",
    "get_refundable",
    "get_show_sales",
    "list_orders",
    "list_taken_back",
    "list_waiting_lines",
    "make_carts",
    "price_carts",
    "price_checkout",
    "read_records",
    "recount",
    "stream_orders",
    "to_price",
]
