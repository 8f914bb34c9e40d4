"""A moment in milliseconds as black and white blocks: 40 bits and a checksum of 8, in two rows of 24.

Whoever sees the picture, scaled and compressed, can read the moment back and so knows how old the picture is.
"""

from collections.abc import Callable

from etalase.lab.video.scene import HEIGHT, WIDTH

COLUMNS, ROWS = 24, 2
CELL_WIDTH, CELL_HEIGHT = 20, 12
LEFT, TOP = (WIDTH - COLUMNS * CELL_WIDTH) // 2, HEIGHT - 36
DARK, LIGHT, MIDDLE = 24, 226, 125
MOMENT_BITS, CHECK_BITS = 40, 8


def wrap(milliseconds: int) -> int:
    """Return the moment as a mark holds it: it begins anew every 34 years."""
    return milliseconds % (1 << MOMENT_BITS)


def encode(milliseconds: int) -> list[bool]:
    """Return the cells of a moment, row by row."""
    moment = wrap(milliseconds)
    value = moment << CHECK_BITS | _check(moment)
    total = MOMENT_BITS + CHECK_BITS
    return [bool(value >> total - 1 - place & 1) for place in range(total)]


def decode(cells: list[bool]) -> int | None:
    """Return the moment of the cells; None if the checksum does not fit."""
    value = 0
    for cell in cells:
        value = value << 1 | cell
    moment, check = value >> CHECK_BITS, value & (1 << CHECK_BITS) - 1
    return moment if _check(moment) == check else None


def stamp(luma: memoryview, line_size: int, milliseconds: int) -> None:
    """Write a moment into a frame's luma plane."""
    cells = encode(milliseconds)
    for row in range(ROWS):
        shades = cells[row * COLUMNS : (row + 1) * COLUMNS]
        line = b"".join(bytes([LIGHT if shade else DARK]) * CELL_WIDTH for shade in shades)
        for y in range(TOP + row * CELL_HEIGHT, TOP + (row + 1) * CELL_HEIGHT):
            start = y * line_size + LEFT
            luma[start : start + len(line)] = line


def read_marker(shade_at: Callable[[int, int], int], width: int, height: int) -> int | None:
    """Return the moment that a picture of any size shows; `shade_at(x, y)` gives its luma."""
    cells = []
    for index in range(COLUMNS * ROWS):
        column, row = index % COLUMNS, index // COLUMNS
        x = (LEFT + (column + 0.5) * CELL_WIDTH) * width / WIDTH
        y = (TOP + (row + 0.5) * CELL_HEIGHT) * height / HEIGHT
        cells.append(shade_at(int(x), int(y)) > MIDDLE)
    return decode(cells)


def _check(moment: int) -> int:
    """Return CRC-8 (polynomial 0x07) of the moment's five bytes."""
    check = 0x5A
    for byte in moment.to_bytes(MOMENT_BITS // 8, "big"):
        check ^= byte
        for _ in range(8):
            check = (check << 1 ^ 0x07) & 0xFF if check & 0x80 else check << 1
    return check


READ_MARKER_SCRIPT = f"""
window.readMarker = (video, canvas) => {{
  const width = video.videoWidth, height = video.videoHeight;
  if (!width) return null;
  canvas.width = width; canvas.height = height;
  const context = canvas.getContext("2d", {{ willReadFrequently: true }});
  context.drawImage(video, 0, 0, width, height);
  const top = Math.floor({TOP} * height / {HEIGHT});
  const strip = context.getImageData(0, top, width, height - top);
  const cells = [];
  for (let index = 0; index < {COLUMNS * ROWS}; index++) {{
    const column = index % {COLUMNS}, row = Math.floor(index / {COLUMNS});
    const x = Math.floor(({LEFT} + (column + 0.5) * {CELL_WIDTH}) * width / {WIDTH});
    const y = Math.floor(({TOP} + (row + 0.5) * {CELL_HEIGHT}) * height / {HEIGHT}) - top;
    cells.push(strip.data[(y * width + x) * 4 + 1] > {MIDDLE} ? 1 : 0);
  }}
  const bytes = [];
  for (let start = 0; start < cells.length; start += 8)
    bytes.push(cells.slice(start, start + 8).reduce((value, cell) => value * 2 + cell, 0));
  let check = 0x5a;
  for (const byte of bytes.slice(0, -1)) {{
    check ^= byte;
    for (let bit = 0; bit < 8; bit++) check = check & 0x80 ? (check << 1 ^ 7) & 255 : check << 1;
  }}
  if (check !== bytes[bytes.length - 1]) return null;
  return bytes.slice(0, -1).reduce((value, byte) => value * 256 + byte, 0);
}};
"""
"""The same reading in a page: `readMarker(video, canvas)` returns milliseconds or null."""
