"""Reads printed PDFs back as a person and a scanner do."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import zxingcpp

from etalase.commerce.shops import ShopAddress, ShopId, ShopView
from etalase.kernel.ids import new_id

POINTS_A_MM = 72 / 25.4
SHOP = ShopView(
    id=ShopId(new_id()),
    slug="kancil",
    name="Kancil Kids",
    logo_key=None,
    origin=ShopAddress(
        "Kancil", "0812-1", "Jl. Braga 1", "Sumur Bandung", "Kota Bandung", "Jawa Barat", "40111"
    ),
    contact_email="",
    contact_phone="",
    bank_account=None,
    qris_static=None,
    nib=None,
)


@contextmanager
def opened(paper: bytes) -> Iterator[Any]:
    """Open a PDF for a while."""
    document = pypdfium2.PdfDocument(paper)
    try:
        yield document
    finally:
        document.close()


def text_of(paper: bytes) -> str:
    """Return the text of all pages."""
    with opened(paper) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def pages_of(paper: bytes) -> int:
    """Return how many pages there are."""
    with opened(paper) as document:
        return len(document)


def letters_lost(paper: bytes, *texts: str) -> Counter[str]:
    """Return the letters of the texts that the paper does not show as often as they do."""
    wanted = Counter(letter for text in texts for letter in text if not letter.isspace())
    return wanted - Counter(text_of(paper))


def letters_outside(paper: bytes, margin: float) -> str:
    """Return the letters that stand nearer to an edge of their page than so many points."""
    outside = ""
    with opened(paper) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            for index in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(index)
                if left < margin or bottom < margin or right > width - margin or top > height - margin:
                    outside += text.get_text_range(index, 1)
    return outside


def scan(paper: bytes, kind: Any) -> list[str]:
    """Return what a scanner reads from the first page, drawn at 300 dots an inch."""
    with opened(paper) as document:
        picture = document[0].render(scale=300 / 72).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(picture) if code.format == kind]
