"""Shops for programs: those where the caller works, a new one, their details and their staff."""

from typing import Any

from etalase.api._workplace import shop_router
from etalase.api.shops import _hold_rules, _shops, _staff

ROUTES: list[Any] = [
    *_shops.OWN,
    *_staff.INVITED,
    shop_router("Shops", [*_shops.STAFF, *_staff.STAFF, *_hold_rules.STAFF]),
]

__all__ = ["ROUTES"]
