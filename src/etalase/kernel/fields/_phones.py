"""Phone numbers as people type and paste them, into their one form of ITU-T E.164."""

import re

import phonenumbers

from etalase.kernel.fields._numbers import folded

REGION = "ID"
"""Where a number without its country's is dialled."""
MAX_TYPED_LENGTH = 40

_DIALLED = re.compile(r"(?!.*\+.*\+)[+0-9 ().-]+[0-9)]")
_PASTED_AROUND = "\u202c\u202d\u202e \t\n"
"""What address books put around a number; inside, an override of direction deceives."""
_CALLED = re.compile(
    r"(?:(?:tel|telp|telpon|telepon|tlp|phone|mobile|hp|ponsel|wa|whatsapp|no|nomor)\b[.:/ ]*)+"
)
"""What people write before a number, and RFC 3966's `tel:`."""
_WITH_A_TAIL = re.compile(r".*[0-9]{6}[./_-][0-9]{1,2}")
"""Neighbours in one exchange, "5557788/9", and what a spreadsheet makes of a number, "81298765432.0"."""
_OF_THE_COUNTRY = re.compile(r"\(?62")
"""The country's code as people write it without its plus; nobody dials an area's code without its zero."""


def format_phone(number: str) -> str:
    """Return a number in its international form as people at home read it: 0812-9876-5432."""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return number
    forms = phonenumbers.PhoneNumberFormat
    is_home = parsed.country_code == phonenumbers.country_code_for_region(REGION)
    return phonenumbers.format_number(parsed, forms.NATIONAL if is_home else forms.INTERNATIONAL)


def read_phone(typed: str) -> str | None:
    """Return the number in its international form, or None for what nobody can dial.

    0812-3456-7890, 62 812…, +62 0812…, +62 (0)812… and 0062 812… are one number. Only numbers that the
    country's numbering plan knows are taken (libphonenumber's tables).
    """
    text = folded(typed.strip(_PASTED_AROUND))
    if called := _CALLED.match(text):
        text = text[called.end() :]
    if _WITH_A_TAIL.fullmatch(text):
        return None
    text = re.sub(r"(?<=[0-9])[/_](?=[0-9])", "-", text)
    if not _DIALLED.fullmatch(text):
        return None
    text = re.sub(r"^\(?00(?=[ ()1-9])", "+", text)
    with_plus = _valid(f"+{text}") if _OF_THE_COUNTRY.match(text) else None
    return with_plus or _valid(text)


def _valid(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
