"""Numbers as people type them, in a form, in a cell of a file, in a text of the API. The only reader of them.

It reads what has one meaning, and refuses the rest: "1.500" is one thousand five hundred to everybody who
writes rupiah or pieces, but "1.5" may be a slip of the finger, a fraction or the beginning of 1.500.
"""

import re
import unicodedata

MAX_DIGITS = 15
"""What an integer of JSON carries exactly (RFC 8259, section 6)."""

_WHOLE = r"(?P<whole>[1-9][0-9]{0,2}(?P<mark>[., '])[0-9]{3}(?:(?P=mark)[0-9]{3})*|[0-9]+)"
_NO_FRACTION = r"(?:(?(mark)(?!(?P=mark)))[.,](?P<zeros>0{1,2}))?"
_PLAIN = re.compile(rf"(?P<minus>-)?{_WHOLE}{_NO_FRACTION}")
_GRAMS = re.compile(rf"{_PLAIN.pattern}(?: ?(?:g|gr|grm|gram|grams)\.?)?")
_KILOS = re.compile(
    r"(?P<whole>[0-9]{1,4})(?:[.,](?P<part>[0-9]{1,2}|(?<=\b0[.,])[0-9]{3}))? ?(?:kg|kgs|kilo|kilogram)\.?"
)
_RUPIAH = re.compile(
    rf"(?:(?:rp|idr|rupiah)\.? ?)?{_WHOLE}{_NO_FRACTION}"
    r"(?:(?: ?[.,]|(?<=[.,]00))-{1,2})?(?: ?(?:idr|rupiah))?"
)
_UNSEEN = frozenset("\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff")
_SURELY_WHOLE = 4
"""1500.0 is a spreadsheet's 1500, but 89.0 may be 89.000 not yet typed to its end."""


class Unclear(ValueError):
    """What was typed is no number, or could be several. `code` is the problem's code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_rupiah(typed: str, *, code: str = "unclear_amount") -> int:
    """Return whole rupiah: 1500, 1.500, 1,500.00, "Rp 1.500,-". Raises Unclear with the code."""
    match = _match(_RUPIAH, typed, code)
    rupiah = _digits(match, code)
    if match["zeros"] == "0" and 0 < rupiah < 10 ** (_SURELY_WHOLE - 1):
        raise Unclear(code)
    return rupiah


def read_count(typed: str) -> int:
    """Return a whole number, which may be less than nothing: 12, 12.500, 6.0. Raises Unclear."""
    return _signed(_PLAIN, typed, "not_a_number")


def read_grams(typed: str) -> int:
    """Return whole grams: 180, "1.200 g", "1,5 kg". Raises Unclear."""
    kilos = _KILOS.fullmatch(folded(typed))
    if kilos and len(typed.strip().splitlines()) == 1:
        return int(kilos["whole"]) * 1000 + int((kilos["part"] or "0").ljust(3, "0"))
    return _signed(_GRAMS, typed, "unclear_weight")


def read_digits(typed: str) -> str:
    """Return what is written with digits but counts nothing, such as an account: without its marks."""
    return re.sub(r"[ ./-]", "", folded(typed))


def folded(typed: str) -> str:
    """Return the text in small letters, each digit, space, dash and full-width sign as ASCII has it.

    Marks of direction and joiners, which pages and address books put around what is copied, show nothing.
    """
    return " ".join("".join(map(_ascii, typed)).lower().split())


def _ascii(character: str) -> str:
    if character.isascii():
        return character
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if kind == "Zs" or character in _UNSEEN:
        return " " if kind == "Zs" else ""
    if kind == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    if character == "\N{RIGHT SINGLE QUOTATION MARK}":
        return "'"
    is_wide = "\N{FULLWIDTH EXCLAMATION MARK}" <= character <= "\N{FULLWIDTH TILDE}"
    return unicodedata.normalize("NFKC", character) if is_wide else character


def _signed(form: re.Pattern[str], typed: str, code: str) -> int:
    match = _match(form, typed, code)
    number = _digits(match, code)
    return -number if match["minus"] else number


def _match(form: re.Pattern[str], typed: str, code: str) -> re.Match[str]:
    match = form.fullmatch(folded(typed))
    if match is None or len(typed.strip().splitlines()) > 1:
        raise Unclear(code)
    return match


def _digits(match: re.Match[str], code: str) -> int:
    digits = re.sub("[., ']", "", match["whole"])
    if len(digits) > MAX_DIGITS:
        raise Unclear(code)
    return int(digits)
