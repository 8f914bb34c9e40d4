"""Words are readable on every ground that components put them on, by day and night (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[3] / "frontend" / "src" / "styles" / "tokens.css"
READABLE = 4.5
SEEN = 3.0
GROUNDS = ("paper", "surface", "sunken")
WORDS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "brand", "brand-strong") for ground in GROUNDS),
    *((tone, ground) for tone in ("good", "danger", "warn", "info") for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in ("good", "danger", "warn", "info")),
    *(("ink", f"{tone}-soft") for tone in ("brand", "good", "danger", "warn", "info")),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("brand-ink", "brand-soft"),
    ("on-danger", "danger"),
    ("on-saffron", "saffron"),
]
EDGES = [
    *(("line-strong", ground) for ground in GROUNDS),
    *(("ring", ground) for ground in GROUNDS),
    ("brand", "brand-soft"),
]


def _read_tokens(side: str) -> dict[str, str]:
    tokens: dict[str, str] = {}
    for name, value in re.findall(r"--([\w-]+):\s*([^;]+);", TOKENS.read_text(encoding="utf-8")):
        pair = re.fullmatch(r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", value)
        if pair:
            tokens[name] = pair[1] if side == "light" else pair[2]
        elif re.fullmatch(r"#[0-9a-f]{6}", value):
            tokens[name] = value
    return tokens


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_on_white_is_the_greatest() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), WORDS)
def test_words_are_readable(words: str, ground: str, side: str) -> None:
    tokens = _read_tokens(side)
    assert contrast(tokens[words], tokens[ground]) >= READABLE


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_rings_are_seen(edge: str, ground: str, side: str) -> None:
    tokens = _read_tokens(side)
    assert contrast(tokens[edge], tokens[ground]) >= SEEN
