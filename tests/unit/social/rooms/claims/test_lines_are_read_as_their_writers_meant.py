"""The parser against lines as people type them: what it reads as a claim is one, and few are missed."""

import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.social.rooms import OfferCard, OfferVariant
from etalase.social.rooms._model.claims import (
    ClaimRead,
    HostWord,
    Reading,
    SaidByHost,
    UnclearClaim,
    read_host_line,
    read_line,
)

LINES = tomllib.loads((Path(__file__).parent / "lines.toml").read_text())
MIN_LINES, MIN_PRECISION, MIN_RECALL = 400, 0.99, 0.95
LONGEST = 200
SECONDS_OF_A_LINE = 0.25
"""Fifty times what the slowest line takes on a busy machine."""
TITLES = {"K7": "Gamis", "B1": "Topi pantai", "C3": "Sepatu", "A1": "Gaun anak"}


def card(code: str, labels: list[str]) -> OfferCard:
    variants = tuple(OfferVariant(variant_of(code, label), label, 50_000, 9) for label in labels)
    return OfferCard(
        uuid5(NAMESPACE_URL, code), "toko", TITLES.get(code, "Barang"), code, None, f"/p/{code}", variants
    )


def variant_of(code: str, label: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"{code} {label}")


TRAY = tuple(card(code, labels) for code, labels in LINES["tray"].items())
NAMES = {
    one.variant_id: f"{offer.code} | {one.label} | ".replace("|  |", "| |")
    for offer in TRAY
    for one in offer.variants
}


@dataclass(frozen=True)
class Line:
    text: str
    pinned: UUID | None
    meant: str
    """A claim as the file has it, a doubt, or nothing for chat."""

    @property
    def is_claim(self) -> bool:
        return "|" in self.meant

    @property
    def read(self) -> str:
        return said(read_line(self.text, TRAY, self.pinned))


def said(reading: Reading) -> str:
    match reading:
        case ClaimRead():
            return f"{NAMES[reading.variant_id]}{reading.quantity}"
        case UnclearClaim():
            return str(reading.doubt)
        case None:
            return ""


def lines() -> Iterator[Line]:
    for part in LINES["part"]:
        pinned = uuid5(NAMESPACE_URL, part["pinned"]) if part["pinned"] else None
        for text, meant in [*part["claims"], *part["unclear"]]:
            yield Line(text, pinned, meant)
        for text in part["chat"]:
            yield Line(text, pinned, "")


def test_lines_are_read_as_their_writers_meant() -> None:
    known = list(lines())
    taken = [line for line in known if "|" in line.read]
    right = [line for line in taken if line.read == line.meant]
    claims = [line for line in known if line.is_claim]
    precision, recall = len(right) / len(taken), len(right) / len(claims)
    others = [line for line in known if not line.is_claim]
    exact = sum(line.read == line.meant for line in others) / len(others)
    print(  # noqa: T201  the figures are what the test is about
        f"{len(known)} lines, {len(claims)} claims: precision {precision:.2%}, recall {recall:.2%}; "
        f"{exact:.2%} of the {len(others)} other lines are read exactly so"
    )
    wrong = [f"{line.text!r}: {line.read or 'chat'}, not {line.meant or 'chat'}" for line in known
             if line.read != line.meant]  # fmt: skip
    assert len(known) >= MIN_LINES
    assert precision >= MIN_PRECISION, wrong
    assert recall >= MIN_RECALL, wrong
    assert exact >= MIN_RECALL, wrong


def test_a_host_says_sold_and_next() -> None:
    pinned = TRAY[0].product_id
    by_code = {offer.code: offer.product_id for offer in TRAY}
    expected = {
        "sold A1": HostWord(SaidByHost.SOLD, by_code["A1"]),
        "B1 SOLD ya kak": HostWord(SaidByHost.SOLD, by_code["B1"]),
        "b1 habis": HostWord(SaidByHost.SOLD, by_code["B1"]),
        "sold": HostWord(SaidByHost.SOLD, pinned),
        "next": HostWord(SaidByHost.NEXT),
        "next ya kak": HostWord(SaidByHost.NEXT),
        "lanjut!": HostWord(SaidByHost.NEXT),
        "A1 4-5 masih ada": None,
        "sold out semua kemarin": None,
        "next kita lihat A2": None,
        "sold A1 A2": None,
        "": None,
    }
    assert {line: read_host_line(line, TRAY, pinned) for line in expected} == expected
    assert read_host_line("sold", TRAY, None) is None


@pytest.mark.parametrize(
    "line",
    [
        "a" * LONGEST,
        "a1" * 100,
        "a 1 " * 50,
        "1-" * 100,
        "keep " * 40,
        "A1 " + "9" * 197,
        "x1" * 100,
        "wk" * 99 + "!",
        "?" * LONGEST,
        "\U0001f170\ufe0f" * 100,
        "merah " * 33,
        "merahh" * 33,
        "rp1." * 50,
        "a.n " * 50,
        "08" * 100,
        "-" * LONGEST,
        "ahahah" * 33 + "z",
        "b" * 100 + "1" * 100,
    ],
)
def test_a_hostile_line_takes_no_time(line: str) -> None:
    def measure() -> float:
        began = time.thread_time()
        read_line(line, TRAY, TRAY[0].product_id)
        read_host_line(line, TRAY, TRAY[0].product_id)
        return time.thread_time() - began

    assert min(measure() for _ in range(3)) < SECONDS_OF_A_LINE


_PIECES = st.sampled_from(
    [
        "a1",
        "A 2",
        "keep",
        "merah",
        "4-5",
        "2",
        "x2",
        "?",
        "dua",
        "\uff21\uff11",
        "rp 50.000",
        "an",
        "🙏",
        "b1",
        "0",
        "no",
        "sama",
    ]
)


@given(st.one_of(st.text(max_size=LONGEST), st.lists(_PIECES, max_size=30).map(" ".join)), st.booleans())
def test_no_line_breaks_the_parser_and_a_claim_is_of_the_tray(line: str, pinned: bool) -> None:  # noqa: FBT001
    reading = read_line(line, TRAY, TRAY[0].product_id if pinned else None)
    read_host_line(line, TRAY, None)
    if isinstance(reading, ClaimRead):
        offer = next(offer for offer in TRAY if offer.product_id == reading.product_id)
        assert reading.variant_id in {one.variant_id for one in offer.variants}
        assert reading.quantity >= 1
    if isinstance(reading, UnclearClaim) and reading.choices:
        assert reading.product_id is not None


@given(st.text(max_size=LONGEST))
def test_without_offers_nothing_is_a_claim(line: str) -> None:
    assert not isinstance(read_line(line, (), None), ClaimRead)
