"""Stock, holds and movements in PostgreSQL.

One lock order everywhere (docs/adr/0005-holds-then-stock.md): hold rows by id, then stock rows by variant id.
"""

from etalase.commerce.inventory._store.batch import ANSWER_BATCH, Answer, Shelf, answer_batch, batch_arguments
from etalase.commerce.inventory._store.holds import (
    count_active,
    find_holds,
    find_next_expiry,
    forget_unordered,
    list_holds,
    lock_cart,
    lock_due_holds,
    lock_holds,
    save_end,
    save_holder,
    save_shrunk,
    save_state,
)
from etalase.commerce.inventory._store.ledger import (
    find_keyed,
    find_stock,
    list_movements,
    list_stocked_variants,
    lock_stock,
    open_stock,
    recount,
    save_movements,
    set_offered,
)
from etalase.commerce.inventory._store.tables import metadata

__all__ = [
    "ANSWER_BATCH",
    "Answer",
    "Shelf",
    "answer_batch",
    "batch_arguments",
    "count_active",
    "find_holds",
    "find_keyed",
    "find_next_expiry",
    "find_stock",
    "forget_unordered",
    "list_holds",
    "list_movements",
    "list_stocked_variants",
    "lock_cart",
    "lock_due_holds",
    "lock_holds",
    "lock_stock",
    "metadata",
    "open_stock",
    "recount",
    "save_end",
    "save_holder",
    "save_movements",
    "save_shrunk",
    "save_state",
    "set_offered",
]
