"""How large a request may be that brings a file, as multipart/form-data (RFC 7578)."""

from etalase.platform.images import MAX_BYTES

_FRAME_BYTES = 100_000
"""For what stands around the file: boundaries, names, the other fields."""
MAX_PICTURE_BYTES = MAX_BYTES + _FRAME_BYTES
MAX_SPREADSHEET_BYTES = 64_000_000
"""Above any limit that an operator sets for files: what is larger is cut off while it comes."""
