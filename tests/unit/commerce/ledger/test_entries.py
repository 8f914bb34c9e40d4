"""An entry balances in one currency, or is refused."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.commerce import ledger
from etalase.commerce.ledger import Entry, LedgerAccount, Posting, credit, debit
from etalase.kernel.money import Money


def entry(*postings: Posting) -> Entry:
    return Entry("test:1", uuid4(), uuid4(), "tested", postings, "tests")


def test_debits_equal_to_credits_pass() -> None:
    sound = entry(debit(LedgerAccount.SHOP_CASH, Money(100)), credit(LedgerAccount.SALES, Money(100)))
    assert ledger.check(sound) == sound


def test_lines_that_move_nothing_are_left_out() -> None:
    cash, sales = debit(LedgerAccount.SHOP_CASH, Money(100)), credit(LedgerAccount.SALES, Money(100))
    checked = ledger.check(entry(cash, sales, credit(LedgerAccount.SHIPPING_INCOME, Money(0))))
    assert checked.postings == (cash, sales)


def test_an_entry_that_moves_nothing_is_refused() -> None:
    with pytest.raises(ledger.UnbalancedEntry):
        ledger.check(entry(debit(LedgerAccount.SHOP_CASH, Money(0)), credit(LedgerAccount.SALES, Money(0))))


@given(
    st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=6).filter(lambda minors: sum(minors) != 0)
)
def test_what_does_not_sum_to_zero_is_refused(minors: list[int]) -> None:
    with pytest.raises(ledger.UnbalancedEntry):
        ledger.check(entry(*(Posting(LedgerAccount.SALES, Money(minor)) for minor in minors)))


def test_two_currencies_in_one_entry_are_refused() -> None:
    with pytest.raises(ledger.MixedCurrencies):
        ledger.check(
            entry(
                debit(LedgerAccount.SHOP_CASH, Money(1, "IDR")), credit(LedgerAccount.SALES, Money(1, "MYR"))
            )
        )
