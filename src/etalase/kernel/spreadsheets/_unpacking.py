"""What is inside a workbook's archive, weighed before a library reads it: some kilobytes may be a bomb.

A part is read as XML whatever its name says, so all are looked at alike: how much they unpack to, how many
cells and texts they hold, and that no single row fills the memory. No I/O.
"""

import re
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from etalase.kernel.spreadsheets._strictness import NotASpreadsheet

MAX_PARTS = 5_000
MAX_BYTES = 150_000_000
MAX_CELLS = 1_500_000
"""Fifty thousand rows of thirty columns."""
PIECE = 1_000_000
"""A row, a text, or all styles together are shorter."""

_CELL = re.compile(rb"<(?:[\w.-]+:)?(?:c|si)[\s/>]")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s>/]")
_BEGINNING = re.compile(rb"<(?:[\w.-]+:)?(?:row|si)[\s/>]")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding=[\"']([^\"']*)[\"']")
_PLAIN = frozenset({b"utf-8", b"us-ascii", b"ascii"})
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


def weigh(content: bytes) -> bool:
    """Refuse an archive that unpacks to more than a list of products does; tell whether it has formulas.

    Raises NotASpreadsheet.
    """
    with ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_BYTES:
            raise NotASpreadsheet("too_much_inside")
        weights = [_weigh_part(archive, part) for part in parts]
    if sum(cells for cells, _ in weights) > MAX_CELLS:
        raise NotASpreadsheet("too_much_inside")
    return any(has_formulas for _, has_formulas in weights)


def _weigh_part(archive: ZipFile, part: ZipInfo) -> tuple[int, bool]:
    """Return how many cells and texts a part holds, and whether formulas are among them.

    Refuse one that hides them, or joins too many in a row.
    """
    cells, has_formulas = 0, False
    with archive.open(part) as unpacked:
        piece = unpacked.read(PIECE)
        head = piece[:400].removeprefix(b"\xef\xbb\xbf").lstrip()
        if head.startswith(_UTF16):
            raise NotASpreadsheet("too_much_inside")
        if not head.startswith(b"<"):
            return 0, False  # a picture
        said = _ENCODING.match(head)
        if said and said[1].lower() not in _PLAIN:
            raise NotASpreadsheet("too_much_inside")
        while piece:
            following = unpacked.read(PIECE)
            cells += len(_CELL.findall(piece))
            has_formulas = has_formulas or _FORMULA.search(piece) is not None
            if following and (b"<!" in piece or not _BEGINNING.search(piece)):
                raise NotASpreadsheet("too_much_inside")
            piece = following
    return cells, has_formulas
