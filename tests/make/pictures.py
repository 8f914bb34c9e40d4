"""Pictures for tests, drawn here: a dress on a plain ground."""

from io import BytesIO

from PIL import Image, ImageDraw


def dress(colour: str = "#f4a836", *, width: int = 900, height: int = 1200, form: str = "JPEG") -> bytes:
    """Return a photo of a dress."""
    picture = Image.new("RGB", (width, height), "#fbf6ee")
    draw = ImageDraw.Draw(picture)
    x, y = width / 100, height / 100
    draw.polygon(
        [
            (38 * x, 20 * y),
            (62 * x, 20 * y),
            (66 * x, 45 * y),
            (84 * x, 84 * y),
            (16 * x, 84 * y),
            (34 * x, 45 * y),
        ],
        colour,
    )
    draw.polygon([(38 * x, 20 * y), (24 * x, 36 * y), (31 * x, 41 * y), (36 * x, 34 * y)], colour)
    draw.polygon([(62 * x, 20 * y), (76 * x, 36 * y), (69 * x, 41 * y), (64 * x, 34 * y)], colour)
    draw.rectangle((34 * x, 44 * y, 66 * x, 48 * y), "#b3401a")
    out = BytesIO()
    picture.save(out, form, quality=88)
    return out.getvalue()
