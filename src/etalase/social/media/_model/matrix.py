"""How a picture is turned before it is shown: a matrix in its track's header. No I/O.

ISO/IEC 14496-12, 8.3.2. Phones film as their sensor lies and say with this matrix which way is up.
"""

import struct

Turn = tuple[int, int, int, int]

MATRIX_BYTES = 36
_ONE = 1 << 16
UPRIGHT = struct.pack(">9i", _ONE, 0, 0, 0, _ONE, 0, 0, 0, 1 << 30)


def read_matrix(init: bytes) -> bytes | None:
    """Return the matrix of the first track of an init segment; None if the picture stands upright."""
    at = _find(init)
    matrix = init[at : at + MATRIX_BYTES]
    return matrix if turn_of(matrix) != turn_of(UPRIGHT) else None


def with_matrix(init: bytes, matrix: bytes | None) -> bytes:
    """Return the init segment with its first track turned."""
    if matrix is None:
        return init
    at = _find(init)
    kept = struct.pack(">9i", *_numbers(matrix)[:2], 0, *_numbers(matrix)[3:5], 0, 0, 0, 1 << 30)
    return init[:at] + kept + init[at + MATRIX_BYTES :]


def turn_of(matrix: bytes | None) -> Turn:
    """Return where the picture's right and its bottom go: (1, 0, 0, 1) stands upright, (0, 1, -1, 0) lies."""
    if matrix is None:
        return (1, 0, 0, 1)
    a, b, _, c, d, *_ = _numbers(matrix)
    right, down, left, bottom = ((number > 0) - (number < 0) for number in (a, b, c, d))
    if abs(right) + abs(down) != 1 or abs(left) + abs(bottom) != 1:
        return (1, 0, 0, 1)  # turned by half a right angle, or nonsense
    return right, down, left, bottom


def _numbers(matrix: bytes) -> tuple[int, ...]:
    return struct.unpack(">9i", matrix)


def _find(init: bytes) -> int:
    at = init.index(b"tkhd") + 4
    return at + (52 if init[at] else 40)
