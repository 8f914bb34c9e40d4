"""Makes the QR of one payment out of a shop's own static QRIS string.

EMVCo's merchant-presented mode with Bank Indonesia's blocks; the shop's string was read and checked when it
was set. Nobody can be asked whether such a QR was paid. Fields 55 to 57, a tip or fee on the buyer, are never
emitted: the surcharge is banned.
"""

from etalase.commerce.shops import crc16, read_static_qris
from etalase.kernel.money import RUPIAH, Money

_INITIATION, _FOR_ONE_PAYMENT = "01", "12"
_AMOUNT, _COUNTRY = "54", "58"
_SURCHARGES = frozenset({"55", "56", "57"})
_CHECKSUM = "63"


def for_amount(static_code: str, amount: Money) -> str:
    """Return the code that asks for exactly this amount of rupiah.

    Raises UnreadableQris where the string is no static QRIS, ValueError where the amount is not in rupiah.
    """
    if amount.currency != RUPIAH or amount.minor <= 0:
        raise ValueError(f"QRIS carries rupiah, not {amount}")
    body = ""
    for tag, value in read_static_qris(static_code).items():
        if tag == _COUNTRY:
            body += _field(_AMOUNT, str(amount.minor))
        if tag == _INITIATION:
            body += _field(_INITIATION, _FOR_ONE_PAYMENT)
        elif tag != _CHECKSUM and tag not in _SURCHARGES:
            body += _field(tag, value)
    body += f"{_CHECKSUM}04"
    return body + crc16(body)


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
