"""Whatever is in a cart, and whatever bundles there are: no line below zero, no unit in two sets."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from etalase.commerce.bundles import Bundle, BundleBook, BundleItem, BundleLine, combine
from etalase.kernel.discounts import Discount, DiscountKind, Payer, sum_of
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SHOP = new_id()
PRODUCTS = [new_id() for _ in range(3)]


def make(items: list[BundleItem], **changes: object) -> Bundle:
    fields: dict[str, object] = {
        "id": new_id(), "shop_id": SHOP, "items": tuple(items), "price": None, "percent": None,
        "per_order": None, "starts_at": NOW, "ends_at": NOW + timedelta(days=1), "actor_id": new_id(),
        "created_at": NOW,
    }  # fmt: skip
    return Bundle(**(fields | changes))  # type: ignore[arg-type]  # each field by its name


@st.composite
def some_bundle(draw: st.DrawFn) -> Bundle:
    products = draw(st.lists(st.sampled_from(PRODUCTS), min_size=1, max_size=3, unique=True))
    kind = draw(st.sampled_from(["price", "percent", "free"]))
    items = []
    for product in products:
        units = draw(st.integers(1, 3))
        items.append(BundleItem(product, units, draw(st.integers(0, units)) if kind == "free" else 0))
    if kind == "free" and all(item.free == item.quantity for item in items):
        items[0] = BundleItem(items[0].product_id, items[0].quantity, items[0].quantity - 1)
    return make(
        items,
        price=Money(draw(st.integers(100, 10**6))) if kind == "price" else None,
        percent=draw(st.integers(1, 90)) if kind == "percent" else None,
        per_order=draw(st.none() | st.integers(1, 3)),
    )


lines = st.lists(
    st.builds(BundleLine, st.sampled_from(PRODUCTS), st.integers(1, 10**6).map(Money), st.integers(1, 12)),
    max_size=6,
)


@given(found=st.lists(some_bundle(), max_size=4), its=lines)
def test_no_line_is_below_zero_and_the_shop_pays_each_rupiah(
    found: list[Bundle], its: list[BundleLine]
) -> None:
    off = combine(found, its)
    assert len(off) == len(its)
    known = {bundle.id for bundle in found}
    for line, some in zip(its, off, strict=True):
        assert 0 <= sum_of(some).minor <= (line.price * line.quantity).minor
        for one in some:
            assert (one.kind, one.payer) == (DiscountKind.BUNDLE, Payer.SHOP)
            assert one.amount.minor > 0
            assert one.reference in known


def cost(bundle: Bundle, its: list[BundleLine]) -> int:
    """Work out by hand what a cart costs under one bundle: single units in a row, set by set."""
    piles = {
        product: sorted(
            (line.price.minor for line in its if line.product_id == product for _ in range(line.quantity)),
            reverse=True,
        )
        for product in PRODUCTS
    }
    paid, sets = 0, 0
    while (bundle.per_order is None or sets < bundle.per_order) and all(
        len(piles[item.product_id]) >= item.quantity for item in bundle.items
    ):
        taken = {item: piles[item.product_id][: item.quantity] for item in bundle.items}
        whole = sum(sum(units) for units in taken.values())
        if bundle.price is not None:
            price = bundle.price.minor
        elif bundle.percent is not None:
            price = whole - whole * bundle.percent // 100
        else:
            price = sum(sum(units[: len(units) - item.free]) for item, units in taken.items())
        if price >= whole:
            break
        for item in bundle.items:
            piles[item.product_id] = piles[item.product_id][item.quantity :]
        paid, sets = paid + price, sets + 1
    return paid + sum(map(sum, piles.values()))


@given(bundle=some_bundle(), its=lines)
def test_one_bundle_costs_what_it_costs_counted_unit_by_unit(bundle: Bundle, its: list[BundleLine]) -> None:
    whole = sum((line.price * line.quantity).minor for line in its)
    off = sum(sum_of(some).minor for some in combine([bundle], its))
    assert whole - off == cost(bundle, its)


def by_units(its: list[BundleLine], off: list[tuple[Discount, ...]]) -> dict[tuple[UUID, int], int]:
    found: dict[tuple[UUID, int], int] = {}
    for line, some in zip(its, off, strict=True):
        key = line.product_id, line.price.minor
        found[key] = found.get(key, 0) + sum_of(some).minor
    return found


@given(found=st.lists(some_bundle(), max_size=3), its=lines, turned=st.randoms(use_true_random=False))
def test_the_order_in_which_units_were_held_changes_nothing(
    found: list[Bundle], its: list[BundleLine], turned: object
) -> None:
    other = list(its)
    turned.shuffle(other)  # type: ignore[attr-defined]  # a Random
    whole = sum(by_units(its, combine(found, its)).values())
    assert whole == sum(by_units(other, combine(found, other)).values())


@given(found=st.lists(some_bundle(), max_size=3), its=lines)
def test_an_order_can_be_worked_out_again_by_the_bundles_that_it_has(
    found: list[Bundle], its: list[BundleLine]
) -> None:
    off = combine(sorted(found, key=lambda one: one.id), its)
    used = {one.reference for some in off for one in some}
    again = combine(sorted((one for one in found if one.id in used), key=lambda one: one.id), its)
    assert again == off


def test_the_cheapest_unit_is_free_and_each_unit_is_in_one_set() -> None:
    bundle = make([BundleItem(PRODUCTS[0], 3, 1)])
    its = [BundleLine(PRODUCTS[0], Money(60), 1), BundleLine(PRODUCTS[0], Money(100), 2)]
    assert [sum_of(some).minor for some in combine([bundle], its)] == [60, 0]
    seven = [BundleLine(PRODUCTS[0], Money(100), 7)]
    assert sum_of(combine([bundle], seven)[0]).minor == 200
    limited = make([BundleItem(PRODUCTS[0], 3, 1)], per_order=1)
    assert sum_of(combine([limited], seven)[0]).minor == 100


def test_only_what_runs_and_is_the_shops_applies() -> None:
    bundle = make([BundleItem(PRODUCTS[0], 2)], percent=50)
    its = [BundleLine(PRODUCTS[0], Money(100), 2)]
    book = BundleBook([bundle])
    assert sum_of(book.discounts(SHOP, its, NOW)[0]).minor == 100
    assert book.discounts(new_id(), its, NOW) == [()]
    assert book.discounts(SHOP, its, NOW - timedelta(seconds=1)) == [()]
    assert book.discounts(SHOP, its, NOW + timedelta(days=1)) == [()]


def test_a_price_above_that_of_the_units_takes_nothing_off() -> None:
    bundle = make([BundleItem(PRODUCTS[0], 2)], price=Money(200))
    assert combine([bundle], [BundleLine(PRODUCTS[0], Money(100), 2)]) == [()]
    assert combine([bundle], [BundleLine(PRODUCTS[0], Money(99), 2)]) == [()]
