from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from etalase.commerce.bundles import Bundle, BundleDraft, BundleItem, BundleState, ItemDraft
from etalase.commerce.bundles._model import check_bundle
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ONE, TWO = new_id(), new_id()


def check(*items: ItemDraft, **changes: Any) -> Bundle:
    draft = BundleDraft(items, **changes)
    return check_bundle(draft, shop_id=new_id(), actor_id=new_id(), now=NOW)


def wrong(*items: ItemDraft, **changes: Any) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        check(*items, **changes)
    return {(one.field, one.code) for one in refusal.value.problems}


def test_the_same_product_that_is_bought_and_free_is_one_item() -> None:
    bundle = check(ItemDraft(ONE, "2"), ItemDraft(ONE, "1", "1"), per_order="3")
    assert bundle.items == (BundleItem(ONE, 3, 1),)
    assert (bundle.per_order, bundle.starts_at, bundle.ends_at) == (3, NOW, NOW + timedelta(days=7))


def test_things_together_have_a_price_or_a_share() -> None:
    assert check(ItemDraft(ONE), ItemDraft(TWO, 2), price="150.000").price == Money(150_000)
    assert check(ItemDraft(ONE), ItemDraft(TWO), percent="90").percent == 90
    assert wrong(ItemDraft(ONE), ItemDraft(TWO)) == {("price", "required")}
    assert wrong(ItemDraft(ONE), ItemDraft(TWO), percent=1, price=100) == {("price", "one_of_two")}
    assert wrong(ItemDraft(ONE, 3, 1), price=100) == {("price", "one_of_two")}
    assert wrong(ItemDraft(ONE, 2), percent=91) == {("percent", "too_high")}
    assert wrong(ItemDraft(ONE, 2), price=99) == {("price", "too_low")}


def test_something_of_it_is_paid_and_there_are_two_units_at_least() -> None:
    assert wrong() == {("product-0", "required"), ("price", "required")}
    assert wrong(ItemDraft(ONE, 1), percent=10) == {("quantity-0", "too_low")}
    assert wrong(ItemDraft(ONE, 2, 2)) == {("free", "too_high")}
    assert wrong(ItemDraft(ONE, 1, 2), ItemDraft(TWO, 3)) == {("free", "too_high")}
    assert wrong(*[ItemDraft(new_id())] * 6, percent=10) == {("product-0", "too_many")}


def test_its_times() -> None:
    later = NOW + timedelta(days=2)
    bundle = check(ItemDraft(ONE, 2), percent=10, starts_at=later)
    assert bundle.state(NOW) is BundleState.COMING
    assert bundle.state(later) is BundleState.RUNNING
    assert bundle.state(later + timedelta(days=7)) is BundleState.ENDED
    assert wrong(ItemDraft(ONE, 2), percent=10, ends_at=NOW) == {("ends_at", "too_early")}
    far = NOW + timedelta(days=400)
    assert ("starts_at", "too_late") in wrong(ItemDraft(ONE, 2), percent=10, starts_at=far)
    assert wrong(ItemDraft(ONE, 2), percent=10, ends_at=far) == {("ends_at", "too_late")}
