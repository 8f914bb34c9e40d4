"""A shop's static QRIS becomes the code of one payment."""

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from etalase.commerce import shops
from etalase.commerce.payments._commands.qris import for_amount
from etalase.kernel.money import Money
from tests.make.shops import qris


def test_the_checksum_is_that_of_the_standard() -> None:
    assert shops.crc16("123456789") == "29B1"


def test_the_code_asks_for_the_amount_once_and_is_sealed() -> None:
    code = for_amount(qris("TOKO ANAK"), Money(89_123))
    assert code.startswith("000201010212")
    assert "540589123" + "5802ID" in code
    assert code[-8:-4] == "6304"
    assert shops.crc16(code[:-4]) == code[-4:]


@given(st.integers(1, 10**12))
def test_all_but_the_way_of_paying_stays_as_the_acquirer_made_it(minor: int) -> None:
    before = shops.read_fields(qris("TOKO ANAK"))
    after = shops.read_fields(for_amount(qris("TOKO ANAK"), Money(minor)))
    changed = {"01", "54", "63"}
    assert {tag: value for tag, value in after.items() if tag not in changed} == {
        tag: value for tag, value in before.items() if tag not in changed
    }
    assert after["54"] == str(minor)
    assert list(after)[-1] == "63"


def test_the_longest_code_still_fits_a_code_that_a_phone_reads() -> None:
    assert int(segno.make(for_amount(qris("TOKO ANAK"), Money(10**12)), error="m").version) <= 15


@pytest.mark.parametrize("amount", [Money(0), Money(-5), Money(100, "MYR")])
def test_only_an_amount_of_rupiah_is_asked_for(amount: Money) -> None:
    with pytest.raises(ValueError, match="rupiah"):
        for_amount(qris("TOKO ANAK"), amount)


def test_a_code_with_a_wrong_checksum_is_refused() -> None:
    code = qris("TOKO ANAK")
    with pytest.raises(shops.UnreadableQris):
        for_amount(code[:-4] + "0000", Money(100))
