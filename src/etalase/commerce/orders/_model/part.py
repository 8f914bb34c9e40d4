"""Money back for a part of an order, which goes on: missing or spoilt units, or an amount. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from etalase.commerce.orders._errors import OrderNotRefundable
from etalase.commerce.orders._events import OrderPartRefunded, OrderPartRefundPromised
from etalase.commerce.orders._model.order import NOTHING, Order, OrderState, RefundState
from etalase.kernel.events import Event
from etalase.kernel.fields import Fields
from etalase.kernel.money import Money

GOING = frozenset(
    {OrderState.PAID, OrderState.PACKED, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.COMPLETED}
)


@dataclass(frozen=True, slots=True)
class PartRefund:
    """What is paid back: units by the place of their line in the order, and an amount besides."""

    units: Mapping[int, int] = field(default_factory=dict)
    besides: Money = NOTHING


def may_refund_part(order: Order) -> bool:
    """Tell whether a part of the money can go back now: one refund at a time, of an order that goes on."""
    return order.paid and order.state in GOING and order.refund is RefundState.NONE


def promise_part(
    order: Order, part: PartRefund, reason: str, *, rest: Money
) -> tuple[Order, tuple[Event, ...]]:
    """Promise a part of the money back, less than the `rest` that giving the order up would give back.

    Raises OrderNotRefundable, and Invalid with `units-<place>` or `amount`.
    """
    if not may_refund_part(order):
        raise OrderNotRefundable(state=order.state)
    amount = amount_of(order, part, rest)
    lines = tuple(
        replace(line, refunded=line.refunded + part.units.get(place, 0))
        for place, line in enumerate(order.lines)
    )
    owing = replace(order, lines=lines, refund=RefundState.PART, refund_amount=amount)
    return owing, (OrderPartRefundPromised(order.id, order.shop_id, order.show_code, amount, reason),)


def amount_of(order: Order, part: PartRefund, rest: Money) -> Money:
    """Return what the part comes to. Raises Invalid."""
    fields = Fields()
    amount = part.besides
    fields.between("amount", amount.minor, minimum=0, maximum=max(rest.minor - 1, 0))
    for place, units in part.units.items():
        if not 0 <= place < len(order.lines):
            fields.refuse(f"units-{place}", "unknown")
            continue
        line = order.lines[place]
        back = fields.between(f"units-{place}", units, minimum=0, maximum=line.kept)
        amount += line.amount_of(line.refunded + back) - line.amount_of(line.refunded)
    if not fields.problems:
        fields.between("amount", amount.minor, minimum=1, maximum=max(rest.minor - 1, 0))
    fields.settle()
    return amount


def settle_part(order: Order) -> tuple[Order, tuple[Event, ...]]:
    """Take note that the promised part has gone back: the order goes on without it."""
    after = replace(
        order, refund=RefundState.NONE, refund_amount=NOTHING, refunded=order.refunded + order.refund_amount
    )
    return after, (OrderPartRefunded(order.id, order.shop_id, order.show_code, order.refund_amount),)
