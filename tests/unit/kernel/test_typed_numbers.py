# ruff: noqa: RUF001 - dashes and digits as phones and files write them
"""Money, counts, weights, days and phones as people type them: one meaning, or a refusal that says why."""

from collections.abc import Callable, Mapping

import pytest

from etalase.kernel.fields import Fields, format_phone

Reader = Callable[[Fields, str], object]

REFUSED = None
MONEY = {
    "1500": 1500,
    "1.500": 1500,
    "1,500": 1500,
    "1.500,00": 1500,
    "1,500.00": 1500,
    "1500.00": 1500,
    "1500,00": 1500,
    "1500.0": 1500,
    "1500,0": 1500,
    "0": 0,
    "0.00": 0,
    "500.00": 500,
    "Rp 1.500": 1500,
    "Rp1.500,-": 1500,
    "Rp. 1.500,--": 1500,
    "1.500,–": 1500,
    "rp. 1.500": 1500,
    "IDR 1,500": 1500,
    "1.500 rupiah": 1500,
    "1 500": 1500,
    "1'500": 1500,
    "1’500’000": 1_500_000,
    "Rp 1.500.000,00-": 1_500_000,
    "Rp. 1.500 ,-": 1500,
    "Rupiah 1.500": 1500,
    "Rp1.500\u200b": 1500,
    "\u200e1.500\u200f": 1500,
    "\ufeff1500": 1500,
    "\u20661.500\u2069": 1500,
    "١٥٠٠": 1500,
    "001500": 1500,
    "1\n500": REFUSED,
    "1500\n2000": REFUSED,
    "1500\r2000": REFUSED,
    "1\u202e500": REFUSED,
    "1500-2000": REFUSED,
    "1.500-2.000": REFUSED,
    "1.500.000.00": REFUSED,
    "1'50": REFUSED,
    "1.500'000": REFUSED,
    "1,500.000": REFUSED,
    "1.5000": REFUSED,
    "15000,5": REFUSED,
    "1500 ribu": REFUSED,
    "89k": REFUSED,
    "2jt": REFUSED,
    "1.500/kg": REFUSED,
    "=1500": REFUSED,
    "'1500": REFUSED,
    "$1500": REFUSED,
    "1500%": REFUSED,
    "Ⅷ": REFUSED,
    "¹²": REFUSED,
    "1\N{NO-BREAK SPACE}500": 1500,
    "1\N{NARROW NO-BREAK SPACE}500\N{NARROW NO-BREAK SPACE}000": 1_500_000,
    " 1.500\t": 1500,
    "1.500.000": 1_500_000,
    "1,500,000.00": 1_500_000,
    "１５００": 1500,
    "１．５００": 1500,
    "5000.00": 5000,
    "15000.00": 15_000,
    "999.999.999.999": 999_999_999_999,
    "89rb": REFUSED,
    "1,5jt": REFUSED,
    "1.5": REFUSED,
    "1,5": REFUSED,
    "89.0": REFUSED,
    "Rp 500.0": REFUSED,
    "1500.50": REFUSED,
    "1500.5": REFUSED,
    "1500.000": REFUSED,
    "1.500,000": REFUSED,
    "1.500.00": REFUSED,
    "1,500,00": REFUSED,
    "1.50.000": REFUSED,
    "1.500 000": REFUSED,
    "0.500": REFUSED,
    ".500": REFUSED,
    "1500.": REFUSED,
    "15 00": REFUSED,
    "-1500": REFUSED,
    "\N{MINUS SIGN}1500": REFUSED,
    "+1500": REFUSED,
    "(1500)": REFUSED,
    "1e3": REFUSED,
    "0x10": REFUSED,
    "1_500": REFUSED,
    "15²": REFUSED,
    "1½": REFUSED,
    "Rp": REFUSED,
    "USD 15": REFUSED,
    "1500/2": REFUSED,
    "9" * 400: REFUSED,
    "": REFUSED,
    "\N{NO-BREAK SPACE}": REFUSED,
}
COUNTS = {
    "12": 12,
    "12.500": 12_500,
    "1.000.000": 1_000_000,
    "1,000": 1000,
    "6.0": 6,
    "6,00": 6,
    "０７": 7,
    "1,5": REFUSED,
    "1.5": REFUSED,
    "-3": REFUSED,
    "\N{MINUS SIGN}3": REFUSED,
    "12 pcs": REFUSED,
    "3\n4": REFUSED,
    "3-4": REFUSED,
    "1/2": REFUSED,
    "+3": REFUSED,
    "12.": REFUSED,
    ".5": REFUSED,
    "1.0000": REFUSED,
    "∞": REFUSED,
    "007": 7,
    "12\N{NO-BREAK SPACE}": 12,
    "१२": 12,
    "1e3": REFUSED,
    "": REFUSED,
}
DAYS = {
    "2": 2,
    " 3 ": 3,
    "0": 0,
    "07": 7,
    "2.0": 2,
    "1.5": REFUSED,
    "1,5": REFUSED,
    "-1": REFUSED,
    "1-2": REFUSED,
    "2 s/d 3": REFUSED,
    "1e1": REFUSED,
    "2\n3": REFUSED,
    "２": 2,
}
GRAMS = {
    "180": 180,
    "1.200": 1200,
    "180 gr": 180,
    "1.200 g": 1200,
    "300.0": 300,
    "1,5 kg": 1500,
    "1,2 Kg.": 1200,
    "2 kilo": 2000,
    "2kgs": 2000,
    "180 grm": 180,
    "180\N{NO-BREAK SPACE}g": 180,
    "1 kg 200 g": REFUSED,
    "1kg\n2kg": REFUSED,
    "1 ons": REFUSED,
    "1000 mg": REFUSED,
    "1 lb": REFUSED,
    "180,5 g": REFUSED,
    "1.250kg": REFUSED,
    "0,25kg": 250,
    "0.300 kg": 300,
    "2 kg": 2000,
    "1.200 kg": REFUSED,
    "0.3": REFUSED,
    "1.5": REFUSED,
    "-5": REFUSED,
    "": REFUSED,
}
PHONES = {
    "0812-9876-5432": "+6281298765432",
    "+62 812 9876 5432": "+6281298765432",
    "62 0812-9876-5432": "+6281298765432",
    "+62 0812-9876-5432": "+6281298765432",
    "+62 (0)812-9876-5432": "+6281298765432",
    "(+62) 812-9876-5432": "+6281298765432",
    "0062 812 9876 5432": "+6281298765432",
    "00 62 0812 9876 5432": "+6281298765432",
    "81298765432": "+6281298765432",
    "0812\N{NON-BREAKING HYPHEN}9876\N{NON-BREAKING HYPHEN}5432": "+6281298765432",
    "0812–9876–5432": "+6281298765432",
    "0812\N{NO-BREAK SPACE}9876\N{NO-BREAK SPACE}5432": "+6281298765432",
    "０８１２９８７６５４３２": "+6281298765432",
    "\u202a+62 812-9876-5432\u202c": "+6281298765432",
    "(021) 555-7788": "+62215557788",
    "021-5557788": "+62215557788",
    "+62 (021) 555 7788": "+62215557788",
    "0812.9876.5432": "+6281298765432",
    "0812/9876/5432": "+6281298765432",
    "0812_9876_5432": "+6281298765432",
    "0812—9876—5432": "+6281298765432",
    "+62.812.9876.5432": "+6281298765432",
    "+(62)81298765432": "+6281298765432",
    "+62-(0)812-9876-5432": "+6281298765432",
    "+620812 9876 5432": "+6281298765432",
    "tel:+6281298765432": "+6281298765432",
    "WA 0812-9876-5432": "+6281298765432",
    "Telp. (021) 555-7788": "+62215557788",
    "No. HP: 0812 9876 5432": "+6281298765432",
    "٠٨١٢٩٨٧٦٥٤٣٢": "+6281298765432",
    "＋６２８１２９８７６５４３２": "+6281298765432",
    "\u202d0812 9876 5432\u202c": "+6281298765432",
    "0812 9876 5432\u200b": "+6281298765432",
    "0895123456789": "+62895123456789",
    "6221 5557788": "+62215557788",
    "62 21 5557788": "+62215557788",
    "(62-21) 555 7788": "+62215557788",
    "62 (0)21 5557788": "+62215557788",
    "62274512345": "+62274512345",
    "62 361 123456": "+62361123456",
    "0622-434567": "+62622434567",
    "+62 622 434567": "+62622434567",
    "62 622 434567": "+62622434567",
    "+44 (0)20 7946 0958": "+442079460958",
    "+62-8-12-98-76-54-32": "+6281298765432",
    "No.HP/WA: 0812 9876 5432": "+6281298765432",
    "tlp 021-5557788": "+62215557788",
    "+1 202 555 0147": "+12025550147",
    "+65 9123 4567": "+6591234567",
    "081234": REFUSED,
    "0812": REFUSED,
    "12345678901234567890": REFUSED,
    "0812-CALL-ME-NOW": REFUSED,
    "0812-9876-5432 / 0813-1111-2222": REFUSED,
    "0812-9876-5432 ext 7": REFUSED,
    "+62": REFUSED,
    "++6281298765432": REFUSED,
    "+6281298765432+": REFUSED,
    "081298765432,081398765432": REFUSED,
    "081298765432/081398765432": REFUSED,
    "O812 9876 5432": REFUSED,
    "08l298765432": REFUSED,
    "#31#081298765432": REFUSED,
    "0812*98765432": REFUSED,
    "021-5557788-9": REFUSED,
    "021-5557788/9": REFUSED,
    "(0274) 512345/46": REFUSED,
    "81298765432.0": REFUSED,
    "0812-9876-5432;ext=5": REFUSED,
    "081298765432x12": REFUSED,
    "0812 9876 5432 dan 0813 1111 2222": REFUSED,
    "+62 812 9876 5432 Ibu Sari": REFUSED,
    "112": REFUSED,
    "WA": REFUSED,
    "tel:": REFUSED,
    "-": REFUSED,
    "0812\u202e98765432": REFUSED,
}

READERS: Mapping[str, tuple[Reader, Mapping[str, object]]] = {
    "money": (lambda fields, typed: fields.money("it", typed, minimum=0, maximum=10**12).minor, MONEY),
    "count": (lambda fields, typed: fields.count("it", typed, minimum=0, maximum=10**12), COUNTS),
    "days": (lambda fields, typed: fields.days("it", typed, minimum=0, maximum=60), DAYS),
    "grams": (lambda fields, typed: fields.grams("it", typed, minimum=1, maximum=100_000), GRAMS),
    "phone": (lambda fields, typed: fields.phone("it", typed), PHONES),
}


@pytest.mark.parametrize(
    ("kind", "typed"), [(kind, typed) for kind, (_, cases) in READERS.items() for typed in cases]
)
def test_what_is_typed_has_one_meaning_or_is_refused(kind: str, typed: str) -> None:
    read, cases = READERS[kind]
    fields = Fields()
    value = read(fields, typed)
    assert (REFUSED if fields.problems else value) == cases[typed]


@pytest.mark.parametrize(
    ("read", "code"),
    [
        (lambda fields: fields.money("it", "1.5", minimum=0, maximum=10), "unclear_amount"),
        (lambda fields: fields.count("it", "1,5", minimum=0, maximum=10), "not_a_number"),
        (lambda fields: fields.grams("it", "0.3", minimum=0, maximum=10), "unclear_weight"),
        (lambda fields: fields.count("it", "-3", minimum=0, maximum=10), "too_low"),
        (lambda fields: fields.days("it", "11", minimum=0, maximum=10), "too_high"),
        (lambda fields: fields.money("it", " ", minimum=0, maximum=10), "required"),
        (lambda fields: fields.money("it", None, minimum=0, maximum=10), "required"),
        (lambda fields: fields.phone("it", "081234"), "not_a_phone"),
    ],
)
def test_a_refusal_says_what_is_wrong(read: Callable[[Fields], object], code: str) -> None:
    fields = Fields()
    read(fields)
    assert [problem.code for problem in fields.problems] == [code]


def test_an_integer_of_the_api_passes_the_same_bounds() -> None:
    fields = Fields()
    assert fields.money("it", 1500, minimum=1, maximum=2000).minor == 1500
    fields.count("it", 2001, minimum=1, maximum=2000)
    assert [problem.code for problem in fields.problems] == ["too_high"]


def test_an_optional_number_that_is_left_out_is_what_the_field_says() -> None:
    fields = Fields()
    assert fields.count("it", " ", minimum=1, maximum=9, empty=7) == 7
    assert not fields.problems


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("+6281298765432", "0812-9876-5432"),
        ("+62227301234", "(022) 7301234"),
        ("+6591234567", "+65 9123 4567"),
        ("halo", "halo"),
    ],
)
def test_a_phone_is_shown_as_people_at_home_read_it(number: str, read: str) -> None:
    assert format_phone(number) == read
