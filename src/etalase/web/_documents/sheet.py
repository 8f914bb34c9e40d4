"""A sheet of A6 paper, written from top to bottom, with fonts of its own in the file."""

from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A6
MARGIN = 6 * mm
REGULAR, BOLD = "LabelSans", "LabelSans-Bold"
HERE = Path(__file__).parent
LEADING = 1.28
WIDEST_BAR = 0.5 * mm


@cache
def register_fonts() -> None:
    """Make the two fonts known, once."""
    pdfmetrics.registerFont(TTFont(REGULAR, str(HERE / "LabelSans-Regular.ttf")))
    pdfmetrics.registerFont(TTFont(BOLD, str(HERE / "LabelSans-Bold.ttf")))


class Sheet:
    """Pages of A6, with a pen that moves down."""

    def __init__(self, title: str) -> None:
        register_fonts()
        self._file = BytesIO()
        self.canvas = Canvas(self._file, pagesize=A6, invariant=1)
        self.canvas.setTitle(title)
        self.y = HEIGHT - MARGIN

    def text(
        self,
        words: str,
        *,
        size: float = 8,
        bold: bool = False,
        left: float = MARGIN,
        width: float = WIDTH - 2 * MARGIN,
        most_lines: int = 9,
    ) -> None:
        """Write words, broken to the width; what goes beyond the last line is cut with an ellipsis."""
        font = BOLD if bold else REGULAR
        lines = simpleSplit(words, font, size, width)
        if len(lines) > most_lines:
            lines = [*lines[: most_lines - 1], lines[most_lines - 1][:-1] + "\N{HORIZONTAL ELLIPSIS}"]
        self.canvas.setFont(font, size)
        for line in lines:
            self.y -= size
            self.canvas.drawString(left, self.y, line)
            self.y -= size * (LEADING - 1)

    def right(self, words: str, *, size: float = 8, bold: bool = False) -> None:
        """Write words at the right edge, on the line that the pen stands at, without moving it."""
        self.canvas.setFont(BOLD if bold else REGULAR, size)
        self.canvas.drawRightString(WIDTH - MARGIN, self.y - size, words)

    def gap(self, height: float) -> None:
        """Move the pen down."""
        self.y -= height

    def rule(self) -> None:
        """Draw a thin line across."""
        self.y -= 1.5 * mm
        self.canvas.setLineWidth(0.5)
        self.canvas.line(MARGIN, self.y, WIDTH - MARGIN, self.y)
        self.y -= 1.5 * mm

    def banner(self, words: str) -> None:
        """Write white on black: what a courier must not miss."""
        height = 8 * mm
        self.y -= height
        self.canvas.setFillGray(0)
        self.canvas.rect(MARGIN, self.y, WIDTH - 2 * MARGIN, height, stroke=0, fill=1)
        self.canvas.setFillGray(1)
        self.canvas.setFont(BOLD, 11)
        self.canvas.drawCentredString(WIDTH / 2, self.y + height / 2 - 4, words)
        self.canvas.setFillGray(0)
        self.y -= 1.5 * mm

    def qr(self, content: str, side: float) -> None:
        """Draw a QR code at the right edge, its top where the pen stands, without moving it."""
        code = QrCodeWidget(content, barLevel="M", barBorder=0)
        x1, y1, x2, y2 = code.getBounds()
        drawing = Drawing(side, side, transform=[side / (x2 - x1), 0, 0, side / (y2 - y1), 0, 0])
        drawing.add(code)
        renderPDF.draw(drawing, self.canvas, WIDTH - MARGIN - side, self.y - side)

    def barcode(self, content: str, height: float) -> None:
        """Draw a Code 128 across the sheet, with its text below; the pen moves below both.

        The narrowest bar is as wide as the sheet allows, at most 0.5 mm; the quiet zones of ten such bars
        (ISO/IEC 15417) lie in the margins.
        """
        widest = WIDTH - 2 * MARGIN
        code = Code128(content, barWidth=WIDEST_BAR, barHeight=height, quiet=0)
        if code.width > widest:
            code = Code128(content, barWidth=WIDEST_BAR * widest / code.width, barHeight=height, quiet=0)
        self.y -= height
        code.drawOn(self.canvas, (WIDTH - code.width) / 2, self.y)
        self.gap(1 * mm)
        self.canvas.setFont(BOLD, 10)
        self.y -= 10
        self.canvas.drawCentredString(WIDTH / 2, self.y, content)
        self.gap(1 * mm)

    def new_page_unless(self, height: float) -> None:
        """Go on to a new page where less than the height is left."""
        if self.y - height < MARGIN:
            self.canvas.showPage()
            self.y = HEIGHT - MARGIN

    def finish(self) -> bytes:
        """Return the file."""
        self.canvas.showPage()
        self.canvas.save()
        return self._file.getvalue()
