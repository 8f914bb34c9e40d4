"""Draws the show's picture: clothes on a rail, evening light, a dark strip for clock and mark."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from etalase.lab.video.garments import Garment, hanging

WIDTH, HEIGHT, RATE = 540, 960, 20
LOOP_SECONDS = 16
STRIP_HEIGHT = 84
STRIP_SHADE = 34

_WALL_TOP, _WALL_BOTTOM = (255, 236, 214), (246, 203, 166)
_FLOOR = (222, 164, 120)
_RAIL = (120, 78, 52)
_RAIL_Y = 236
_SPACING = 300


@dataclass(frozen=True, slots=True)
class _Hung:
    """A garment with its place on the endless rail."""

    sprite: Image.Image
    place: int
    phase: float


def draw_frames() -> Iterator[Image.Image]:
    """Yield the loop's frames; the last one leads back to the first."""
    background = _draw_background()
    hung = [
        _Hung(_draw_sprite(garment), index * _SPACING, index * 1.7) for index, garment in enumerate(hanging())
    ]
    length = len(hung) * _SPACING
    count = LOOP_SECONDS * RATE
    for number in range(count):
        turn = number / count
        frame = background.copy()
        for item in hung:
            _paste(frame, item, turn, length)
        yield _finish(frame, turn)


def _paste(frame: Image.Image, item: _Hung, turn: float, length: int) -> None:
    x = (item.place - turn * length + length / 2) % length - length / 2 + WIDTH / 2
    if not -_SPACING < x < WIDTH + _SPACING:
        return
    sway = 3.2 * math.sin(2 * math.pi * (turn * 6) + item.phase)
    sprite = item.sprite.rotate(sway, Image.Resampling.BILINEAR, center=(item.sprite.width / 2, 8))
    frame.paste(sprite, (round(x - sprite.width / 2), _RAIL_Y - 14), sprite)


def _finish(frame: Image.Image, turn: float) -> Image.Image:
    """Add what lies in front: drifting light, and the strip."""
    draw = ImageDraw.Draw(frame, "RGBA")
    for index in range(9):
        phase = index * 0.77
        x = (index * 67 + 24 * math.sin(2 * math.pi * (turn + phase))) % WIDTH
        y = 520 + 300 * ((turn * (1 + index % 2) + phase) % 1.0) - 120
        size = 5 + index % 4 * 3
        draw.ellipse((x, y, x + size, y + size), fill=(255, 246, 220, 70))
    draw.rectangle((0, HEIGHT - STRIP_HEIGHT, WIDTH, HEIGHT), fill=(STRIP_SHADE, STRIP_SHADE, STRIP_SHADE))
    return frame


def _draw_background() -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    for y in range(HEIGHT):
        share = y / HEIGHT
        shade = tuple(round(a + (b - a) * share) for a, b in zip(_WALL_TOP, _WALL_BOTTOM, strict=True))
        draw.line((0, y, WIDTH, y), fill=shade)
    for x in range(-40, WIDTH, 90):  # a quiet wallpaper
        draw.line((x, 0, x + 40, 740), fill=(250, 224, 196), width=14)
    draw.polygon([(0, 742), (WIDTH, 720), (WIDTH, HEIGHT), (0, HEIGHT)], fill=_FLOOR)
    draw.polygon([(0, 742), (WIDTH, 720), (WIDTH, 730), (0, 752)], fill=(198, 138, 96))
    picture = _glow(picture, (430, 120), 420)
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((-20, _RAIL_Y - 12, WIDTH + 20, _RAIL_Y - 2), 5, fill=_RAIL)
    draw.rounded_rectangle((-20, _RAIL_Y - 12, WIDTH + 20, _RAIL_Y - 9), 2, fill=(158, 110, 78))
    _draw_bunting(draw)
    _draw_plant(draw)
    _draw_sign(draw)
    return picture


def _glow(picture: Image.Image, centre: tuple[int, int], size: int) -> Image.Image:
    light = Image.new("RGB", picture.size)
    x, y = centre
    ImageDraw.Draw(light).ellipse((x - size, y - size, x + size, y + size), fill=(22, 20, 16))
    return ImageChops.add(picture, light.filter(ImageFilter.GaussianBlur(140)))


def _draw_bunting(draw: ImageDraw.ImageDraw) -> None:
    colours = [(226, 114, 91), (244, 180, 76), (124, 158, 135), (95, 141, 168), (232, 150, 150)]
    for index in range(12):
        x = index * 48 - 12
        y = 62 + 26 * math.sin(index * math.pi / 11)
        draw.line(
            (x, y, x + 48, 62 + 26 * math.sin((index + 1) * math.pi / 11)), fill=(150, 110, 84), width=2
        )
        draw.polygon([(x + 6, y + 1), (x + 42, y + 2), (x + 24, y + 44)], fill=colours[index % 5])


def _draw_plant(draw: ImageDraw.ImageDraw) -> None:
    for lean, length in [(-64, 150), (-30, 196), (8, 214), (44, 180), (76, 138)]:
        tip = (486 + lean, 800 - length)
        draw.polygon([(478, 790), (486 + lean * 0.35 - 16, 800 - length * 0.6), tip], fill=(96, 138, 108))
        draw.polygon([(492, 790), (486 + lean * 0.35 + 16, 800 - length * 0.6), tip], fill=(120, 162, 128))
    draw.polygon([(444, 782), (530, 782), (516, 872), (458, 872)], fill=(201, 105, 72))
    draw.rounded_rectangle((438, 772, 536, 796), 6, fill=(217, 122, 86))


def _draw_sign(draw: ImageDraw.ImageDraw) -> None:
    font = ImageFont.load_default(34)
    draw.rounded_rectangle((40, 770, 330, 846), 18, fill=(255, 248, 238), outline=(214, 160, 120), width=3)
    draw.text((185, 808), "Toko Pelangi", font=font, fill=(150, 78, 48), anchor="mm")


def _draw_sprite(garment: Garment) -> Image.Image:
    """Draw at twice the size and scale down, which smooths the edges."""
    large = Image.new("RGBA", (560, 920), (0, 0, 0, 0))
    garment(ImageDraw.Draw(large))
    small = large.resize((280, 460), Image.Resampling.LANCZOS)
    shadow = Image.new("RGBA", (300, 480), (0, 0, 0, 0))
    shade = small.getchannel("A").point(lambda value: value * 0.22)
    shadow.paste((88, 48, 24, 255), (14, 12), shade)
    shadow = shadow.filter(ImageFilter.GaussianBlur(7))
    shadow.alpha_composite(small, (4, 0))
    return shadow
