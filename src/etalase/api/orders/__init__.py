"""Buying and fulfilling, for programs: hold, see the cart, order, pay, follow; pack, ship, deliver, refund.

A token stands for its account: what it holds is the account's cart, which the account's browser shows too.
"""

from typing import Any

from etalase.api.orders import _buying, _cart, _evidence, _selling, _waitlist

ROUTES: list[Any] = [*_cart.ROUTES, *_waitlist.ROUTES, *_buying.ROUTES, *_selling.ROUTES, *_evidence.ROUTES]

__all__ = ["ROUTES"]
