"""Between an order and its rows."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from etalase.commerce.orders._model import (
    Actor,
    DeliveryAddress,
    Order,
    OrderLine,
    OrderState,
    OrderStock,
    RefundState,
)
from etalase.commerce.orders._store.tables import order_lines
from etalase.kernel.money import Money
from etalase.platform.db import Tx

ADDRESS_FIELDS = ("recipient", "phone", "street", "district", "city", "province", "postcode")
PLAIN_FIELDS = (
    "id", "number", "token", "shop_id", "holder", "account_id", "checkout_key", "email", "locale", "method",
    "payment_id", "show_code", "parcel_id", "place_code", "service", "note", "placed_at", "pay_by", "carrier",
    "tracking_number", "reason", "paid_at", "packed_at", "shipped_at", "delivered_at", "completed_at",
    "cancelled_at", "refunded_at",
)  # fmt: skip


def order_row(order: Order) -> dict[str, Any]:
    """Return the columns of an order."""
    return {
        **{field: getattr(order, field) for field in PLAIN_FIELDS},
        **{field: getattr(order.address, field) for field in ADDRESS_FIELDS},
        "state": order.state.value,
        "stock": order.stock.value,
        "refund": order.refund.value,
        "refund_minor": order.refund_amount.minor,
        "refunded_minor": order.refunded.minor,
        "ended_by": order.ended_by.value if order.ended_by else None,
        "shipping_minor": order.shipping.minor,
        "goods_minor": order.goods.minor,
        "currency": order.shipping.currency,
    }


def line_rows(order: Order) -> list[dict[str, Any]]:
    """Return the rows of an order's lines."""
    return [
        {
            "order_id": order.id,
            "position": position,
            "variant_id": line.variant_id,
            "product_id": line.product_id,
            "hold_id": line.hold_id,
            "title": line.title,
            "label": line.label,
            "code": line.code,
            "sku": line.sku,
            "unit_price_minor": line.unit_price.minor,
            "quantity": line.quantity,
            "weight_grams": line.weight_grams,
            "photo_key": line.photo_key,
            "refunded": line.refunded,
        }
        for position, line in enumerate(order.lines)
    ]


async def read_orders(tx: Tx, rows: Iterable[Any]) -> list[Order]:
    """Make orders of their rows, in the same order, with all lines read at once."""
    columns = [row._mapping for row in rows]  # noqa: SLF001 - SQLAlchemy's documented access to a row's columns
    if not columns:
        return []
    query = (
        select(order_lines)
        .where(order_lines.c.order_id.in_([row["id"] for row in columns]))
        .order_by(order_lines.c.order_id, order_lines.c.position)
    )
    lines: dict[UUID, list[OrderLine]] = {}
    for row in await tx.execute(query):
        lines.setdefault(row.order_id, []).append(read_line(row))
    return [read_order(row, tuple(lines[row["id"]])) for row in columns]


def read_line(row: Any) -> OrderLine:
    """Make a line of its row."""
    return OrderLine(
        variant_id=row.variant_id,
        product_id=row.product_id,
        hold_id=row.hold_id,
        title=row.title,
        label=row.label,
        code=row.code,
        sku=row.sku,
        unit_price=Money(row.unit_price_minor),
        quantity=row.quantity,
        weight_grams=row.weight_grams,
        photo_key=row.photo_key,
        refunded=row.refunded,
    )


def read_order(row: Mapping[str, Any], lines: tuple[OrderLine, ...]) -> Order:
    """Make an order of its row."""
    return Order(
        **{field: row[field] for field in PLAIN_FIELDS},
        address=DeliveryAddress(**{field: row[field] for field in ADDRESS_FIELDS}),
        state=OrderState(row["state"]),
        stock=OrderStock(row["stock"]),
        refund=RefundState(row["refund"]),
        refund_amount=Money(row["refund_minor"], row["currency"]),
        refunded=Money(row["refunded_minor"], row["currency"]),
        ended_by=Actor(row["ended_by"]) if row["ended_by"] else None,
        shipping=Money(row["shipping_minor"], row["currency"]),
        lines=lines,
    )
