"""What is done to stock and holds."""

from etalase.commerce.inventory._commands.allotting import allot, retime
from etalase.commerce.inventory._commands.auditing import audit_changed, unfreeze
from etalase.commerce.inventory._commands.hold_queue import HoldQueue, count_referral
from etalase.commerce.inventory._commands.holding import (
    HoldsOfOrder,
    expire_due,
    extend,
    forget_holds,
    give_to_orders,
    hand_over,
    lock_carts,
    next_expiry,
    release,
    release_by_seller,
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
    close_claims,
    count,
    follow_catalog,
    import_products,
    receive,
    restock,
)
from etalase.commerce.inventory._commands.waiting import forget_places, leave_waitlist, skip_turn

__all__ = [
    "IMPORT_JOB",
    "HoldQueue",
    "HoldsOfOrder",
    "ImportWork",
    "ImportedBy",
    "adjust",
    "allot",
    "audit_changed",
    "close_claims",
    "count",
    "count_referral",
    "decide_import",
    "expire_due",
    "extend",
    "follow_catalog",
    "forget_holds",
    "forget_imports",
    "forget_places",
    "give_to_orders",
    "hand_over",
    "import_products",
    "leave_waitlist",
    "lock_carts",
    "next_expiry",
    "open_import",
    "receive",
    "release",
    "release_by_seller",
    "restock",
    "retake",
    "retime",
    "sell",
    "shrink",
    "skip_turn",
    "start_import",
    "unfreeze",
]
