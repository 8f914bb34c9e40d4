"""What stock and holds are, and what may become of them. Pure."""

from etalase.commerce.inventory._model.holds import (
    Hold,
    HoldRequest,
    HoldState,
    Settings,
    Verdict,
    check_request,
    movement_ending,
    refusal_of,
    require_same_wish,
    shrink,
)
from etalase.commerce.inventory._model.import_file import STEPS, ImportFile, ImportState
from etalase.commerce.inventory._model.importing import (
    ImportChoice,
    StockMode,
    StockRule,
    StockSince,
    movement_of,
    rule_for,
    units_after,
)
from etalase.commerce.inventory._model.stock import (
    MOST_UNITS,
    Difference,
    Movement,
    MovementKind,
    MovementView,
    Stock,
    apply_movements,
)

__all__ = [
    "MOST_UNITS",
    "STEPS",
    "Difference",
    "Hold",
    "HoldRequest",
    "HoldState",
    "ImportChoice",
    "ImportFile",
    "ImportState",
    "Movement",
    "MovementKind",
    "MovementView",
    "Settings",
    "Stock",
    "StockMode",
    "StockRule",
    "StockSince",
    "Verdict",
    "apply_movements",
    "check_request",
    "movement_ending",
    "movement_of",
    "refusal_of",
    "require_same_wish",
    "rule_for",
    "shrink",
    "units_after",
]
