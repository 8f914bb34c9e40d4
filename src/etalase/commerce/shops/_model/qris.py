"""A QRIS string, read and checked: EMVCo merchant-presented QR, as Bank Indonesia profiles it.

Each field is a two-digit tag, a two-digit length and a value; the last is the checksum. It only reads:
making a payment's QR from a shop's string is the payments' work.
"""

MAX_LENGTH = 512
"""What one QR of a practical size carries (EMVCo MPM, section 3.2)."""

_CHECKSUM_HEAD = "6304"
_MERCHANT_TAGS = range(26, 52)


class UnreadableQris(ValueError):
    """The string is not a QRIS, or was changed or cut on its way. `reason` is stable."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def crc16(text: str) -> str:
    """Return the CRC-16/CCITT-FALSE of the text as four upper-case hex digits ("123456789" gives 29B1)."""
    register = 0xFFFF
    for byte in text.encode("ascii"):
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1 ^ 0x1021 if register & 0x8000 else register << 1) & 0xFFFF
    return f"{register:04X}"


def read_fields(text: str) -> dict[str, str]:
    """Return the top-level fields by tag, in order, or raise `UnreadableQris` if one is cut or doubled."""
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if len(head) < 4 or not (head.isascii() and head.isdigit()):  # noqa: PLR2004 - tag and length
            raise UnreadableQris("cut")
        tag, length = head[:2], int(head[2:])
        value = text[at + 4 : at + 4 + length]
        if len(value) < length:
            raise UnreadableQris("cut")
        if tag in fields:
            raise UnreadableQris("doubled_field")
        fields[tag] = value
        at += 4 + length
    return fields


def read_static_qris(text: str) -> dict[str, str]:
    """Return the fields of a shop's own static QRIS; raise `UnreadableQris` for anything else.

    Refused are a wrong checksum, another currency or country than Indonesia's, a string made for one payment
    only (dynamic, or with an amount) and one that adds a tip or fee on the buyer (tags 55 to 57).
    """
    if not text.isascii() or not 0 < len(text) <= MAX_LENGTH:
        raise UnreadableQris("not_qris")
    if text[-8:-4] != _CHECKSUM_HEAD or crc16(text[:-4]) != text[-4:].upper():
        raise UnreadableQris("wrong_checksum")
    fields = read_fields(text)
    if fields.get("00") != "01" or fields.get("53") != "360" or fields.get("58") != "ID":
        raise UnreadableQris("not_qris")
    if not any(f"{tag}" in fields for tag in _MERCHANT_TAGS) or not fields.get("59"):
        raise UnreadableQris("no_merchant")
    if fields.get("01") != "11" or "54" in fields:
        raise UnreadableQris("not_static")
    if fields.keys() & {"55", "56", "57"}:
        raise UnreadableQris("adds_a_fee")
    return fields
