"""Passes, referrals and messages are believed only when they are genuine and fresh."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from etalase.bridge import (
    HostPass,
    HostShop,
    PassUnusable,
    Referral,
    SignatureWrong,
    check_message,
    read_host_pass,
    read_referral,
    sign_host_pass,
    sign_message,
    sign_referral,
)

KEY = "k" * 40
NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOST = HostPass("ref-1", "Sari", (HostShop(uuid4(), "kupu-kupu", "Kupu-Kupu", "owner"),))
REFERRAL = Referral("ABCD2345", uuid4())


def test_a_pass_says_the_same_on_the_other_side() -> None:
    shown = read_host_pass(KEY, sign_host_pass(KEY, HOST, NOW), NOW + timedelta(minutes=4))
    assert (shown.host, shown.signed_at) == (HOST, NOW)
    assert shown.number


@pytest.mark.parametrize(
    ("key", "later"), [("x" * 40, timedelta()), (KEY, timedelta(minutes=5)), (KEY, timedelta(days=1))]
)
def test_a_forged_or_old_pass_is_refused(key: str, later: timedelta) -> None:
    token = sign_host_pass(KEY, HOST, NOW)
    with pytest.raises(PassUnusable):
        read_host_pass(key, token, NOW + later)


def test_a_referral_is_no_pass_and_a_pass_no_referral() -> None:
    with pytest.raises(PassUnusable):
        read_host_pass(KEY, sign_referral(KEY, REFERRAL, NOW), NOW)
    assert read_referral(KEY, sign_host_pass(KEY, HOST, NOW), NOW) is None


def test_a_referral_names_a_show_and_an_offer_and_nobody() -> None:
    assert read_referral(KEY, sign_referral(KEY, REFERRAL, NOW), NOW + timedelta(days=6)) == REFERRAL
    assert {field.name for field in fields(Referral)} == {"show_code", "product_id"}
    assert read_referral(KEY, "not.a.token", NOW) is None


def test_a_message_is_believed_with_its_signature_only() -> None:
    header = sign_message(KEY, "POST", "/bridge/signals", b"[]", NOW)
    check_message(KEY, header, "POST", "/bridge/signals", b"[]", NOW + timedelta(minutes=4))
    for wrong in (
        (header, "POST", "/bridge/signals", b"[1]", NOW),
        (header, "POST", "/bridge/other", b"[]", NOW),
        (header, "GET", "/bridge/signals", b"[]", NOW),
        (header, "POST", "/bridge/signals", b"[]", NOW + timedelta(minutes=6)),
        ("", "POST", "/bridge/signals", b"[]", NOW),
        ("t=x,v1=y", "POST", "/bridge/signals", b"[]", NOW),
        (f"t={'9' * 5000},v1=y", "POST", "/bridge/signals", b"[]", NOW),
    ):
        with pytest.raises(SignatureWrong):
            check_message(KEY, *wrong)
