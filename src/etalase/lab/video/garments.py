"""Children's clothes, drawn with a pencil of polygons on a canvas of 560 x 920; the hook is at (280, 8)."""

from collections.abc import Callable

from PIL import ImageDraw

Garment = Callable[[ImageDraw.ImageDraw], None]
Colour = tuple[int, int, int]

_WOOD: Colour = (168, 116, 76)
_METAL: Colour = (140, 140, 146)


def hanging() -> list[Garment]:
    """Return the garments of the rail from left to right."""
    return [
        lambda draw: _dress(draw, (231, 111, 81), (255, 226, 196), dots=True),
        lambda draw: _shirt(draw, (95, 146, 172), (240, 248, 250)),
        lambda draw: _dress(draw, (244, 178, 72), (255, 244, 214), dots=False),
        lambda draw: _overalls(draw, (98, 134, 112), (250, 236, 214)),
        lambda draw: _dress(draw, (206, 124, 150), (255, 234, 240), dots=True),
        lambda draw: _shirt(draw, (250, 240, 224), (214, 122, 88)),
    ]


def _hanger(draw: ImageDraw.ImageDraw) -> None:
    draw.arc((262, 4, 298, 40), 150, 30, fill=_METAL, width=6)
    draw.line((280, 38, 280, 66), fill=_METAL, width=6)
    draw.line((280, 64, 150, 118), fill=_WOOD, width=14)
    draw.line((280, 64, 410, 118), fill=_WOOD, width=14)


def _dress(draw: ImageDraw.ImageDraw, main: Colour, light: Colour, *, dots: bool) -> None:
    _hanger(draw)
    draw.polygon([(166, 110), (84, 214), (142, 262), (196, 190)], fill=_darker(main))
    draw.polygon([(394, 110), (476, 214), (418, 262), (364, 190)], fill=_darker(main))
    draw.polygon([(170, 104), (390, 104), (382, 380), (178, 380)], fill=main)
    draw.pieslice((220, 58, 340, 166), 0, 180, fill=light)
    skirt = [
        (178, 380),
        (382, 380),
        (500, 820),
        (430, 850),
        (360, 828),
        (280, 856),
        (200, 828),
        (130, 850),
        (60, 820),
    ]
    draw.polygon(skirt, fill=main)
    for x, foot in [(222, 190), (280, 280), (338, 370)]:
        draw.line((x, 396, foot, 828), fill=_darker(main), width=5)
    draw.rounded_rectangle((172, 362, 388, 400), 10, fill=light)
    draw.polygon([(280, 380), (226, 350), (226, 412)], fill=_lighter(main))
    draw.polygon([(280, 380), (334, 350), (334, 412)], fill=_lighter(main))
    if dots:
        for row in range(6):
            for column in range(8):
                x, y = 120 + column * 46 + row % 2 * 23, 452 + row * 62
                if abs(x - 280) < 96 + (y - 380) * 0.26:
                    draw.ellipse((x - 10, y - 10, x + 10, y + 10), fill=light)


def _shirt(draw: ImageDraw.ImageDraw, main: Colour, light: Colour) -> None:
    _hanger(draw)
    draw.polygon([(164, 106), (40, 250), (116, 326), (196, 240)], fill=_darker(main))
    draw.polygon([(396, 106), (520, 250), (444, 326), (364, 240)], fill=_darker(main))
    draw.rounded_rectangle((160, 102, 400, 640), 24, fill=main)
    for y in range(250, 560, 92):
        draw.rectangle((160, y, 400, y + 36), fill=light)
    draw.polygon([(214, 98), (280, 176), (346, 98), (316, 82), (244, 82)], fill=light)
    draw.line((280, 176, 280, 632), fill=_darker(main), width=5)
    for y in range(216, 620, 84):
        draw.ellipse((271, y - 9, 289, y + 9), fill=(255, 252, 244), outline=_darker(main), width=2)


def _overalls(draw: ImageDraw.ImageDraw, main: Colour, light: Colour) -> None:
    _hanger(draw)
    draw.rounded_rectangle((150, 110, 410, 330), 20, fill=light)
    draw.polygon([(152, 114), (70, 232), (128, 286), (186, 210)], fill=_darker(light))
    draw.polygon([(408, 114), (490, 232), (432, 286), (374, 210)], fill=_darker(light))
    for x in (204, 332):
        draw.line((x + 12, 104, x + 12, 300), fill=main, width=30)
        draw.ellipse((x, 282, x + 24, 306), fill=(250, 214, 120))
    draw.rounded_rectangle((176, 262, 384, 470), 18, fill=main)
    draw.rounded_rectangle((222, 306, 338, 396), 12, fill=_lighter(main))
    draw.polygon(
        [(156, 452), (404, 452), (432, 820), (306, 820), (280, 560), (254, 820), (128, 820)], fill=main
    )
    for left, right in [(124, 258), (302, 436)]:
        draw.rounded_rectangle((left, 784, right, 828), 8, fill=_lighter(main))


def _darker(colour: Colour) -> Colour:
    red, green, blue = colour
    return round(red * 0.86), round(green * 0.84), round(blue * 0.84)


def _lighter(colour: Colour) -> Colour:
    red, green, blue = colour
    return min(255, red + 26), min(255, green + 26), min(255, blue + 26)
