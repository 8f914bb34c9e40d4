"""What is done to stock and holds."""

from etalase.commerce.inventory._commands.desk import HoldDesk
from etalase.commerce.inventory._commands.holding import (
    expire_due,
    extend,
    forget_holds,
    hand_over,
    lock_to_order,
    next_expiry,
    release,
    retake,
    sell,
    shrink,
)
from etalase.commerce.inventory._commands.stocking import (
    adjust,
    count,
    follow_catalog,
    import_products,
    receive,
    restock,
)

__all__ = [
    "HoldDesk",
    "adjust",
    "count",
    "expire_due",
    "extend",
    "follow_catalog",
    "forget_holds",
    "hand_over",
    "import_products",
    "lock_to_order",
    "next_expiry",
    "receive",
    "release",
    "restock",
    "retake",
    "sell",
    "shrink",
]
