"""What a form says beside a field that cannot be taken. One table for all forms."""

from collections.abc import Mapping
from typing import Any

from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.money import Money
from etalase.platform.i18n import Lazy, format_money, format_number, lazy

FIELD_WORDS: dict[
    str, Lazy
] = {  # append-only: the code of a FieldProblem -> words, with %(limit)s where it has one
    "required": lazy("Please fill this in."),
    "invalid": lazy("This can't be read."),
    "unreadable": lazy("There are characters in this that can't be read. Please type it anew."),
    "too_long": lazy("At most %(limit)s characters."),
    "too_short": lazy("At least %(limit)s characters."),
    "too_low": lazy("At least %(limit)s."),
    "too_high": lazy("At most %(limit)s."),
    "taken": lazy("This is taken already."),
    "looks_taken": lazy("Another shop has this name, or one that looks like it. Please choose another."),
    "unknown": lazy("This is not among the choices."),
    "not_a_number": lazy("Please write a whole number."),
    "not_a_price": lazy("Please write a price in rupiah, such as 89.000."),
    "unclear_amount": lazy("Please write whole rupiah, such as 1500 or 1.500, without decimals."),
    "unclear_weight": lazy("Please write whole grams, such as 1200 or 1.200."),
    "not_an_email": lazy("This is not an e-mail address."),
    "doubled": lazy("This is there twice."),
    "needs_letters": lazy("Please use some letters from A to Z, for the shop's address."),
    "not_an_account": lazy("An account number has 5 to 20 digits."),
    "not_a_nib": lazy("A NIB has 13 digits."),
    "not_a_code": lazy("One to six letters and digits, such as A1."),
    "qris_cut": lazy("A part of this QRIS is missing. Please copy all of it."),
    "qris_doubled_field": lazy("This QRIS holds a field twice."),
    "qris_not_qris": lazy("This is no QRIS text. It begins with 000201."),
    "qris_wrong_checksum": lazy("The end doesn't fit the rest. Please copy all of it, without changes."),
    "qris_no_merchant": lazy("This QRIS names no merchant."),
    "qris_not_static": lazy(
        "This QRIS is for one payment only. Please use the shop's own, without an amount."
    ),
    "qris_adds_a_fee": lazy("This QRIS adds a fee for the buyer, which is not allowed."),
    "differs_from_line": lazy("Differs from line %(limit)s, which has the same code."),
    "sku_of_another": lazy(
        "Product %(limit)s has this SKU. If its code was changed, change it in the file too."
    ),
    "doubled_in_line": lazy("The same variant stands in line %(limit)s."),
    "turned_into_a_date": lazy(
        "Likely a date that a spreadsheet made. Please write it as 2-3 th, or confirm it."
    ),
    "turned_into_a_number": lazy(
        "Likely a long number that a spreadsheet shortened. Please format the column as text, or confirm it."
    ),
    "less_than_held": lazy("At least %(limit)s: the others are held for buyers or sold since."),
    "turned_into_a_day_number": lazy("Likely the date %(limit)s, which a spreadsheet keeps as a number."),
    "spreadsheet_error": lazy("The spreadsheet shows an error or too narrow a column here, not the value."),
    "letters_lost": lazy("Letters were lost in this cell. Please save the file as CSV UTF-8 again."),
    "too_many_cells": lazy(
        "This row has %(limit)s cells, more than the header. A comma in a cell needs quotes around the cell."
    ),
    "too_few_cells": lazy("This row has only %(limit)s cells, fewer than the header."),
    "above_the_header": lazy("This row stands above the header. Please put the header first."),
    "cell_without_column": lazy("Behind this cell stands text in a column without a name."),
    "quote_left_open": lazy("A quotation mark is opened here and never closed."),
    "quote_inside": lazy("A quotation mark stands inside quotation marks. Please double it."),
    "which_variant": lazy("Which one is meant? The file has no such column, and there are: %(limit)s."),
    "not_a_time": lazy("Please write a date and time, such as 2026-12-01T19:00+07:00."),
    "no_zone": lazy("Please write this time with its zone, such as +07:00."),
    "not_in_this_century": lazy("Please write a time between the years 2000 and 2099."),
    "unknown_sku": lazy("No variant has this SKU, and there is no name for a new product."),
    "password_too_short": lazy(
        "At least %(limit)s characters. A few words that only you put together do well."
    ),
    "password_guessable": lazy("This password is easy to guess. Please choose another."),
    "too_many": lazy("At most %(limit)s of them."),
    "out_of_range": lazy("Between 0 and %(limit)s, the smaller first."),
    "not_a_postcode": lazy("A postcode has five digits."),
    "not_of_place": lazy("This postcode is of another place. This place has %(limit)s."),
    "not_a_phone": lazy("This is not a phone number."),
    "not_below_list": lazy("Below %(limit)s, which is the price in the shop."),
    "within_days": lazy("Within %(limit)s days from now."),
    "too_early": lazy("This time is over already."),
    "too_late": lazy("This is more than a year away."),
    "not_a_voucher_code": lazy("3 to 20 letters and digits, such as HEMAT20."),
    "not_a_show": lazy("This is no show's link or code."),
    "one_of_two": lazy("An amount or a share, not both."),
    "not_a_picture": lazy("This is not a picture that we can read, or it is too large."),
}


AMOUNTS = frozenset({"not_below_list"})
"""Whose limit is an amount of money, in minor units."""


def field_words(problem: FieldProblem) -> str:
    """Return what stands beside the field, in the reader's language."""
    words = FIELD_WORDS.get(problem.code, FIELD_WORDS["invalid"])
    if problem.limit is None:
        return str(words)
    limit = format_number(problem.limit) if isinstance(problem.limit, int) else problem.limit
    if problem.code in AMOUNTS and isinstance(problem.limit, int):
        limit = format_money(Money(problem.limit))
    return words % {"limit": limit}


def form_errors(invalid: Invalid) -> dict[str, str]:
    """Return the first problem of each field by the field's name, for `field(…, error=errors.name)`."""
    errors: dict[str, str] = {}
    for problem in invalid.problems:
        errors.setdefault(problem.field, field_words(problem))
    return errors


def text_of(form: Mapping[str, Any], name: str) -> str:
    """Return a field of a posted form, an empty text where it is missing or is a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
