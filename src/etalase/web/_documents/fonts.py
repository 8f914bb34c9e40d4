"""Which font has a letter, for papers that must not lose one.

The build copies the fonts from their packages into `fonts/`, with an index in the order of preference
(`frontend/paper-fonts.js`): the script's own Noto, then one font that has nearly all of Unicode as plain
bitmaps. They are compressed; a font is unpacked once, when the first letter asks for it.
"""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FOLDER = Path(__file__).parent / "fonts"
REGULAR, BOLD = 400, 700
UNUSED_TABLES = ("BASE", "DSIG", "FFTM", "PfEd", "TeX ", "STAT")
"""What shaping and printing do not need; some are broken in fonts that are fine else."""

Ranges = tuple[tuple[int, int], ...]


class FontsNotBuilt(RuntimeError):
    """The fonts were never copied; `make setup` does it."""


@dataclass(frozen=True)
class Face:
    """One font file: `weight` is None where it has all weights, `ranges` where only the file itself tells."""

    file: str
    weight: int | None
    ranges: Ranges | None

    def has(self, letter: str) -> bool:
        """Tell whether the font draws this letter; the file is opened only where its ranges promise it."""
        point = ord(letter)
        if self.ranges is not None and not any(first <= point <= last for first, last in self.ranges):
            return False
        return point in self.letters

    @cached_property
    def letters(self) -> frozenset[int]:
        """Return the code points that the font draws."""
        with TTFont(FOLDER / self.file, lazy=True) as font:
            return frozenset(font.getBestCmap())


@cache
def faces() -> tuple[Face, ...]:
    """Return all fonts, the preferred ones first. Raises FontsNotBuilt."""
    index = FOLDER / "index.json"
    if not index.exists():
        raise FontsNotBuilt("The fonts of papers are not there yet. Run: make setup")
    return tuple(
        Face(entry["file"], entry["weight"], _read_ranges(entry["ranges"]))
        for entry in json.loads(index.read_text())
    )


def _read_ranges(text: str | None) -> Ranges | None:
    """Read CSS's `unicode-range` (CSS Fonts 4, section 4.5): U+26 or U+0-7F, separated by commas."""
    if text is None:
        return None
    ends = (part.partition("-") for part in text.replace("U+", "").split(","))
    return tuple((int(first, 16), int(last or first, 16)) for first, _, last in ends)


@cache
def find_face(letter: str, weight: int) -> Face | None:
    """Return the best font for a letter: of this weight where there is one, else of any."""
    having = [face for face in faces() if face.has(letter)]
    return next((face for face in having if face.weight in {weight, None}), having[0] if having else None)


@cache
def _unpacked_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="etalase-fonts-")


@cache
def unpack(face: Face, weight: int) -> Path:
    """Return the font as a plain TrueType file of one weight; it lives as long as this process."""
    path = Path(_unpacked_folder().name, f"{weight}-{face.file}").with_suffix(".ttf")
    with TTFont(FOLDER / face.file, recalcTimestamp=False) as font:
        if face.weight is None:
            instantiateVariableFont(font, {"wght": weight}, inplace=True)
        for table in UNUSED_TABLES:
            if table in font:
                del font[table]
        font.flavor = None
        font.save(path)
    return path
