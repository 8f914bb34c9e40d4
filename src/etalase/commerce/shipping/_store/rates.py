"""The only SQL of shipping."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    delete,
    insert,
    select,
)

from etalase.commerce.shipping._model import Area, Rate
from etalase.kernel.money import Money
from etalase.platform.db import Tx

metadata = MetaData()

shipping_rates = Table(
    "shipping_rates",
    metadata,
    Column("shop_id", Uuid, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("service", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("region_code", Text),
    Column("flat_minor", BigInteger, nullable=False),
    Column("per_kilo_minor", BigInteger, nullable=False),
    Column("min_days", Integer, nullable=False),
    Column("max_days", Integer, nullable=False),
    CheckConstraint("flat_minor >= 0 AND per_kilo_minor >= 0", name="shipping_rates_amounts_positive"),
    CheckConstraint("(area = 'everywhere') = (region_code IS NULL)", name="shipping_rates_region_named"),
)

_LIST = (
    select(shipping_rates)
    .where(shipping_rates.c.shop_id == any_(cast(bindparam("shop_ids"), ARRAY(Uuid))))
    .order_by(shipping_rates.c.shop_id, shipping_rates.c.position)
)


async def list_rates(tx: Tx, shop_id: UUID) -> list[Rate]:
    """Return what the shop has written down: nothing, for a shop that asks `UNSET_RATES`."""
    return (await get_rates(tx, [shop_id])).get(shop_id, [])


async def get_rates(tx: Tx, shop_ids: Collection[UUID]) -> dict[UUID, list[Rate]]:
    """Return what these shops have written down; a shop that has nothing is left out."""
    rates: dict[UUID, list[Rate]] = {}
    for row in await tx.execute(_LIST, {"shop_ids": list(shop_ids)}) if shop_ids else ():
        rate = Rate(
            service=row.service,
            area=Area(row.area),
            region_code=row.region_code,
            flat=Money(row.flat_minor),
            per_kilo=Money(row.per_kilo_minor),
            min_days=row.min_days,
            max_days=row.max_days,
        )
        rates.setdefault(row.shop_id, []).append(rate)
    return rates


async def replace_rates(tx: Tx, shop_id: UUID, rates: Sequence[Rate]) -> None:
    """Write a shop's whole table anew."""
    await tx.execute(delete(shipping_rates).where(shipping_rates.c.shop_id == shop_id))
    if not rates:
        return
    rows = [
        {
            "shop_id": shop_id,
            "position": position,
            "service": rate.service,
            "area": rate.area.value,
            "region_code": rate.region_code,
            "flat_minor": rate.flat.minor,
            "per_kilo_minor": rate.per_kilo.minor,
            "min_days": rate.min_days,
            "max_days": rate.max_days,
        }
        for position, rate in enumerate(rates)
    ]
    await tx.execute(insert(shipping_rates), rows)
