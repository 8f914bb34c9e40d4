"""What the audit counts of one variant or one order, movement by movement, and the end of a freeze."""

from collections.abc import AsyncIterator
from uuid import UUID

from etalase.bootstrap._databases import open_databases
from etalase.bootstrap._program import Settings
from etalase.commerce import inventory, ledger, orders, payments
from etalase.commerce.inventory import MovementView
from etalase.commerce.orders import Order
from etalase.platform.db import Database, Tx

PAGE = 1000


async def explain(settings: Settings, subject: str) -> list[str]:
    """Return the movements of a variant (by its id) or an order (by its number), oldest first, with sums.

    Raises Refusal where there is no such order; a variant that never moved has no lines.
    """
    async with open_databases(settings.program) as databases, databases["commerce"].begin() as tx:
        variant_id = _read_id(subject)
        if variant_id is not None:
            return await _explain_variant(tx, variant_id)
        return await _explain_order(tx, await orders.get_order_by_number(tx, subject.strip().upper()))


async def unfreeze(settings: Settings, variant_id: UUID) -> str | None:
    """Let a frozen variant be sold again; return what had been found, None if it is not frozen.

    Raises StockStillWrong.
    """
    async with open_databases(settings.program) as databases:
        commerce: Database = databases["commerce"]
        async with commerce.begin() as tx:
            freeze = await inventory.unfreeze(tx, variant_id)
    return freeze.found if freeze else None


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _explain_variant(tx: Tx, variant_id: UUID) -> list[str]:
    lines, on_hand, held = [], 0, 0
    async for one in _movements(tx, variant_id):
        on_hand, held = on_hand + one.on_hand_change, held + one.held_change
        lines.append(f"{_movement(one)}  on hand {on_hand:>6}  held {held:>6}")
    found = (await inventory.stock_of(tx, [variant_id])).get(variant_id)
    if found is not None:
        lines.append(f"the stock's own figures:  on hand {found.on_hand}  held {found.held}")
    lines += [f"frozen: {one.found}" for one in await inventory.list_freezes(tx, [variant_id])]
    return lines


async def _movements(tx: Tx, variant_id: UUID) -> AsyncIterator[MovementView]:
    """Yield all movements of the variant, the oldest first."""
    found: list[MovementView] = []
    page = await inventory.list_movements(tx, [variant_id], limit=PAGE)
    while page:
        found += page
        page = await inventory.list_movements(tx, [variant_id], before=page[-1].id, limit=PAGE)
    for one in reversed(found):
        yield one


async def _explain_order(tx: Tx, order: Order) -> list[str]:
    lines = [f"order {order.number}: {order.state}, stock {order.stock}, total {order.total.minor}"]
    moved = await inventory.list_movements_of_holds(
        tx, {line.hold_id: line.variant_id for line in order.lines}
    )
    for line in order.lines:
        lines.append(f"{line.quantity} x {line.title}, variant {line.variant_id}")
        lines += [f"  {_movement(one)}" for one in moved[line.hold_id]]
    for payment in await payments.list_of_orders(tx, [order.id]):
        lines.append(
            f"payment by {payment.method}: {payment.state}, due {payment.due.minor},"
            f" received {payment.received.minor}, refunded {payment.refunded.minor}"
        )
    for entry in await ledger.trail(tx, order.id):
        lines.append(f"{entry.posted_at:%Y-%m-%d %H:%M:%S.%f}  {entry.kind} (ledger {entry.number})")
        lines += [f"  {one.account:<18} {one.amount.minor:>+12}" for one in entry.postings]
    return lines


def _movement(one: MovementView) -> str:
    changes = f"on hand {one.on_hand_change:>+5}  held {one.held_change:>+5}"
    return f"{one.happened_at:%Y-%m-%d %H:%M:%S.%f}  {one.kind:<9} {changes}"
