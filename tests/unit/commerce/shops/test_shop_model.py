"""What a shop's details must be, and what a QRIS string says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.commerce.shops import UnreadableQris, crc16, read_fields, read_static_qris
from etalase.commerce.shops._model import check_shop, slug_of
from etalase.kernel.errors import Invalid
from tests.make.shops import ADDRESS, qris, shop_draft


def problems(**changes: object) -> set[tuple[str, str]]:
    draft = replace(shop_draft(), **changes)  # type: ignore[arg-type]
    try:
        check_shop(draft)
    except Invalid as invalid:
        return {(problem.field, problem.code) for problem in invalid.problems}
    return set()


def test_a_whole_shop_is_taken_as_it_is() -> None:
    details = check_shop(
        shop_draft(
            bank="BCA",
            bank_account_number="123-456 7890",
            bank_account_holder="Sari",
            qris_static=f"  {qris()}\n",
            nib="9120 0012 34567",
        )
    )
    assert details.bank_account is not None
    assert details.bank_account.number == "1234567890"
    assert (details.qris_static, details.nib) == (qris(), "9120001234567")
    assert details.origin.phone == "+6281234567890"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": " "}, ("name", "required")),
        ({"name": "x" * 61}, ("name", "too_long")),
        ({"name": "★★★"}, ("name", "needs_letters")),
        ({"contact_email": "sari"}, ("contact_email", "not_an_email")),
        ({"contact_phone": "12"}, ("contact_phone", "not_a_phone")),
        ({"origin": replace(ADDRESS, postcode="4013")}, ("postcode", "not_a_postcode")),
        ({"origin": replace(ADDRESS, street="")}, ("street", "required")),
        ({"bank": "BCA"}, ("bank_account_number", "required")),
        ({"bank": "BCA", "bank_account_number": "x"}, ("bank_account_number", "not_an_account")),
        ({"nib": "123"}, ("nib", "not_a_nib")),
        ({"qris_static": "halo"}, ("qris_static", "qris_wrong_checksum")),
    ],
)
def test_each_wrong_field_is_named(changes: dict[str, object], expected: tuple[str, str]) -> None:
    assert expected in problems(**changes)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Kancil Kids", "kancil-kids"),
        ("  Toko É. Söderling!! ", "toko-e-soderling"),
        ("new shop", "new-shop-1"),
    ],
)
def test_a_slug_is_what_is_left_of_a_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_the_checksum_is_the_one_of_the_standard() -> None:
    assert crc16("123456789") == "29B1"


def test_a_static_qris_is_read_whole() -> None:
    fields = read_static_qris(qris("TOKO SARI"))
    assert (fields["59"], fields["58"], fields["01"]) == ("TOKO SARI", "ID", "11")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not_qris"),
        ("é" * 20, "not_qris"),
        (qris() * 5, "not_qris"),
        (qris()[:-1] + "X", "wrong_checksum"),
        ("0002015999A6304" + crc16("0002015999A6304"), "cut"),
        (qris(t53="840"), "not_qris"),
        (qris(t58="SG"), "not_qris"),
        (qris(t26="", t51=""), "no_merchant"),
        (qris(t59=""), "no_merchant"),
        (qris(t01="12"), "not_static"),
        (qris(t54="5000"), "not_static"),
        (qris(t55="01"), "adds_a_fee"),
    ],
)
def test_any_other_string_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(UnreadableQris) as refused:
        read_static_qris(text)
    assert refused.value.reason == reason


def test_a_changed_character_never_goes_unseen() -> None:
    whole = qris()
    for place, character in enumerate(whole[:-4]):
        changed = whole[:place] + ("1" if character != "1" else "2") + whole[place + 1 :]
        with pytest.raises(UnreadableQris):
            read_static_qris(changed)


@given(st.text(alphabet="0123456789AZ", max_size=60))
def test_reading_fields_ends_for_any_text(text: str) -> None:
    try:
        fields = read_fields(text)
    except UnreadableQris:
        return
    assert "".join(f"{tag}{len(value):02}{value}" for tag, value in fields.items()) == text


@pytest.mark.parametrize(
    ("known", "new", "wrong"),
    [
        ("", "", []),
        ("24", "3", []),
        ("168", "24", []),
        (" 2 ", "2.0", []),
        ("169", "", ["hours_to_pay"]),
        ("0", "", ["hours_to_pay"]),
        ("", "25", ["new_buyer_hours_to_pay"]),
        ("", "0", ["new_buyer_hours_to_pay"]),
        ("2", "3", ["new_buyer_hours_to_pay"]),
        ("1.5", "-1", ["hours_to_pay", "new_buyer_hours_to_pay"]),
        ("sehari", "3 jam", ["hours_to_pay", "new_buyer_hours_to_pay"]),
    ],
)
def test_hours_to_pay_are_whole_and_a_new_buyer_has_no_more_than_a_known_one(
    known: str, new: str, wrong: list[str]
) -> None:
    found = problems(hours_to_pay=known, new_buyer_hours_to_pay=new)
    assert sorted(field for field, _ in found) == wrong
