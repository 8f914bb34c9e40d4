"""The sliding window of a live stream: parts gathered into segments, old ones let go (RFC 8216bis).

An *era* is a stretch that one init segment decodes; a new one starts when the broadcaster comes back or
changes the resolution. Part names count on through the whole session, so the name of the next part is known
before it exists, whatever segment it falls into.
"""

from dataclasses import dataclass, replace
from datetime import datetime

PART_SHORTFALL = 0.85
"""Parts must last 85 % of the part target (section 4.4.4.9): the muxer cuts there or a frame later."""

SHORTEST_TARGET_SECONDS = 2
LONGEST_TARGET_SECONDS = 6
LONGEST_NUMBER = 9
ROUNDING = 0.49
"""A segment of 2.49 s still rounds to a target of 2 s (section 4.4.3.1)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The lengths that an operator chose."""

    part_seconds: float = 0.2
    segment_seconds: float = 1.0
    window_seconds: float = 30.0

    @property
    def part_target_seconds(self) -> float:
        """The longest part that the muxer makes of steady video."""
        return self.part_seconds / PART_SHORTFALL


@dataclass(frozen=True, slots=True)
class Part:
    """The smallest piece that a viewer can fetch."""

    name: str
    duration_seconds: float
    independent: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """Parts in a row, of one era; only the last of a window may be open."""

    number: int
    era: int
    started_at: datetime
    parts: tuple[Part, ...]
    closed: bool = False

    @property
    def duration_seconds(self) -> float:
        """The sum of its parts."""
        return sum(part.duration_seconds for part in self.parts)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a blocking reload waits for (section 6.2.5.2): a segment, or one part of it."""

    segment: int
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """All that may still be asked for, oldest first. `listed` says what a playlist shows of it."""

    shape: Shape = Shape()
    segments: tuple[Segment, ...] = ()
    era: int = 0
    next_part: int = 0
    target_seconds: int | None = None
    ended: bool = False

    @property
    def ready(self) -> bool:
        """Whether one whole segment exists; before that there is no playlist."""
        return self.target_seconds is not None

    @property
    def next_part_name(self) -> str:
        """The name that the next part will have."""
        return part_name(self.next_part)


def part_name(number: int) -> str:
    """Return the name under which a viewer fetches a part."""
    return f"part-{number}.m4s"


def part_number(name: str) -> int | None:
    """Return the number in a part's name; None for any other name."""
    number = name.removeprefix("part-").removesuffix(".m4s")
    return int(number) if number.isascii() and number.isdigit() and part_name(int(number)) == name else None


def segment_name(number: int) -> str:
    """Return the name under which a viewer fetches a whole segment."""
    return f"segment-{number}.m4s"


def init_name(era: int) -> str:
    """Return the name under which a viewer fetches an era's init segment."""
    return f"init-{era}.mp4"


def start_era(window: Window) -> Window:
    """Begin a new era: what comes next needs another init segment. An era that stayed empty leaves no gap."""
    closed = close_segment(window)
    was_used = bool(closed.segments) and closed.segments[-1].era == closed.era
    return replace(closed, era=window.era + 1) if was_used else closed


def add_part(window: Window, duration_seconds: float, at: datetime, *, independent: bool) -> Window:
    """Take in a part that starts at `at`; it opens a segment when the last one is full."""
    part = Part(window.next_part_name, duration_seconds, independent)
    last = window.segments[-1] if window.segments else None
    if last is not None and not last.closed and _is_full(window, last, part):
        window = close_segment(window)
        last = window.segments[-1]
    if last is None or last.closed:
        number = last.number + 1 if last else 0
        segments = (*window.segments, Segment(number, window.era, at, (part,)))
    else:
        segments = (*window.segments[:-1], replace(last, parts=(*last.parts, part)))
    return _let_go(replace(window, segments=segments, next_part=window.next_part + 1))


def close_segment(window: Window) -> Window:
    """Close the open segment, if there is one. The first to close fixes the target duration for good."""
    if not window.segments or window.segments[-1].closed:
        return window
    last = replace(window.segments[-1], closed=True)
    target = window.target_seconds or max(SHORTEST_TARGET_SECONDS, round(last.duration_seconds))
    return replace(window, segments=(*window.segments[:-1], last), target_seconds=target)


def end(window: Window) -> Window:
    """Close the stream: nothing follows."""
    return replace(close_segment(window), ended=True)


def listed(window: Window) -> tuple[Segment, ...]:
    """Return the segments that a playlist shows: as many as fit into the window's seconds, at least three."""
    seconds = 0.0
    for count, segment in enumerate(reversed(window.segments)):
        seconds += segment.duration_seconds
        if seconds > window.shape.window_seconds and count >= 3:  # noqa: PLR2004  # section 6.2.2: three targets
            return window.segments[len(window.segments) - count :]
    return window.segments


def contains(window: Window, wish: Wish) -> bool:
    """Tell whether the window has got as far as this segment, or this part of it (section 6.2.5.2)."""
    if not window.segments:
        return False
    last = window.segments[-1]
    if last.number != wish.segment:
        return last.number > wish.segment
    return last.closed if wish.part is None else wish.part < len(last.parts)


def read_wish(segment: str | None, part: str | None) -> Wish | None:
    """Return the delivery directives as numbers; None when they are absent or make no sense."""
    numbers = [text for text in (segment, part) if text is not None]
    if segment is None or not all(
        text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER for text in numbers
    ):
        return None
    return Wish(int(segment), None if part is None else int(part))


def is_far_ahead(window: Window, wish: Wish) -> bool:
    """Tell whether a wish is for more than two segments ahead, which is an error of the client's."""
    last = window.segments[-1].number if window.segments else 0
    return wish.segment > last + 2


def _is_full(window: Window, segment: Segment, part: Part) -> bool:
    limit = (window.target_seconds or LONGEST_TARGET_SECONDS) + ROUNDING
    if segment.duration_seconds + part.duration_seconds > limit:
        return True
    return part.independent and segment.duration_seconds >= window.shape.segment_seconds * PART_SHORTFALL


def _let_go(window: Window) -> Window:
    """Forget what nobody may ask for: a segment outlives its listing by a window's length (section 6.2.2)."""
    keep_seconds = 2 * window.shape.window_seconds
    seconds = 0.0
    for index in range(len(window.segments) - 1, -1, -1):
        seconds += window.segments[index].duration_seconds
        if seconds > keep_seconds and len(window.segments) - index > 4:  # noqa: PLR2004  # the listed three and one
            return replace(window, segments=window.segments[index + 1 :])
    return window
