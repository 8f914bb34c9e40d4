"""A deal as it was typed: within its limits, below the list price, and what is left out is usual."""

from datetime import timedelta

import pytest

from etalase.commerce.deals import Deal, DealDraft, DealOver, DealState, DealTooLong
from etalase.commerce.deals._model import check_deal, extended, stopped
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money

NOW = FixedClock().now()
SMALL, LARGE = new_id(), new_id()
LISTED = {SMALL: Money(89_000), LARGE: Money(95_001)}
SHOP = new_id()


def check(draft: DealDraft, *, available: int = 12) -> Deal:
    return check_deal(draft, LISTED, shop_id=SHOP, actor_id=new_id(), available=available, now=NOW)


def problems(draft: DealDraft) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        check(draft)
    return [(one.field, one.code) for one in refusal.value.problems]


def test_what_is_left_out_is_usual() -> None:
    deal = check(DealDraft(new_id()))
    assert deal.prices == {SMALL: Money(71_200), LARGE: Money(76_000)}
    assert (deal.quantity, deal.per_buyer) == (12, None)
    assert (deal.starts_at, deal.ends_at) == (NOW, NOW + timedelta(minutes=10))


def test_one_price_is_for_all_sizes_and_lies_below_each() -> None:
    assert check(DealDraft(new_id(), price="88.999")).prices == dict.fromkeys(LISTED, Money(88_999))
    assert problems(DealDraft(new_id(), price=89_000)) == [("price", "not_below_list")]


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (DealDraft(new_id(), percent=91), "percent"),
        (DealDraft(new_id(), quantity=0), "quantity"),
        (DealDraft(new_id(), per_buyer=0), "per_buyer"),
        (DealDraft(new_id(), countdown_seconds=9), "countdown_seconds"),
        (DealDraft(new_id(), countdown_seconds=301), "countdown_seconds"),
        (DealDraft(new_id(), length_seconds=29), "length_seconds"),
        (DealDraft(new_id(), length_seconds=3_601), "length_seconds"),
        (DealDraft(new_id(), starts_at=NOW), "starts_at"),
        (DealDraft(new_id(), starts_at=NOW + timedelta(days=31)), "starts_at"),
    ],
)
def test_each_limit_is_named(draft: DealDraft, field: str) -> None:
    assert [one for one, _ in problems(draft)] == [field]


def test_it_comes_runs_and_ends_and_can_be_made_longer_up_to_an_hour() -> None:
    deal = check(DealDraft(new_id(), countdown_seconds=60, length_seconds=600))
    start = NOW + timedelta(seconds=60)
    states = [deal.state(NOW), deal.state(start), deal.state(start + timedelta(seconds=600))]
    assert states == [DealState.COMING, DealState.RUNNING, DealState.ENDED]
    assert extended(deal, 3_000, NOW) == deal.ends_at + timedelta(seconds=3_000)
    for too_many in (3_001, 3_600):
        with pytest.raises(DealTooLong):
            extended(deal, too_many, NOW)
    with pytest.raises(Invalid):
        extended(deal, "lama", NOW)
    with pytest.raises(DealOver):
        extended(deal, 30, deal.ends_at)


def test_stopped_before_its_start_it_never_runs() -> None:
    deal = check(DealDraft(new_id(), countdown_seconds=60))
    assert stopped(deal, NOW) == deal.starts_at
    assert stopped(deal, deal.starts_at + timedelta(seconds=5)) == deal.starts_at + timedelta(seconds=5)
    assert stopped(deal, deal.ends_at + timedelta(days=1)) == deal.ends_at
