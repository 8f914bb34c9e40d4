"""The QR of a payment as a picture: sharp on the page, and as a photo to keep and scan from another app."""

import io

import segno
from PIL import Image, ImageDraw, ImageFont

QUIET_ZONE = 4
"""Modules of white around the code (ISO/IEC 18004, section 9.1)."""
ZONE_ON_PAGE = 2
"""The page's white frame gives the rest."""
_WIDTH = 900
_FOOT = 130


def draw_svg(text: str) -> bytes:
    """Return the QR as SVG, black on white whatever the theme: cameras want it so."""
    drawing = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(
        drawing,
        kind="svg",
        border=ZONE_ON_PAGE,
        xmldecl=False,
        omitsize=True,
        light="#fff",
        dark="#000",
        svgclass=None,
        lineclass=None,
    )
    return drawing.getvalue()


def draw_png(text: str, caption: str) -> bytes:
    """Return the QR as a picture for the phone's photos, the amount written below it."""
    code = segno.make(text, error="m", micro=False)
    drawn = io.BytesIO()
    scale = max(1, _WIDTH // code.symbol_size(border=QUIET_ZONE)[0])
    code.save(drawn, kind="png", border=QUIET_ZONE, scale=scale)
    square = Image.open(drawn).convert("L")
    photo = Image.new("L", (square.width, square.height + _FOOT), 255)
    photo.paste(square)
    middle = (square.width / 2, square.height + _FOOT / 2 - 20)
    ImageDraw.Draw(photo).text(middle, caption, fill=0, font=ImageFont.load_default(64), anchor="mm")
    picture = io.BytesIO()
    photo.save(picture, "PNG", optimize=True)
    return picture.getvalue()
