"""Photos of the demo's clothes: drawn by us, on paper in the evening sun."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

from etalase.lab.video.garments import hanging

SIZE = (900, 1200)
PAPER = ((255, 248, 236), (250, 226, 196), (246, 236, 222))


def draw_photo(drawing: int, view: int = 0) -> bytes:
    """Return a JPEG of the garment; `view` chooses the light and how near it hangs."""
    top, bottom = PAPER[view % len(PAPER)], PAPER[(view + 1) % len(PAPER)]
    photo = Image.new("RGB", SIZE, top)
    glow = Image.linear_gradient("L").resize(SIZE)
    photo.paste(Image.new("RGB", SIZE, bottom), (0, 0), glow)
    garment = Image.new("RGBA", (560, 720), (0, 0, 0, 0))
    drawings = hanging()
    drawings[drawing % len(drawings)](ImageDraw.Draw(garment))
    scale = (1.45, 1.9)[view % 2]
    garment = garment.resize((round(560 * scale), round(720 * scale)), Image.Resampling.LANCZOS)
    place = ((SIZE[0] - garment.width) // 2, round(SIZE[1] * 0.54) - garment.height // 2)
    shadow = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    shadow.paste((96, 60, 36, 90), (place[0] + 22, place[1] + 30), garment.getchannel("A"))
    shadow = shadow.filter(ImageFilter.GaussianBlur(24))
    photo.paste(shadow, (0, 0), shadow)
    photo.paste(garment, place, garment)
    encoded = BytesIO()
    photo.save(encoded, "JPEG", quality=90)
    return encoded.getvalue()
