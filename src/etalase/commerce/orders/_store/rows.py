"""Between an order and its rows."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, bindparam, select

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
from etalase.kernel.discounts import Discount
from etalase.kernel.money import Money
from etalase.platform.db import Tx

_LINES_OF = (
    select(order_lines)
    .where(order_lines.c.order_id.in_(bindparam("ids", expanding=True)))
    .order_by(order_lines.c.order_id, order_lines.c.position)
)


def order_columns(order: Order) -> dict[str, Any]:
    """Return what an order's row holds besides its id."""
    return _columns(order) | {
        "recipient": order.address.recipient,
        "phone": order.address.phone,
        "street": order.address.street,
        "district": order.address.district,
        "city": order.address.city,
        "province": order.address.province,
        "postcode": order.address.postcode,
        "state": order.state.value,
        "stock": order.stock.value,
        "refund": order.refund.value,
        "refund_minor": order.refund_amount.minor,
        "refunded_minor": order.refunded.minor,
        "ended_by": order.ended_by.value if order.ended_by else None,
        "shipping_minor": order.shipping.minor,
        "shipping_discounts": msgspec.to_builtins(order.shipping_discounts),
        "goods_minor": order.goods.minor,
        "currency": order.shipping.currency,
    }


def _columns(order: Order) -> dict[str, Any]:
    """Return the columns that hold a field of the order as it is."""
    return {
        "number": order.number,
        "token": order.token,
        "shop_id": order.shop_id,
        "holder": order.holder,
        "account_id": order.account_id,
        "checkout_key": order.checkout_key,
        "email": order.email,
        "locale": order.locale,
        "method": order.method,
        "payment_id": order.payment_id,
        "show_code": order.show_code,
        "parcel_id": order.parcel_id,
        "place_code": order.place_code,
        "service": order.service,
        "note": order.note,
        "placed_at": order.placed_at,
        "pay_by": order.pay_by,
        "carrier": order.carrier,
        "tracking_number": order.tracking_number,
        "reason": order.reason,
        "paid_at": order.paid_at,
        "packed_at": order.packed_at,
        "shipped_at": order.shipped_at,
        "delivered_at": order.delivered_at,
        "completed_at": order.completed_at,
        "cancelled_at": order.cancelled_at,
        "refunded_at": order.refunded_at,
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
            "discounts": msgspec.to_builtins(line.discounts),
        }
        for position, line in enumerate(order.lines)
    ]


async def read_orders(tx: Tx, found: Iterable[Row[Any]]) -> list[Order]:
    """Make orders of their rows, in the same order, with all lines read at once."""
    rows = list(found)
    if not rows:
        return []
    lines: dict[UUID, list[OrderLine]] = {}
    for row in await tx.execute(_LINES_OF, {"ids": [row.id for row in rows]}):
        lines.setdefault(row.order_id, []).append(_line(row))
    return [_order(row, tuple(lines[row.id])) for row in rows]


def _line(row: Row[Any]) -> OrderLine:
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
        discounts=msgspec.convert(row.discounts, tuple[Discount, ...]),
    )


def _order(row: Row[Any], lines: tuple[OrderLine, ...]) -> Order:
    return Order(
        id=row.id,
        number=row.number,
        token=row.token,
        shop_id=row.shop_id,
        holder=row.holder,
        account_id=row.account_id,
        checkout_key=row.checkout_key,
        email=row.email,
        locale=row.locale,
        method=row.method,
        payment_id=row.payment_id,
        show_code=row.show_code,
        parcel_id=row.parcel_id,
        place_code=row.place_code,
        service=row.service,
        note=row.note,
        placed_at=row.placed_at,
        pay_by=row.pay_by,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        reason=row.reason,
        paid_at=row.paid_at,
        packed_at=row.packed_at,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
        completed_at=row.completed_at,
        cancelled_at=row.cancelled_at,
        refunded_at=row.refunded_at,
        address=_address(row),
        state=OrderState(row.state),
        stock=OrderStock(row.stock),
        refund=RefundState(row.refund),
        refund_amount=Money(row.refund_minor, row.currency),
        refunded=Money(row.refunded_minor, row.currency),
        ended_by=Actor(row.ended_by) if row.ended_by else None,
        shipping=Money(row.shipping_minor, row.currency),
        shipping_discounts=msgspec.convert(row.shipping_discounts, tuple[Discount, ...]),
        lines=lines,
    )


def _address(row: Row[Any]) -> DeliveryAddress:
    return DeliveryAddress(
        recipient=row.recipient,
        phone=row.phone,
        street=row.street,
        district=row.district,
        city=row.city,
        province=row.province,
        postcode=row.postcode,
    )
