"""What is done to stock and holds."""

from etalase.commerce.inventory._commands.hold_queue import HoldQueue, count_referral
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
from etalase.commerce.inventory._commands.importing import (
    IMPORT_JOB,
    ImportWork,
    decide_import,
    forget_imports,
    open_import,
    start_import,
)
from etalase.commerce.inventory._commands.stocking import (
    ImportedBy,
    adjust,
    count,
    follow_catalog,
    import_products,
    receive,
    restock,
)

__all__ = [
    "IMPORT_JOB",
    "HoldQueue",
    "ImportWork",
    "ImportedBy",
    "adjust",
    "count",
    "count_referral",
    "decide_import",
    "expire_due",
    "extend",
    "follow_catalog",
    "forget_holds",
    "forget_imports",
    "hand_over",
    "import_products",
    "lock_to_order",
    "next_expiry",
    "open_import",
    "receive",
    "release",
    "restock",
    "retake",
    "sell",
    "shrink",
    "start_import",
]
