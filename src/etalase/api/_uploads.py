"""How large a request may be that brings a file, as multipart/form-data (RFC 7578)."""

from etalase.platform.images import MOST_BYTES

_FRAME_BYTES = 100_000
"""For what stands around the file: boundaries, names, the other fields."""
LARGEST_PICTURE = MOST_BYTES + _FRAME_BYTES
LARGEST_SPREADSHEET = 64_000_000
"""Above any limit that an operator sets for files: what is larger is cut off while it comes."""
