"""A text is cleaned or refused at the door: what can't be seen, what deceives, what is too long."""

import pytest

from etalase.kernel.fields import Fields, poisoned_paths
from etalase.kernel.lookalikes import look_alike

POISON = [
    "x\0", "\0", "a\0b", "\ud800", "x\ud800y", "\u202eevil", "evil\u202dgnp", "a\ab", "\x1b[31mred",
    "del\x7f", "c1\x9b", "\ufffe", "mojibake \ufffd", "anchor\ufff9",
]  # fmt: skip
INVISIBLE = [
    "\u200b", "\u200b\u200c\u200d", "\u3164", "\u2800\u2800", "\u2060", "\ufeff", "\u00ad\u00ad",
    "\U000e0041\U000e0042", "\u115f\u1160", "\uffa0", "\u180e", "\ufe0f", "\u0301", "\u2062 \u2063", "\u061c",
    "\U0001d159", "\u034f", "\ue000",
]  # fmt: skip
NOISE = ["H" + "\u0336\u0321\u0301\u0315\u0316\u0317" + "i", "a" + "\u0301" * 200]
FINE = [
    "Rina", "Bunda Rara \U0001f338", "\u1e24asan", "\ua9b1\ua9ab\ua9b6", "Nguy\u1ec5n",
    "\u05e9\u05b8\u05c1",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 family", "\u2764\ufe0f", "\u0e01\u0e34\u0e48\u0e07",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\U0001f1ee\U0001f1e9",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "O'Brien & Co. <3",
    "1\ufe0f\u20e3 #\ufe0f\u20e3", "\u203c\ufe0f", "\u00a9\ufe0f", "\u0d23\u0d4d\u200d",
    "\U0001f469\U0001f3fd\u200d\U0001f4bb",
    "\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u845b\U000e0100",
    "\U0001f469\U0001f3fb\u200d\u2764\ufe0f\u200d\U0001f48b\u200d\U0001f469\U0001f3ff",
]  # fmt: skip


def problems_of(typed: str, *, maximum: int = 30, required: bool = True) -> list[str]:
    fields = Fields()
    fields.line("it", typed, max_length=maximum, required=required)
    return [problem.code for problem in fields.problems]


@pytest.mark.parametrize("typed", [*POISON, *INVISIBLE, *NOISE])
@pytest.mark.parametrize("required", [True, False])
def test_what_deceives_or_cant_be_seen_is_refused_even_where_nothing_is_required(
    typed: str,
    *,
    required: bool,
) -> None:
    assert problems_of(typed, required=required) == ["unreadable"]
    fields = Fields()
    fields.text("it", f"{typed}\n", max_length=4000)
    fields.code("code", typed, pattern="[A-Z]+", code="not_a_code")
    assert [problem.code for problem in fields.problems] == ["unreadable", "unreadable"]


@pytest.mark.parametrize("typed", FINE)
def test_what_people_write_stays_as_it_is(typed: str) -> None:
    fields = Fields()
    assert fields.line("it", typed, max_length=30) == typed
    assert not fields.problems


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("M\u200d", "M"), ("Si\u200dti", "Siti"), ("\u200cRina", "Rina"), ("XL\ufe0f", "XL"),
        ("M\u034f", "M"),
        ("A\u200d-1", "A-1"), ("42\ufe0f", "42"), ("\u041c\u200c", "\u041c"), ("e\u0301\u200d", "\u00e9"),
        ("e\u200b\u0301", "\u00e9"), ("M \U000e0100x", "M x"), ("SKU-\ufe0e7", "SKU-7"),
    ],
)  # fmt: skip
def test_two_texts_that_show_the_same_letters_are_one(typed: str, seen: str) -> None:
    fields = Fields()
    assert fields.line("it", typed, max_length=30) == seen
    assert not fields.problems


def test_white_space_is_one_space_and_nothing_but_white_space_is_nothing() -> None:
    fields = Fields()
    assert fields.line("it", "  Ibu\n Sari\t\u200b\u3000 \u2066S\u2069", max_length=30) == "Ibu Sari S"
    assert fields.line("it", "\u3000 \t\n", max_length=30, required=False) == ""
    assert not fields.problems
    assert problems_of("\u00a0 ") == ["required"]


def test_text_keeps_its_lines_and_takes_what_word_processors_paste() -> None:
    fields = Fields()
    assert (
        fields.text("it", "one\tone\r\ntwo\x0bthree\n\n\n\nfour", max_length=90)
        == "one one\ntwo\nthree\n\nfour"
    )


def test_length_is_counted_in_letters_as_people_count_them() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert problems_of(family * 30) == []
    assert problems_of(family * 31) == ["too_long"]
    assert problems_of("\ua9b1\ua9ab\ua9b6" * 15) == []
    assert problems_of("\U0001f469" + "\u200d\U0001f469" * 30) == ["too_long"]
    assert problems_of("\u1112" * 40) == ["too_long"]


def test_a_document_is_searched_to_its_depths_without_recursion() -> None:
    deep: object = "x\0"
    for _ in range(5000):
        deep = [deep]
    assert len(list(poisoned_paths(deep))) == 1
    assert list(poisoned_paths({"variants": [{"size": "\ud800", "sku": "A"}], "a": {"b\0": 1}})) == [
        "a", "variants.0.size",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "Melati Kids\u3164", "Melati Kids\u2800", "M\u0435lati Kids", "MeIati Kids", "Me1ati Kids",
        "Melati Kids\U000e0041", "Mel\u0430ti Kids", "MELATI KlDS", "MeIati KlDS", "Me|ati_Kids \u2713",
        "\uff2d\uff45\uff4c\uff41\uff54\uff49 \uff2b\uff49\uff44\uff53", "\u24c2elati Kids",
        "\u039celati Kids",
        "rnelati kids", "M\u00e9lati K\u0131ds",
        "\u1d0d\u1d07\u029f\u1d00\u1d1b\u026a \u1d0b\u026a\u1d05\ua731",
        "\U0001d544elati Kids",
        "\u2714 Melati Kids",
        "Melati Kids \u2705",
        "Melati Kids \U0001f338",
        "Melati Kids\u00ae",
        "Melati Kids\u2122",
        "Melati Kids \U0001f1ee\U0001f1e9",
        "\U0001f1f2elati Kids",
        "Me\u0142ati Ki\u0111s",
        "M\u0337e\u0337lati Kids",
        "\u043celati \u043aids",
        "\u041c\u0435l\u0430t\u0456 \u041a\u0456d\u0455",
        "\u039c\u0395L\u0391\u03a4\u0399 \u039a\u0399DS",
        "Melati\u200dKids",
        "Me\u200dlati Kids\ufe0f",
    ],
)  # fmt: skip
def test_names_that_look_like_the_shops_are_told_from_others(name: str) -> None:
    assert look_alike(name, "Melati Kids")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Melati fan club", "Melati Kids"), ("Melati", "Melati Kids"), ("Nina", "Vina"), ("Bagus", "Bagas"),
        ("\U0001f457", "\U0001f455"), ("\U0001f1ee\U0001f1e9", "\U0001f1f2\U0001f1fe"),
        ("\u5c0f\u7c73", "\u5c0f\u9ea6"), ("\u0412\u0430\u043d\u044f", "\u0412\u0430\u043b\u044f"),
        ("\ua9b1\ua9ab\ua9b6", "\ua9b1\ua9ab"), ("Rina", "Melati Kids"),
    ],
)  # fmt: skip
def test_names_that_look_different_are_left_alone(name: str, other: str) -> None:
    assert not look_alike(name, other)
