"""What Xendit says, and whether it was Xendit who said it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from etalase.commerce.payments import Notice, Standing
from etalase.commerce.payments._adapters.xendit import messages
from etalase.kernel.money import Money


@pytest.mark.parametrize(
    ("claimed", "token", "ours"),
    [
        ("token", "token", True),
        ("Token", "token", False),
        ("token ", "token", False),
        ("", "token", False),
        (None, "token", False),
        ("", "", False),
        (None, "", False),
        ("tökén", "token", False),
    ],
)
def test_only_the_accounts_token_is_ours(claimed: str | None, token: str, *, ours: bool) -> None:
    assert messages.is_ours(claimed, token) is ours


@pytest.mark.parametrize(
    ("body", "notice"),
    [
        ({"event": "qr.payment", "data": {"reference_id": "r-1", "id": "qrpy_1"}}, Notice("r-1", "qrpy_1")),
        ({"event": "qr.refund", "data": {"id": "qrrf_1", "qrpy_id": "qrpy_1"}}, Notice("", "qrrf_1")),
        ({"event": "qr.payment", "data": None}, Notice("", "")),
        ({"event": "qr.payment"}, Notice("", "")),
        ({"external_id": "r-1", "payment_id": "p"}, Notice("r-1", "p")),
        ({"external_id": "r-1", "status": "ACTIVE", "id": "va"}, Notice("r-1", "")),
        ({"external_id": 7, "payment_id": ["p"]}, Notice("", "")),
        ({"external_id": "r-1", "payment_id": "p" * 500}, Notice("r-1", "p" * 64)),
        ({}, Notice("", "")),
    ],
)
def test_a_call_back_is_about_a_reference(body: dict[str, Any], notice: Notice) -> None:
    assert messages.read_notice(body) == notice


@pytest.mark.parametrize(
    ("value", "money"),
    [
        (89_000, Money(89_000)),
        (89_000.0, Money(89_000)),
        (89_000.5, None),
        (True, None),
        ("89000", None),
        (None, None),
        (float("inf"), None),
        (float("nan"), None),
    ],
)
def test_only_whole_rupiah_are_money(value: object, money: Money | None) -> None:
    assert messages.read_amount(value) == money


def test_other_money_is_none() -> None:
    assert messages.read_amount(10, "PHP") is None


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("ACTIVE", Standing.PENDING),
        ("PENDING", Standing.PENDING),
        ("INACTIVE", Standing.EXPIRED),
        ("SOMETHING_NEW", Standing.PENDING),
        (None, Standing.PENDING),
    ],
)
def test_a_status_says_only_whether_money_may_come(status: str | None, standing: Standing) -> None:
    assert messages.read_qr({"id": "qr_1", "status": status}).standing is standing
    assert messages.read_virtual_account({"id": "va", "status": status}).standing is standing


def transactions(*entries: dict[str, Any]) -> dict[str, Any]:
    """Return a list of transactions, each complete but for what is given."""
    usual = {"type": "PAYMENT", "status": "SUCCESS", "reference_id": "r-1", "currency": "IDR", "amount": 5}
    return {"data": [usual | entry for entry in entries]}


@pytest.mark.parametrize(
    ("listed", "total"),
    [
        (transactions(), None),
        (transactions({}), 5),
        (transactions({}, {"amount": 7}), 12),
        (transactions({"status": "PENDING"}), None),
        (transactions({"status": "VOIDED"}), None),
        (transactions({"type": "REFUND"}), None),
        (transactions({"reference_id": "r-2"}), None),
        ({"data": "none"}, None),
        ({}, None),
    ],
)
def test_money_is_what_transactions_of_the_reference_brought(
    listed: dict[str, Any], total: int | None
) -> None:
    report = messages.read_payments(messages.find_payments(listed, "r-1"), "qr_1")
    assert (report.amount if report else None) == (Money(total) if total else None)


def test_money_of_no_whole_rupiah_is_for_a_human() -> None:
    listed = transactions({}, {"amount": 7.5})
    report = messages.read_payments(messages.find_payments(listed, "r-1"), None)
    assert report is not None
    assert (report.standing, report.amount) == (Standing.PAID, None)


@pytest.mark.parametrize("text", ["", "soon", 7, None, "2026-11-24T12:00:00"])
def test_what_is_no_moment_is_none(text: object) -> None:
    assert messages.read_moment(text) is None


def test_moments_go_out_and_come_back_in_utc() -> None:
    when = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert messages.read_moment(messages.write_moment(when)) == when
