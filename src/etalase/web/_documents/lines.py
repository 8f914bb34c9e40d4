"""Breaks text into lines where a reader would (UAX 14), and between any letters where that is not enough."""

from collections.abc import Callable, Iterator

from uniseg.graphemecluster import grapheme_clusters
from uniseg.linebreak import line_break_units

Measure = Callable[[str], float]


def break_lines(text: str, width: float, measure: Measure) -> list[str]:
    """Return lines no wider than `width`, which together are the text but for the space at their ends.

    A letter (with its marks, UAX 29) that is wider than the width by itself stands on a line of its own.
    """
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for piece in _pieces(paragraph, width, measure):
            if line and measure((line + piece).rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
        lines.append(line.rstrip())
    return [line for line in lines if line]


def _pieces(text: str, width: float, measure: Measure) -> Iterator[str]:
    """Yield what stays together: words with the space behind them, letters of words that no line can hold."""
    for unit in line_break_units(text):
        if measure(unit.rstrip()) <= width:
            yield unit
        else:
            yield from grapheme_clusters(unit)
