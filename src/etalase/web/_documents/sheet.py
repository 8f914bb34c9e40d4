"""A sheet of A6 paper, written from top to bottom: whatever the letters, none is lost and none is cut.

Text is shaped, finds a font for each of its letters, breaks anywhere if it must, and goes on on another page.
Lengths are in points.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont
from zxingcpp import BarcodeFormat, create_barcode

from etalase.web._documents.fonts import BOLD, REGULAR, faces, find_face, unpack
from etalase.web._documents.lines import break_lines

MM = 72 / 25.4
WIDTH, HEIGHT = 105 * MM, 148 * MM
MARGIN = 6 * MM
LEADING = 1.28
WIDEST_BAR = 0.5 * MM
SCALES = (1.0, 0.92, 0.84, 0.76, 0.7)
"""How far the type may shrink before a second page begins: at 0.7 the address is 7 points high."""
FIRST_LETTER = "A"
VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class _Pages(FPDF):
    """FPDF with a font for every letter, loaded when it first occurs."""

    def __init__(self) -> None:
        super().__init__(unit="pt", format=(WIDTH, HEIGHT))
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.c_margin = 0
        self.str_alias_nb_pages = ""  # or "{nb}" in an address would become the number of pages
        self.set_text_shaping(use_shaping_engine=True)

    def get_fallback_font(self, char: str, style: str = "") -> str | None:
        """Return the font of a letter that the current one lacks, added to the document."""
        return self.font_of(char, bold="B" in style)

    def font_of(self, letter: str, *, bold: bool) -> str | None:
        """Return the key of a font that has the letter, or None where no font has it."""
        weight = BOLD if bold else REGULAR
        face = find_face(letter, weight)
        if face is None:
            return None
        family, style = f"face{faces().index(face)}", "B" if bold else ""
        if family + style not in self.fonts:
            self.add_font(family, style, unpack(face, face.weight or weight))
        return family + style


class Paper:
    """Pages of A6, with a pen that moves down. `y` is counted from the top; `scale` is that of the type."""

    def __init__(self, title: str, *, scale: float = 1, made_at: datetime | None = None) -> None:
        """`made_at` is the moment that the file tells, by default now: nothing else in it depends on that."""
        self._title = title
        self._scale = scale
        self._pdf = _Pages()
        if made_at is not None:
            self._pdf.set_creation_date(made_at)
        self._pdf.set_title(title)
        self.y = 0.0
        self._begin_page()

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return self._pdf.page_no()

    def text(
        self,
        words: str,
        *,
        size: float = 8,
        bold: bool = False,
        left: float = MARGIN,
        width: float = WIDTH - 2 * MARGIN,
    ) -> None:
        """Write words, broken to the width, on as many lines and pages as they need."""
        height = self._choose_font(size, bold=bold)
        for line in break_lines(_drawable(words), width, self._pdf.get_string_width):
            self.new_page_unless(height)
            self._choose_font(size, bold=bold)
            self._write(line, left, height)
            self.y += height * LEADING

    def right(self, words: str, *, width: float, size: float = 8, bold: bool = False) -> None:
        """Write words at the right edge, smaller if they are wider than `width`, without moving the pen."""
        height = self._choose_font(size, bold=bold, words=words, width=width)
        self._write(words, WIDTH - MARGIN - self._pdf.get_string_width(words), height)

    def gap(self, height: float) -> None:
        """Move the pen down."""
        self.y += height

    def rule(self) -> None:
        """Draw a thin line across."""
        self.y += 1.5 * MM
        self._pdf.set_line_width(0.5)
        self._pdf.line(MARGIN, self.y, WIDTH - MARGIN, self.y)
        self.y += 1.5 * MM

    def banner(self, words: str) -> None:
        """Write white on black, on one line: what a courier must not miss."""
        height, width = 8 * MM, WIDTH - 2 * MARGIN
        self.new_page_unless(height)
        self._pdf.set_fill_color(0)
        self._pdf.rect(MARGIN, self.y, width, height, style="F")
        size = self._choose_font(11, bold=True, words=words, width=width - 2 * MM)
        self._pdf.set_text_color(255)
        top, self.y = self.y, self.y + (height - size) / 2
        self._write(words, (WIDTH - self._pdf.get_string_width(words)) / 2, size)
        self._pdf.set_text_color(0)
        self.y = top + height + 1.5 * MM

    def qr(self, content: str, side: float) -> None:
        """Draw a QR code at the right edge, its top where the pen stands, without moving it."""
        rows = tuple(segno.make_qr(content, error="m").matrix)
        module = side / len(rows)
        self._pdf.set_fill_color(0)
        for down, row in enumerate(rows):
            for along, dark in enumerate(row):
                if dark:
                    left, top = WIDTH - MARGIN - side + along * module, self.y + down * module
                    self._pdf.rect(left, top, module, module, style="F")

    def barcode(self, content: str, height: float) -> None:
        """Draw a Code 128 across the sheet, with its text below; the pen moves below both.

        The narrowest bar is as wide as the sheet allows, at most 0.5 mm; the quiet zones of ten such bars
        (ISO/IEC 15417) lie in the margins.
        """
        modules = _code_128(content)
        module = min(WIDEST_BAR, (WIDTH - 2 * MARGIN) / len(modules))
        left = (WIDTH - module * len(modules)) / 2
        self._pdf.set_fill_color(0)
        for start, length in _runs_of_dark(modules):
            self._pdf.rect(left + start * module, self.y, length * module, height, style="F")
        self.y += height + 1 * MM
        size = self._choose_font(10, bold=True, words=content, width=WIDTH - 2 * MARGIN)
        self._write(content, (WIDTH - self._pdf.get_string_width(content)) / 2, size)
        self.y += size + 1 * MM

    def new_page_unless(self, height: float) -> None:
        """Go on to a new page where less than the height is left."""
        if self.y + height > HEIGHT - MARGIN:
            self._begin_page()

    def finish(self) -> bytes:
        """Return the file."""
        content = bytes(self._pdf.output())
        self.close()
        return content

    def close(self) -> None:
        """Give the font files back."""
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def _begin_page(self) -> None:
        """Begin a page; from the second one on, it says of what it is a part."""
        self._pdf.add_page()
        self.y = MARGIN
        if self.pages > 1:
            self.text(f"{self._title} · {self.pages}", size=7)
            self.gap(1 * MM)

    def _choose_font(
        self, size: float, *, bold: bool, words: str = "", width: float = WIDTH - 2 * MARGIN
    ) -> float:
        """Choose the main font, scaled, and small enough for the words to fit; return its size."""
        family = (self._pdf.font_of(FIRST_LETTER, bold=bold) or "").rstrip("B")
        self._pdf.set_font(family, "B" if bold else "", size * self._scale)
        taken = self._pdf.get_string_width(words)
        if taken > width:
            self._pdf.set_font_size(size * self._scale * width / taken)
        return self._pdf.font_size_pt

    def _write(self, words: str, left: float, height: float) -> None:
        self._pdf.set_xy(left, self.y)
        self._pdf.cell(0, height, words)


def fit(title: str, draw: Callable[[Paper], None]) -> bytes:
    """Return the sheet that `draw` writes: in the largest type that keeps it on one page, else on several."""
    for scale in SCALES:
        sheet = Paper(title, scale=scale)
        draw(sheet)
        if sheet.pages == 1 or scale == SCALES[-1]:
            break
        sheet.close()
    return sheet.finish()


def _drawable(words: str) -> str:
    """Return the words a letter that no font has by its code, and without what only picks a variant."""
    return "".join(
        letter if letter.isspace() or find_face(letter, REGULAR) else f"[U+{ord(letter):04X}]"
        for letter in words
        if not VARIATION_SELECTORS.match(letter)
    )


def _code_128(content: str) -> list[bool]:
    """Return the modules of a Code 128 from left to right, dark ones true (ISO/IEC 15417)."""
    picture: Any = create_barcode(content, BarcodeFormat.Code128).to_image(scale=1, add_quiet_zones=False)
    rows: Any = memoryview(picture).tolist()
    return [shade == 0 for shade in rows[0]]


def _runs_of_dark(modules: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield where each bar begins, and how many modules it is wide."""
    at = 0
    for dark, run in groupby(modules):
        length = len(list(run))
        if dark:
            yield at, length
        at += length
