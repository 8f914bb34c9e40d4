"""What a show has brought its shop. Hosts are told, viewers never are, so it is no part of the room."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SalesFigures:
    """Orders that stand, what their goods come to in whole rupiah, units that buyers hold now, and units
    in those orders; an older till of the other plane does not count the last.
    """

    orders: int
    goods_minor: int
    held_units: int
    sold_units: int = 0
