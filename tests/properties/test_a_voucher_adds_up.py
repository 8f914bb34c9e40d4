"""Whatever is ordered with vouchers and given up again: a simple count beside each always agrees."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etalase.commerce import vouchers
from etalase.commerce.vouchers import Chosen, Purchase, Voucher, VoucherBook
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.platform.db import Database
from tests.make import shops as make_shops
from tests.make import vouchers as make
from tests.make.databases import Databases

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SHOP = new_id()
BUYERS = ("cart:ani", "cart:budi", "cart:citra")
LEFT_TO_PAY = 100
amounts = st.integers(100, 10**9)


def bounded(upper: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(1, upper)


@st.composite
def some_voucher(draw: st.DrawFn) -> Voucher:
    percent = draw(st.none() | st.integers(1, 90))
    budget, cap = draw(st.none() | amounts), draw(st.none() | amounts)
    return Voucher(
        id=new_id(),
        shop_id=SHOP,
        code=draw(st.sampled_from([None, "HEMAT"])),
        percent=percent,
        amount=Money(draw(amounts)) if percent is None else None,
        cap=Money(cap) if cap else None,
        min_spend=Money(draw(st.integers(0, 10**7))),
        budget=Money(budget) if budget else None,
        max_uses=draw(bounded(3)),
        per_buyer=draw(bounded(2)),
        show_code=draw(st.sampled_from([None, "abc"])),
        starts_at=NOW,
        ends_at=NOW + timedelta(days=1),
        actor_id=new_id(),
        created_at=NOW,
    )


lines = st.lists(
    st.tuples(st.sampled_from([None, "abc", "xyz"]), st.integers(1, 10**8).map(Money)), min_size=1, max_size=6
)


def purchase_of(buyer: str, its: list[tuple[str | None, Money]], code: str = "") -> Purchase:
    return Purchase(SHOP, (buyer,), "", code, tuple(its))


@given(found=st.lists(some_voucher(), max_size=4), its=lines, code=st.sampled_from(["", "hemat", "ANOTHER"]))
def test_no_line_is_below_zero_and_no_rupiah_is_lost(
    found: list[Voucher], its: list[tuple[str | None, Money]], code: str
) -> None:
    chosen = VoucherBook(found).choose(purchase_of("cart:ani", its, code), NOW)
    assert not (chosen.saving and chosen.refusal)
    if chosen.saving is None:
        assert bool(chosen.refusal) == bool(code)
        return
    voucher, parts = chosen.saving.voucher, chosen.saving.parts
    meant = [amount.minor if voucher.show_code in {None, show} else 0 for show, amount in its]
    goods = sum(meant)
    wanted = goods * voucher.percent // 100 if voucher.percent else (voucher.amount or Money(0)).minor
    wanted = min(wanted, voucher.cap.minor) if voucher.cap else wanted
    assert chosen.total.minor == min(wanted, goods - LEFT_TO_PAY) > 0
    assert goods >= voucher.min_spend.minor
    assert sum(part.minor for part in parts) == chosen.total.minor
    assert all(0 <= part.minor <= amount for part, amount in zip(parts, meant, strict=True))
    for part, amount in zip(parts, meant, strict=True):
        assert abs(part.minor * goods - chosen.total.minor * amount) < goods


@given(found=some_voucher(), orders=st.lists(st.tuples(st.sampled_from(BUYERS), lines), max_size=8))
def test_a_batch_takes_no_more_than_there_is(
    found: Voucher, orders: list[tuple[str, list[tuple[str | None, Money]]]]
) -> None:
    book = VoucherBook([found])
    taken: list[tuple[str, Chosen]] = []
    for buyer, its in orders:
        purchase = purchase_of(buyer, its, found.code or "")
        chosen = book.choose(purchase, NOW)
        if book.take(purchase, chosen, new_id()):
            taken.append((buyer, chosen))
    spent = sum(chosen.total.minor for _, chosen in taken)
    assert found.budget is None or spent <= found.budget.minor
    assert found.max_uses is None or len(taken) <= found.max_uses
    for buyer in BUYERS:
        assert sum(who == buyer for who, _ in taken) <= (found.per_buyer or len(taken))


@dataclass
class Model:
    """A voucher, counted by hand: the orders that use it, and whose they are."""

    budget: int
    max_uses: int
    per_buyer: int
    uses: dict[UUID, tuple[str, int]] = field(default_factory=dict)

    @property
    def spent(self) -> int:
        return sum(amount for _, amount in self.uses.values())

    def would_take(self, buyer: str, goods: int) -> int:
        off = min(goods // 10, 30_000)
        fits = self.spent + off <= self.budget and len(self.uses) < self.max_uses
        theirs = sum(who == buyer for who, _ in self.uses.values())
        return off if fits and theirs < self.per_buyer else 0


steps = st.tuples(st.sampled_from(("order", "order", "order", "give_back")), st.integers(0, 9))


@pytest.mark.slow
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    budget=st.integers(30_000, 120_000),
    max_uses=st.integers(1, 8),
    per_buyer=st.integers(1, 3),
    taken=st.lists(steps, min_size=5, max_size=25),
)
async def test_the_voucher_agrees_with_a_count_kept_by_hand(
    databases: Databases, budget: int, max_uses: int, per_buyer: int, taken: list[tuple[str, int]]
) -> None:
    async with databases.lent("commerce") as db:
        async with db.begin() as tx:
            shop = await make_shops.shop(tx)
            voucher = await make.voucher(
                tx, shop.id, percent=10, cap=30_000, budget=budget, max_uses=max_uses, per_buyer=per_buyer
            )
        model, all_orders = Model(budget, max_uses, per_buyer), list[UUID]()
        for step, which in taken:
            if step == "order":
                all_orders += await order(db, voucher, model, which)
            elif all_orders:
                order_id = all_orders[which % len(all_orders)]
                async with db.begin() as tx:
                    await vouchers.give_back(tx, order_id)
                model.uses.pop(order_id, None)
            async with db.begin() as tx:
                now = await vouchers.get_voucher_of(tx, shop.id, voucher.id)
                assert await vouchers.recount(tx) == []
            assert (now.uses, now.spent.minor) == (len(model.uses), model.spent)


async def order(db: Database, voucher: Voucher, model: Model, which: int) -> list[UUID]:
    """Order with the voucher as orders do; return the order that used it, if it could."""
    buyer, goods = BUYERS[which % 3], 50_000 * (which + 1)
    purchase = Purchase(voucher.shop_id, (buyer,), "", "", ((None, Money(goods)),))
    async with db.begin() as tx:
        book = await vouchers.open_book(tx, [purchase], lock=[voucher.id])
        chosen = book.choose(purchase, tx.clock.now())
        assert chosen.total.minor == model.would_take(buyer, goods)
        use = book.take(purchase, chosen, new_id())
        if use is None:
            return []
        await vouchers.add_uses(tx, [use])
    model.uses[use.order_id] = (buyer, use.amount.minor)
    return [use.order_id]
