"""Which provider serves which means, and what is refused before anybody could pay."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from etalase.bootstrap import load_settings
from etalase.commerce.payments import Means, Method
from etalase.platform.settings import SettingsInvalid

MIDTRANS = {"ETALASE_PAYMENTS_MIDTRANS_SERVER_KEY": "key"}


def offered(environment: Mapping[str, str]) -> list[str]:
    """Return the ways to pay that these settings add."""
    settings = load_settings(environment, Path("/nowhere/etalase.toml"))
    return [str(method) for method in settings.sections["payments"].methods()]


def test_without_an_account_no_provider_is_offered() -> None:
    assert offered({}) == []


def test_the_only_account_serves_all_that_it_can() -> None:
    assert offered(MIDTRANS) == ["qris:midtrans", "virtual_account:midtrans"]


def test_a_means_may_be_left_to_nobody() -> None:
    assert offered(MIDTRANS | {"ETALASE_PAYMENTS_QRIS_BY": "none"}) == ["virtual_account:midtrans"]


@pytest.mark.parametrize(
    ("environment", "told"),
    [
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
def test_wrong_and_half_settings_are_refused_at_start(environment: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        offered(environment)
    assert told in str(refused.value)


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
