"""What a shop does with its rates."""

from collections.abc import Sequence
from uuid import UUID

from etalase.commerce.shipping import _store as store
from etalase.commerce.shipping._model import Area, Rate, check_rates
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.platform.db import Tx


async def set_rates(tx: Tx, shop_id: UUID, rates: Sequence[Rate]) -> None:
    """Replace the shop's table; orders placed earlier keep what they were quoted.

    Raises `Invalid` with the position of each wrong line and changes nothing.
    """
    checked = check_rates(rates)
    regions = store.gazetteer()
    unknown = [
        FieldProblem(f"area-{position}", "unknown")
        for position, rate in enumerate(checked)
        if rate.area is not Area.EVERYWHERE and not regions.find_region(rate.region_code or "")
    ]
    if unknown:
        raise Invalid(*unknown)
    await store.replace_rates(tx, shop_id, checked)
