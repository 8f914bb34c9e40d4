"""Vouchers and their uses in PostgreSQL.

A voucher's row is its lock, taken by id, before stock and after everything else: who has it counts the uses
that were committed until then.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    SmallInteger,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from etalase.commerce.vouchers._model import Purchase, Voucher, VoucherUse
from etalase.kernel.money import Money, minor_of
from etalase.platform.bulk import BulkInsert
from etalase.platform.db import Tx
from etalase.platform.locks import lock_name

metadata = MetaData()
_moment = DateTime(timezone=True)
vouchers = Table(
    "vouchers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("shop_id", Uuid, nullable=False),
    Column("code", Text),
    Column("percent", SmallInteger),
    Column("amount_minor", BigInteger),
    Column("cap_minor", BigInteger),
    Column("min_spend_minor", BigInteger, nullable=False),
    Column("budget_minor", BigInteger),
    Column("max_uses", Integer),
    Column("per_buyer", Integer),
    Column("show_code", Text),
    Column("starts_at", _moment, nullable=False),
    Column("ends_at", _moment, nullable=False),
    Column("actor_id", Uuid, nullable=False),
    Column("created_at", _moment, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("spent_minor", BigInteger, nullable=False),
    CheckConstraint("num_nulls(percent, amount_minor) = 1", name="vouchers_are_percent_or_amount"),
    CheckConstraint(
        "uses >= 0 AND uses <= coalesce(max_uses, uses)", name="vouchers_uses_are_never_overdrawn"
    ),
    CheckConstraint(
        "spent_minor >= 0 AND spent_minor <= coalesce(budget_minor, spent_minor)",
        name="vouchers_budget_is_never_overdrawn",
    ),
    CheckConstraint("ends_at >= starts_at", name="vouchers_end_after_their_start"),
    Index("vouchers_by_shop", "shop_id", "id"),
    Index("vouchers_by_code", "shop_id", "code"),
)
voucher_uses = Table(
    "voucher_uses",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("voucher_id", Uuid, ForeignKey("vouchers.id"), nullable=False),
    Column("holder", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("used_at", _moment, nullable=False),
    Column("given_back_at", _moment),
    CheckConstraint("amount_minor > 0", name="voucher_uses_take_something_off"),
    Index("voucher_uses_by_voucher", "voucher_id", "order_id"),
    Index("voucher_uses_by_holder", "holder", "voucher_id", postgresql_where=text("given_back_at IS NULL")),
    Index(
        "voucher_uses_by_phone",
        "phone",
        "voucher_id",
        postgresql_where=text("given_back_at IS NULL AND phone <> ''"),
    ),
)

_IDS = any_(cast(bindparam("ids"), ARRAY(Uuid)))
_FIND = select(vouchers).where(vouchers.c.id == _IDS).order_by(vouchers.c.id)
_LOCK = _FIND.with_for_update()
_OFFERED = (
    select(vouchers)
    .where(
        vouchers.c.shop_id == any_(cast(bindparam("shop_ids"), ARRAY(Uuid))),
        or_(
            and_(vouchers.c.code.is_(None), vouchers.c.ends_at > bindparam("now")),
            vouchers.c.code == any_(cast(bindparam("codes"), ARRAY(Text))),
        ),
    )
    .order_by(vouchers.c.id)
)
_CODE_TAKEN = select(vouchers.c.id).where(
    vouchers.c.shop_id == bindparam("shop_id"),
    vouchers.c.code == bindparam("code"),
    vouchers.c.ends_at > bindparam("now"),
)
_USES_OF = select(voucher_uses).where(
    voucher_uses.c.voucher_id == _IDS,
    voucher_uses.c.given_back_at.is_(None),
    or_(
        voucher_uses.c.holder == any_(cast(bindparam("holders"), ARRAY(Text))),
        and_(
            voucher_uses.c.phone != "",
            voucher_uses.c.phone == any_(cast(bindparam("phones"), ARRAY(Text))),
        ),
    ),
)
_USES_BY_ORDER = select(voucher_uses).where(voucher_uses.c.order_id == _IDS)
_ADD_USES = BulkInsert(voucher_uses)
_TAKEN = (
    func.unnest(cast(bindparam("ids"), ARRAY(Uuid)), cast(bindparam("amounts"), ARRAY(BigInteger)))
    .table_valued(column("voucher_id", Uuid), column("amount", BigInteger))
    .render_derived(name="taken")
)
_BY_VOUCHER = (
    select(_TAKEN.c.voucher_id, func.count().label("uses"), func.sum(_TAKEN.c.amount).label("spent"))
    .group_by(_TAKEN.c.voucher_id)
    .subquery("by_voucher")
)
_SPEND = (
    update(vouchers)
    .where(vouchers.c.id == _BY_VOUCHER.c.voucher_id)
    .values(
        uses=vouchers.c.uses + _BY_VOUCHER.c.uses,
        spent_minor=vouchers.c.spent_minor + cast(_BY_VOUCHER.c.spent, BigInteger),
    )
)
_GIVE_USE_BACK = (
    update(voucher_uses)
    .where(voucher_uses.c.order_id == bindparam("its"), voucher_uses.c.given_back_at.is_(None))
    .values(given_back_at=bindparam("now"))
    .returning(voucher_uses.c.voucher_id, voucher_uses.c.amount_minor)
)
_GIVE_BUDGET_BACK = (
    update(vouchers)
    .where(vouchers.c.id == bindparam("its"))
    .values(uses=vouchers.c.uses - 1, spent_minor=vouchers.c.spent_minor - bindparam("amount"))
)
_END = update(vouchers).where(vouchers.c.id == bindparam("its"))


@dataclass(frozen=True, slots=True)
class UseView:
    """A use of a voucher by an order, which may have been given back."""

    voucher_id: UUID
    order_id: UUID
    amount: Money
    used_at: datetime
    given_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class Miscount:
    """A voucher whose figure is not what its uses come to."""

    voucher_id: UUID
    figure: str
    recorded: int
    recounted: int


async def add_voucher(tx: Tx, new: Voucher) -> None:
    """Insert the voucher."""
    await tx.execute(insert(vouchers), {"id": new.id, **_columns(new)})


async def is_code_taken(tx: Tx, shop_id: UUID, code: str) -> bool:
    """Tell whether a voucher of the shop that has not ended has the code; who else makes one waits."""
    await lock_name(tx, f"vouchers/{shop_id}/{code}")
    asked = {"shop_id": shop_id, "code": code, "now": tx.clock.now()}
    return (await tx.execute(_CODE_TAKEN, asked)).first() is not None


async def get_vouchers(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Voucher]:
    """Return the vouchers of these ids, ended or not."""
    return {row.id: _voucher(row) for row in await tx.execute(_FIND, {"ids": list(ids)})}


async def lock_vouchers(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Voucher]:
    """Return them; who else uses, stops or gives back one of them waits."""
    return {row.id: _voucher(row) for row in await tx.execute(_LOCK, {"ids": sorted(set(ids))})}


async def list_vouchers(
    tx: Tx, shop_id: UUID, *, before: UUID | None = None, limit: int = 50
) -> list[Voucher]:
    """Return the shop's vouchers, the newest first, those before the id `before`."""
    query = select(vouchers).where(vouchers.c.shop_id == shop_id)
    if before is not None:
        query = query.where(vouchers.c.id < before)
    return [_voucher(row) for row in await tx.execute(query.order_by(vouchers.c.id.desc()).limit(limit))]


async def list_offered(tx: Tx, shop_ids: Collection[UUID], codes: Collection[str]) -> list[Voucher]:
    """Return the vouchers of these shops that apply by themselves, and those of these codes, ended or not."""
    asked = {"shop_ids": list(shop_ids), "codes": list(codes), "now": tx.clock.now()}
    return [_voucher(row) for row in await tx.execute(_OFFERED, asked)]


async def list_uses_by_buyers(
    tx: Tx, ids: Collection[UUID], purchases: Collection[Purchase]
) -> list[VoucherUse]:
    """Return which of these vouchers the buyers of these purchases have used, and not got back."""
    asked = {
        "ids": list(ids),
        "holders": list({holder for one in purchases for holder in one.holders}),
        "phones": list({one.phone for one in purchases if one.phone}),
    }
    return [
        VoucherUse(row.voucher_id, row.order_id, row.holder, row.phone, Money(row.amount_minor))
        for row in await tx.execute(_USES_OF, asked)
    ]


async def list_uses_of_orders(tx: Tx, order_ids: Collection[UUID]) -> dict[UUID, UseView]:
    """Return by order what it used of which voucher, given back or not."""
    rows = await tx.execute(_USES_BY_ORDER, {"ids": list(order_ids)})
    return {row.order_id: _use(row) for row in rows}


async def list_uses(tx: Tx, ids: Collection[UUID], *, limit: int = 100) -> list[UseView]:
    """Return the newest uses of these vouchers, those that were given back among them."""
    query = select(voucher_uses).where(voucher_uses.c.voucher_id.in_(ids))
    rows = await tx.execute(query.order_by(voucher_uses.c.order_id.desc()).limit(limit))
    return [_use(row) for row in rows]


async def add_uses(tx: Tx, uses: Sequence[VoucherUse]) -> None:
    """Note uses of vouchers that are locked, and take them off what is left."""
    rows = [
        {
            "order_id": use.order_id,
            "voucher_id": use.voucher_id,
            "holder": use.holder,
            "phone": use.phone,
            "amount_minor": use.amount.minor,
            "used_at": tx.clock.now(),
        }
        for use in uses
    ]
    await _ADD_USES.run(tx, rows)
    spent = {"ids": [use.voucher_id for use in uses], "amounts": [use.amount.minor for use in uses]}
    await tx.execute(_SPEND, spent)


async def give_back(tx: Tx, order_id: UUID) -> None:
    """Give an order's use back to its voucher, once; an order that used none is left alone."""
    row = (await tx.execute(_GIVE_USE_BACK, {"its": order_id, "now": tx.clock.now()})).one_or_none()
    if row is not None:
        await tx.execute(_GIVE_BUDGET_BACK, {"its": row.voucher_id, "amount": row.amount_minor})


async def save_end(tx: Tx, voucher_id: UUID, ends_at: datetime) -> None:
    """Write when the voucher ends."""
    await tx.execute(_END, {"its": voucher_id, "ends_at": ends_at})


async def list_miscounts(tx: Tx) -> list[Miscount]:
    """Count the uses of every voucher again; return what is not as its row says."""
    stands = voucher_uses.c.given_back_at.is_(None)
    uses = func.count(voucher_uses.c.order_id).filter(stands)
    spent = func.coalesce(func.sum(voucher_uses.c.amount_minor).filter(stands), 0)
    query = (
        select(vouchers.c.id, vouchers.c.uses, vouchers.c.spent_minor, uses.label("n"), spent.label("s"))
        .outerjoin(voucher_uses, voucher_uses.c.voucher_id == vouchers.c.id)
        .group_by(vouchers.c.id)
        .having(or_(uses != vouchers.c.uses, spent != vouchers.c.spent_minor))
        .order_by(vouchers.c.id)
    )
    return [
        Miscount(row.id, figure, recorded, int(recounted))
        for row in await tx.execute(query)
        for figure, recorded, recounted in (("uses", row.uses, row.n), ("spent", row.spent_minor, row.s))
        if recorded != recounted
    ]


def _money(minor: int | None) -> Money | None:
    return None if minor is None else Money(minor)


def _columns(voucher: Voucher) -> dict[str, Any]:
    return {
        "shop_id": voucher.shop_id,
        "code": voucher.code,
        "percent": voucher.percent,
        "amount_minor": minor_of(voucher.amount),
        "cap_minor": minor_of(voucher.cap),
        "min_spend_minor": voucher.min_spend.minor,
        "budget_minor": minor_of(voucher.budget),
        "max_uses": voucher.max_uses,
        "per_buyer": voucher.per_buyer,
        "show_code": voucher.show_code,
        "starts_at": voucher.starts_at,
        "ends_at": voucher.ends_at,
        "actor_id": voucher.actor_id,
        "created_at": voucher.created_at,
        "uses": voucher.uses,
        "spent_minor": voucher.spent.minor,
    }


def _voucher(row: Row[Any]) -> Voucher:
    return Voucher(
        id=row.id,
        shop_id=row.shop_id,
        code=row.code,
        percent=row.percent,
        amount=_money(row.amount_minor),
        cap=_money(row.cap_minor),
        min_spend=Money(row.min_spend_minor),
        budget=_money(row.budget_minor),
        max_uses=row.max_uses,
        per_buyer=row.per_buyer,
        show_code=row.show_code,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        actor_id=row.actor_id,
        created_at=row.created_at,
        uses=row.uses,
        spent=Money(row.spent_minor),
    )


def _use(row: Row[Any]) -> UseView:
    return UseView(
        voucher_id=row.voucher_id,
        order_id=row.order_id,
        amount=Money(row.amount_minor),
        used_at=row.used_at,
        given_back_at=row.given_back_at,
    )
