"""Soft tones: a slow walk over a pentatonic scale, like a wind chime in the doorway."""

import math
from array import array

SAMPLE_RATE = 44_100
NOTE_SECONDS = 1.0
_SCALE = (261.63, 293.66, 329.63, 392.00, 440.00, 523.25)
_WALK = (0, 2, 4, 3, 5, 4, 2, 1, 3, 2, 0, 4, 5, 3, 1, 2)
_OVERTONES = ((1.0, 0.6), (2.0, 0.22), (3.01, 0.08))
_LOUDNESS = 5_200


def make_loop() -> "array[int]":
    """Return the tones as 16-bit samples of one channel; the end fits the beginning."""
    length = round(SAMPLE_RATE * NOTE_SECONDS)
    total = length * len(_WALK)
    mixed = array("h", bytes(2 * total))
    for index, step in enumerate(_WALK):
        for offset, value in enumerate(_note(_SCALE[step], 2 * length)):
            place = (index * length + offset) % total
            mixed[place] = max(-32_768, min(32_767, mixed[place] + value))
    return mixed


def _note(frequency: float, length: int) -> "array[int]":
    """Return one note that swells for a moment and dies away over two beats."""
    turn = 2 * math.pi * frequency / SAMPLE_RATE
    values = array("h")
    for place in range(length):
        swell = min(1.0, place / 1_800) * math.exp(-place / 21_000) * (1 - place / length)
        tone = sum(share * math.sin(turn * factor * place) for factor, share in _OVERTONES)
        values.append(round(_LOUDNESS * swell * tone))
    return values
