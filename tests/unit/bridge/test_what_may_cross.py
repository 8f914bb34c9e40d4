"""Passes, referrals and messages are believed only when they are genuine and fresh."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from etalase.bridge import (
    HostPass,
    HostShop,
    PassUnusable,
    Referral,
    ReferralResult,
    Signal,
    SignatureWrong,
    SoldSignal,
    StockSignal,
    check_message,
    read_host_pass,
    read_referral,
    sign_host_pass,
    sign_message,
    sign_referral,
)
from etalase.bridge._model import OfferSignal, coalesce
from etalase.kernel.sources import Source, Venue

KEY = "k" * 40
NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOST = HostPass("ref-1", "Sari", (HostShop(uuid4(), "kupu-kupu", "Kupu-Kupu", "owner"),))
REFERRAL = Referral(uuid4(), "ABCD2345", Venue.SHOP, uuid4())


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
    assert read_referral(KEY, sign_host_pass(KEY, HOST, NOW), NOW) is ReferralResult.FORGED


def test_a_referral_names_a_show_and_an_offer_and_nobody() -> None:
    token = sign_referral(KEY, REFERRAL, NOW)
    found = read_referral(KEY, token, NOW + timedelta(days=6))
    assert isinstance(found, Source)
    message = (found.shop_id, found.show, found.venue, found.product_id, found.creator, found.issued_at)
    assert message == (REFERRAL.shop_id, "ABCD2345", Venue.SHOP, REFERRAL.product_id, None, NOW)
    assert set(REFERRAL.__struct_fields__) == {"shop_id", "show", "venue", "product_id", "creator"}
    other = read_referral(KEY, sign_referral(KEY, REFERRAL, NOW), NOW)
    assert isinstance(other, Source)
    assert other.referral != found.referral, "each is one buyer's"


def test_a_referral_has_room_for_a_creator() -> None:
    led = Referral(uuid4(), "ABCD2345", Venue.ROOM, creator="ani")
    found = read_referral(KEY, sign_referral(KEY, led, NOW), NOW)
    assert isinstance(found, Source)
    assert (found.creator, found.product_id) == ("ani", None)


def signed(**changes: object) -> str:
    """Return a token with our signature and other claims."""
    claims = {
        "v": 1, "shop_id": str(uuid4()), "show": "ABCD2345", "venue": "room", "product_id": None, "jti": "x",
        "iat": int(NOW.timestamp()), "aud": "referral", "exp": int(NOW.timestamp()) + 60,
    }  # fmt: skip
    return jwt.encode({"alg": "HS256"}, claims | changes, OctKey.import_key(KEY), algorithms=["HS256"])


@pytest.mark.parametrize(
    ("token", "result"),
    [
        ("not.a.token", ReferralResult.FORGED),
        ("x" * 5000, ReferralResult.FORGED),
        ({"a": 1}, ReferralResult.FORGED),
        (7, ReferralResult.FORGED),
        (sign_referral("k" * 41, REFERRAL, NOW), ReferralResult.FORGED),
        (sign_referral(KEY, REFERRAL, NOW)[:-2], ReferralResult.FORGED),
        (signed(aud="host-pass"), ReferralResult.FORGED),
        (sign_referral(KEY, REFERRAL, NOW - timedelta(days=7)), ReferralResult.EXPIRED),
        (signed(exp="soon"), ReferralResult.EXPIRED),
        (signed(v=2), ReferralResult.UNREADABLE),
        (signed(show=5), ReferralResult.UNREADABLE),
        (signed(shop_id="a shop"), ReferralResult.UNREADABLE),
        (signed(venue="moon"), ReferralResult.UNREADABLE),
        (signed(iat=10**30), ReferralResult.UNREADABLE),
        (signed(iat=None), ReferralResult.UNREADABLE),
    ],
)
def test_what_is_no_referral_is_told_apart_and_raises_nothing(token: object, result: ReferralResult) -> None:
    assert read_referral(KEY, token, NOW) is result


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


def test_of_what_is_so_now_the_last_word_is_kept_and_each_sale() -> None:
    shop, product, variant = uuid4(), uuid4(), uuid4()
    first, second = (SoldSignal(f"{order}/1", shop, product, variant, 1) for order in "ab")
    offer, other = OfferSignal(shop, product), OfferSignal(shop, uuid4())
    stock = [StockSignal(shop, product, variant, left) for left in range(3)]
    said: list[Signal] = [*stock[:2], offer, first, other, offer, stock[2], second]
    assert coalesce(said) == (first, other, offer, stock[2], second)
