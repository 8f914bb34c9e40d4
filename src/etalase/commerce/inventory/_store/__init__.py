"""Stock, holds and movements in PostgreSQL.

One lock order everywhere (docs/adr/0005-holds-then-stock.md): hold rows by id, then stock rows by variant id.
"""

from etalase.commerce.inventory._store.batch import (
    ANSWER_BATCH,
    HoldAnswer,
    StockLeft,
    answer_batch,
    batch_arguments,
)
from etalase.commerce.inventory._store.holds import (
    count_held,
    find_next_expiry,
    forget_unordered,
    get_holds,
    list_holds,
    lock_cart,
    lock_due_holds,
    lock_holds,
    save_end,
    save_holder,
    save_shrunk,
    save_state,
)
from etalase.commerce.inventory._store.importing import stand_still, with_movements
from etalase.commerce.inventory._store.imports import (
    add_import,
    find_import,
    forget_imports,
    read_content,
    save_choice,
    save_done,
    save_start,
)
from etalase.commerce.inventory._store.imports import save_state as save_import_state
from etalase.commerce.inventory._store.ledger import (
    find_keyed,
    list_movements,
    list_stocked_variants,
    lock_stock,
    open_stock,
    recount,
    save_movements,
    set_offered,
    stock_of,
)
from etalase.commerce.inventory._store.tables import metadata

__all__ = [
    "ANSWER_BATCH",
    "HoldAnswer",
    "StockLeft",
    "add_import",
    "answer_batch",
    "batch_arguments",
    "count_held",
    "find_import",
    "find_keyed",
    "find_next_expiry",
    "forget_imports",
    "forget_unordered",
    "get_holds",
    "list_holds",
    "list_movements",
    "list_stocked_variants",
    "lock_cart",
    "lock_due_holds",
    "lock_holds",
    "lock_stock",
    "metadata",
    "open_stock",
    "read_content",
    "recount",
    "save_choice",
    "save_done",
    "save_end",
    "save_holder",
    "save_import_state",
    "save_movements",
    "save_shrunk",
    "save_start",
    "save_state",
    "set_offered",
    "stand_still",
    "stock_of",
    "with_movements",
]
