"""What Midtrans says, and whether it was Midtrans who said it."""

import hashlib

import pytest

from etalase.commerce.payments import Standing
from etalase.commerce.payments._adapters.midtrans import messages as midtrans
from etalase.kernel.money import Money

NOTICE = {"order_id": "etl-1", "status_code": "200", "gross_amount": "89000.00"}


def signed(secret: str = "key", **changes: object) -> dict[str, object]:
    digest = hashlib.sha512(f"etl-120089000.00{secret}".encode()).hexdigest()
    return NOTICE | {"signature_key": digest} | changes


def test_a_call_back_signed_with_the_key_is_believed() -> None:
    assert midtrans.is_signed(signed(), "key")


@pytest.mark.parametrize(
    "notice",
    [
        NOTICE,
        signed("another key"),
        signed(gross_amount="8900.00"),
        signed(order_id="etl-2"),
        signed(status_code="201"),
        signed(signature_key=""),
        signed(signature_key=None),
        signed(signature_key=["a"]),
        signed(gross_amount=89000),
        signed(signature_key="ü" * 128),
        {},
    ],
)
def test_any_other_is_not(notice: dict[str, object]) -> None:
    assert not midtrans.is_signed(notice, "key")


def test_an_empty_secret_believes_nobody() -> None:
    assert not midtrans.is_signed(signed(""), "")


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("pending", Standing.PENDING),
        ("settlement", Standing.PAID),
        ("refund", Standing.PAID),
        ("expire", Standing.EXPIRED),
        ("cancel", Standing.CANCELLED),
        ("deny", Standing.REFUSED),
        ("failure", Standing.REFUSED),
        ("something new", Standing.PENDING),
    ],
)
def test_each_status_has_one_meaning(status: str, standing: Standing) -> None:
    answer = {"transaction_status": status, "gross_amount": "89000.00", "currency": "IDR"}
    assert midtrans.read_report(answer).standing is standing


def test_a_capture_counts_when_fraud_control_accepts_it() -> None:
    capture = {"transaction_status": "capture", "gross_amount": "1.00"}
    assert midtrans.read_report(capture | {"fraud_status": "accept"}).standing is Standing.PAID
    assert midtrans.read_report(capture | {"fraud_status": "challenge"}).standing is Standing.PENDING


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("789000.00", Money(789_000)),
        ("1", Money(1)),
        ("1.50", None),
        ("NaN", None),
        ("Infinity", None),
        ("Rp 1", None),
        (None, None),
    ],
)
def test_an_amount_is_whole_rupiah_or_nothing(text: object, money: Money | None) -> None:
    assert midtrans.read_amount(text) == money


def test_a_status_tells_of_a_refund_by_its_key_or_by_all_the_money() -> None:
    partly = {"transaction_status": "partial_refund", "refunds": [{"refund_key": "ours"}]}
    assert midtrans.has_refund(partly, "ours")
    assert not midtrans.has_refund(partly, "another")
    assert midtrans.has_refund({"transaction_status": "refund"}, "ours")
    assert not midtrans.has_refund({"transaction_status": "settlement"}, "ours")


def test_another_currency_is_no_rupiah() -> None:
    assert midtrans.read_amount("10.00", "USD") is None
