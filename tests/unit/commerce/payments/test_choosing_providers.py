"""Which provider serves which means, and what is refused before anybody could pay."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from etalase.bootstrap import load_settings
from etalase.commerce.payments import Means, Method
from etalase.platform.settings import SettingsInvalid

MIDTRANS = {"ETALASE_PAYMENTS_MIDTRANS_SERVER_KEY": "key"}
XENDIT = {"ETALASE_PAYMENTS_XENDIT_SECRET_KEY": "key", "ETALASE_PAYMENTS_XENDIT_CALLBACK_TOKEN": "token"}
QRIS_BY, ACCOUNT_BY = "ETALASE_PAYMENTS_QRIS_BY", "ETALASE_PAYMENTS_VIRTUAL_ACCOUNT_BY"


def offered(environment: Mapping[str, str]) -> list[str]:
    """Return the ways to pay that these settings add."""
    settings = load_settings(environment, Path("/nowhere/etalase.toml"))
    return [str(method) for method in settings.payments.methods()]


def test_without_an_account_no_provider_is_offered() -> None:
    assert offered({}) == []


def test_the_only_account_serves_all_that_it_can() -> None:
    assert offered(MIDTRANS) == ["qris:midtrans", "virtual_account:midtrans"]


def test_two_accounts_share_the_means_as_the_operator_says() -> None:
    both = MIDTRANS | XENDIT
    assert offered(both | {QRIS_BY: "midtrans", ACCOUNT_BY: "xendit"}) == [
        "qris:midtrans",
        "virtual_account:xendit",
    ]
    assert offered(both | {QRIS_BY: "xendit", ACCOUNT_BY: "none"}) == ["qris:xendit"]
    assert offered(XENDIT) == ["qris:xendit", "virtual_account:xendit"]


def test_a_means_may_be_left_to_nobody() -> None:
    assert offered(MIDTRANS | {"ETALASE_PAYMENTS_QRIS_BY": "none"}) == ["virtual_account:midtrans"]


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            MIDTRANS | XENDIT,
            f"{QRIS_BY}: qris_by must say which provider takes it: midtrans or xendit, or none",
        ),
        (
            MIDTRANS | XENDIT | {QRIS_BY: "xendit"},
            f"{ACCOUNT_BY}: virtual_account_by must say which provider takes it",
        ),
        (MIDTRANS | {QRIS_BY: "xendit"}, f"{QRIS_BY}: qris_by names xendit, but"),
        (
            {"ETALASE_PAYMENTS_XENDIT_SECRET_KEY": "key"},
            "ETALASE_PAYMENTS_XENDIT_CALLBACK_TOKEN: callback_token is missing",
        ),
        (
            {"ETALASE_PAYMENTS_XENDIT_CALLBACK_TOKEN": "token"},
            "ETALASE_PAYMENTS_XENDIT_SECRET_KEY: secret_key is missing",
        ),
        (XENDIT | {"ETALASE_PAYMENTS_XENDIT_VA_NAME": "PT 1"}, "ETALASE_PAYMENTS_XENDIT_VA_NAME: va_name"),
        (
            XENDIT | {"ETALASE_PAYMENTS_XENDIT_VA_BANK": "bca"},
            "ETALASE_PAYMENTS_XENDIT_VA_BANK must be one of",
        ),
        (
            {"ETALASE_PAYMENTS_QRIS_BY": "paypal"},
            "ETALASE_PAYMENTS_QRIS_BY: qris_by must be one of",
        ),
        (
            {"ETALASE_PAYMENTS_VIRTUAL_ACCOUNT_BY": "midtrans"},
            "ETALASE_PAYMENTS_VIRTUAL_ACCOUNT_BY: virtual_account_by names midtrans, but",
        ),
        (
            {"ETALASE_PAYMENTS_MIDTRANS_SIGNATURE_KEY": "alone"},
            "ETALASE_PAYMENTS_MIDTRANS_SERVER_KEY: server_key is missing",
        ),
        (
            {"ETALASE_PAYMENTS_MIDTRANS_NOTIFICATION_URL": "https://shop.example/webhooks/midtrans"},
            "ETALASE_PAYMENTS_MIDTRANS_SERVER_KEY: server_key is missing",
        ),
        (
            MIDTRANS | {"ETALASE_PAYMENTS_MIDTRANS_VA_BANK": "bcaa"},
            "ETALASE_PAYMENTS_MIDTRANS_VA_BANK must be one of",
        ),
        (
            MIDTRANS | {"ETALASE_PAYMENTS_MIDTRANS_API_URL": "api.midtrans.com"},
            "api_url must start with https://",
        ),
    ],
)
def test_wrong_and_half_settings_are_refused_at_start(environment: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        offered(environment)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "method", [Method.QRIS_STATIC, Method.BANK_TRANSFER, Method.COD, Method(Means.QRIS, "one")]
)
def test_a_method_is_read_as_it_was_written(method: Method) -> None:
    assert Method.read(str(method)) == method


@pytest.mark.parametrize(
    "text",
    [
        "",
        "qris",
        "qris:",
        "cod:one",
        "bank_transfer:hand",
        "qris:hand",
        "qris:nobody",
        "qris:a b",
        "cash",
        "qris:A:b",
    ],
)
def test_what_is_no_method_is_none(text: str) -> None:
    assert Method.find(text) is None
    with pytest.raises(ValueError, match="no way to pay"):
        Method.read(text)
