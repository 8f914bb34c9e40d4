"""A file's rows as they wait between two looks at it: read once, and kept as they were read. No I/O.

To take a workbook apart costs a hundred times what its rows cost, and a file is looked at three times.
"""

from dataclasses import dataclass

import msgspec

from etalase.commerce.catalog._errors import UnreadableSpreadsheet
from etalase.commerce.catalog._model.foreign import read_sheet
from etalase.commerce.catalog._model.spreadsheet import Sheet


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """What `pack` made of a sheet; or, where it is not read, the file itself, as it was kept before."""

    content: bytes
    is_read: bool


def pack(sheet: Sheet) -> KeptSheet:
    """Return the sheet as bytes."""
    return KeptSheet(msgspec.msgpack.encode(sheet), is_read=True)


def unpack(kept: KeptSheet, *, max_rows: int) -> Sheet:
    """Return the sheet that was kept; or raise `UnreadableSpreadsheet`, where another version kept it."""
    if not kept.is_read:
        return read_sheet(kept.content, max_rows=max_rows)
    try:
        return msgspec.msgpack.decode(kept.content, type=Sheet)
    except msgspec.MsgspecError as error:
        raise UnreadableSpreadsheet(reason="kept_by_another_version") from error
