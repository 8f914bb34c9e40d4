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
    "Difference",
    "Hold",
    "HoldRequest",
    "HoldState",
    "Movement",
    "MovementKind",
    "MovementView",
    "Settings",
    "Stock",
    "Verdict",
    "apply_movements",
    "check_request",
    "movement_ending",
    "refusal_of",
    "require_same_wish",
    "shrink",
]
