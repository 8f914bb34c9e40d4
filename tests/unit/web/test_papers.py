"""Labels and slips lose no letter that a form takes, whatever the script, and print nothing over the edge."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from etalase.commerce.orders import Order
from etalase.commerce.shops import ShopView
from etalase.web._documents import render_label, render_slip
from etalase.web._documents.sheet import MARGIN
from tests.make.orders import line, order
from tests.make.papers import SHOP, letters_lost, letters_outside, opened, pages_of, text_of

LONG_NAME = "SitiNurhalizaBintiTarudinAlMuthmainnahHadiningratKusumawardhani"
LONG_STREET = (
    "PERUMAHAN GRIYA ASRI PERMAI INDAH BLOK WM 12 NOMOR 14 RT 001 RW 002 DUSUN WONOMULYO "
    "KELURAHAN MARGOMULYO SEBELAH MUSHOLLA WARNA HIJAU DEPAN WARUNG GANG KEDUA MASUK PAGAR WARNA "
    "MERAH MARUN DEKAT POS RONDA"
)
ADDRESSES = {
    "Latin": ("Suharto", "Jl. Margonda Raya 100"),
    "Vietnamese": ("Nguyễn Thị Hồng Đặng", "Jl. Ḥasan Ṣāliḥ 9"),
    "Cyrillic": ("Ольга Ђорђевић", "ул. Ленина 5"),
    "Greek": ("Ὀδυσσεύς Παπαδόπουλος", "Οδός Ερμού 3"),
    "Thai": ("สมชาย ใจดี", "ถนนสุขุมวิท 12"),
    "Chinese": ("王小明", "中山路一段12號"),
    "Japanese": ("さくら ユキ", "東京都千代田区1-2-3"),
    "Korean": ("김철수", "서울특별시 종로구 세종대로 175"),
    "Arabic": ("محمد بن علي", "شارع الملك 5"),
    "Hebrew": ("דוד לוי", "רחוב הרצל 7"),
    "Devanagari": ("नमिता क्षत्रिय", "गांधी मार्ग १२"),
    "Tamil": ("கண்ணன்", "தெற்கு வீதி"),
    "Javanese": ("ꦱꦫꦶ ꦩꦼꦭꦠꦶ", "Jl. Malioboro 1"),
    "Balinese": ("ᬓᬢᬸᬢ᭄", "Jl. Gajah Mada"),
    "Buginese": ("ᨅᨙᨔᨗ ᨔᨘᨒᨙ", "ᨍᨒᨊ᨞ ᨕᨙᨆᨆᨊ᨞ ᨔᨕᨗᨉ᨞"),
    "Batak": ("ᯂᯩᯅᯮ ᯖᯬ", "ᯐᯞ᯲"),
    "Sundanese": ("ᮃᮏᮤ", "Jl. Braga"),
    "Khmer": ("សុខ", "ផ្លូវ"),
    "Burmese": ("မောင်", "လမ်း"),
    "Cherokee": ("ᏣᎳᎩ", "ᎣᏏᏲ"),
    "Emoji": ("Bunda Rara 🌸👶", "Gg. Mawar 🌹 no. 3 👨‍👩‍👧 🇮🇩 1️⃣"),
    "Fancy letters": ("𝓓𝓮𝔀𝓲 Ⓛⓔⓢ𝕥𝕒𝕣𝕚 ＤＥＷＩ", "★彡 ꧁ Rina ꧂"),  # noqa: RUF001  that is the case
    "No spaces": (LONG_NAME, "Jl.Raya-Cihampelas-No.42/RT001/RW002/" + "BlokC12" * 12),
    "Thai without spaces": ("สมชาย" * 12, "ถนนสุขุมวิทที่เก้า" * 10),
    "Long": (LONG_NAME[:40] + " " + LONG_NAME, LONG_STREET),
    "What looks like a command": ("{nb} %s **Dewi** __x__", "<b>Jl.</b> \\n (1) & {{2}}"),
}
INVISIBLE = "\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-16}"


def addressed(recipient: str, street: str, note: str = "") -> Order:
    made = order(tracking_number="JP1234567890", note=note)
    return replace(made, address=replace(made.address, recipient=recipient, street=street))


def visible(text: str) -> str:
    return "".join(letter for letter in text if letter not in INVISIBLE)


@pytest.mark.parametrize("script", ADDRESSES)
def test_a_label_says_the_whole_address_in_every_script(script: str) -> None:
    recipient, street = ADDRESSES[script]
    paper = render_label([addressed(recipient, street, note="🎁")], SHOP)
    assert not letters_lost(paper, visible(recipient), visible(street), "🎁", "+6281298765432", "16421")
    assert letters_outside(paper, MARGIN - 1) == ""


@pytest.mark.parametrize("script", ADDRESSES)
def test_a_slip_says_every_name_in_every_script(script: str) -> None:
    recipient, title = ADDRESSES[script]
    made = replace(addressed(recipient, ""), lines=(line(title=title, label=recipient, sku=recipient[:40]),))
    paper = render_slip([made], replace(SHOP, name=recipient))
    assert not letters_lost(paper, visible(recipient) * 4, visible(title), visible(recipient[:40]))
    assert letters_outside(paper, MARGIN - 1) == ""


def test_a_label_shrinks_before_it_takes_a_second_page_and_loses_nothing_on_two() -> None:
    street = LONG_STREET[:199]
    long = addressed(LONG_NAME, street, note="Titip satpam. " * 6)
    assert pages_of(render_label([long], SHOP)) == 1
    longer = addressed(LONG_NAME, street, note="Titip satpam di gerbang. " * 40)
    paper = render_label([longer], SHOP)
    assert pages_of(paper) > 1
    assert not letters_lost(paper, LONG_NAME, street, longer.note, SHOP.origin.street)
    assert letters_outside(paper, MARGIN - 1) == ""


def test_a_slip_of_many_lines_goes_on_on_pages_that_say_of_what() -> None:
    lines = tuple(line(title=f"Gaun nomor {number} " + "kuning " * 12) for number in range(30))
    made = order(lines=lines)
    paper = render_slip([made], SHOP)
    assert not letters_lost(paper, *(one.title for one in lines))
    with opened(paper) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    assert len(texts) > 3
    assert all(made.number in text for text in texts)
    assert letters_outside(paper, MARGIN - 1) == ""


def test_a_letter_that_no_font_has_is_printed_by_its_code() -> None:
    unassigned = "\U0003fffd"
    assert "[U+3FFFD]" in text_of(render_label([addressed(f"Rina {unassigned}", "Jl. 1")], SHOP))


def test_a_printed_label_writes_nothing_into_the_log() -> None:
    printing = """
from etalase.platform.logs import configure_logging
handler = configure_logging("json")
from etalase.web._documents import render_label
from tests.make.papers import SHOP
from tests.unit.web.test_papers import addressed
render_label([addressed("Rina 🌸", "Jl. 1")], SHOP)
handler.close()
"""
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", printing], cwd=root, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


@pytest.mark.parametrize("render", [render_label, render_slip])
def test_all_fonts_are_in_the_file(render: Callable[[list[Order], ShopView], bytes]) -> None:
    paper = render([addressed("Rina 🌸", "Jl. 1")], SHOP)
    assert b"Helvetica" not in paper
    assert paper.count(b"/Type0") == paper.count(b"/FontFile2")
