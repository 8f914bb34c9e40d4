"""The only SQL of orders. Locks: an order's row first (several by id), then payments, then stock."""

from etalase.commerce.orders._store.gather import Priced, price_carts, read_cart
from etalase.commerce.orders._store.orders import (
    insert_order,
    lock_holder,
    lock_order,
    lock_parcel,
    miscounted,
    save_order,
    select_batch,
    select_by_checkout,
    select_by_holders,
    select_numbers,
    select_order,
    select_order_by_number,
    select_order_by_token,
    select_parcel,
)
from etalase.commerce.orders._store.search import Filter, count_today, page_orders, stream_orders
from etalase.commerce.orders._store.steps import (
    forget_contact,
    forget_origins,
    insert_step,
    remember_contact,
    remember_origin,
    select_origins,
    select_remembered,
    select_steps,
)
from etalase.commerce.orders._store.tables import metadata

__all__ = [
    "Filter",
    "Priced",
    "count_today",
    "forget_contact",
    "forget_origins",
    "insert_order",
    "insert_step",
    "lock_holder",
    "lock_order",
    "lock_parcel",
    "metadata",
    "miscounted",
    "page_orders",
    "price_carts",
    "read_cart",
    "remember_contact",
    "remember_origin",
    "save_order",
    "select_batch",
    "select_by_checkout",
    "select_by_holders",
    "select_numbers",
    "select_order",
    "select_order_by_number",
    "select_order_by_token",
    "select_origins",
    "select_parcel",
    "select_remembered",
    "select_steps",
    "stream_orders",
]
