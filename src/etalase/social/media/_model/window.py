"""The sliding window of a live stream: parts gathered into segments, old ones let go (RFC 8216bis).

An *era* is a stretch that one init segment decodes; a new one starts when the broadcaster comes back or
changes the resolution. Part names count on through the whole session, so the name of the next part is known
before it exists, whatever segment it falls into.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from etalase.kernel.reading import read_number
from etalase.social.media._model.cutter import TargetDurations

MAX_NUMBER_DIGITS = 9
MIN_TARGETS = 3


@dataclass(frozen=True, slots=True)
class Made:
    """A part as it was cut: when it starts in its era, how long it is, and where it stands in its segment."""

    start_seconds: float
    duration_seconds: float
    independent: bool
    closes: bool
    pace: TargetDurations | None
    """What the playlist promises: known with the first part that closes a segment, the same ever after."""


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
class PlaylistRequest:
    """What a blocking reload waits for (section 6.2.5.2): a segment, or one part of it."""

    segment: int
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """All that may still be asked for, oldest first. `listed` says what a playlist shows of it."""

    window_seconds: float = 30.0
    segments: tuple[Segment, ...] = ()
    era: int = 0
    era_began: datetime | None = None
    next_part: int = 0
    pace: TargetDurations | None = None
    ended: bool = False

    @property
    def ready(self) -> bool:
        """Whether one whole segment exists; before that there is no playlist."""
        return self.pace is not None

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
    read = read_number(number, max_digits=MAX_NUMBER_DIGITS)
    return read if read is not None and part_name(read) == name else None


def segment_name(number: int) -> str:
    """Return the name under which a viewer fetches a whole segment."""
    return f"segment-{number}.m4s"


def init_name(era: int) -> str:
    """Return the name under which a viewer fetches an era's init segment."""
    return f"init-{era}.mp4"


def start_era(window: Window, began: datetime) -> Window:
    """Begin a new era, whose first picture was taken at `began`: what comes next needs another init segment.

    An era that stayed empty leaves no gap. Dates never go back, even if the machine's clock was set back.
    """
    closed = close_segment(window)
    last = closed.segments[-1] if closed.segments else None
    if last is not None:
        began = max(began, last.started_at + timedelta(seconds=last.duration_seconds))
    was_used = last is not None and last.era == closed.era
    return replace(closed, era=closed.era + was_used, era_began=began)


def add_part(window: Window, made: Made) -> Window:
    """Take in a part; it opens a segment when the one before it has closed the last. Needs an era."""
    if window.era_began is None:
        raise ValueError("a part of no era")
    part = Part(window.next_part_name, made.duration_seconds, made.independent)
    last = window.segments[-1] if window.segments else None
    if last is None or last.closed:
        at = window.era_began + timedelta(seconds=made.start_seconds)
        segments = (*window.segments, Segment(last.number + 1 if last else 0, window.era, at, (part,)))
    else:
        segments = (*window.segments[:-1], replace(last, parts=(*last.parts, part)))
    window = replace(window, segments=segments, next_part=window.next_part + 1)
    if made.closes:
        window = replace(close_segment(window), pace=window.pace or made.pace)
    return _let_go(window)


def close_segment(window: Window) -> Window:
    """Close the open segment, if there is one."""
    if not window.segments or window.segments[-1].closed:
        return window
    return replace(window, segments=(*window.segments[:-1], replace(window.segments[-1], closed=True)))


def end(window: Window) -> Window:
    """Close the stream: nothing follows."""
    return replace(close_segment(window), ended=True)


def listed(window: Window) -> tuple[Segment, ...]:
    """Return the segments that a playlist shows: as many as fit into the window's seconds.

    Closed ones of three target durations are shown in any case (section 6.2.2).
    """
    minimum = MIN_TARGETS * window.pace.target_seconds if window.pace else 0
    seconds = closed_seconds = 0.0
    for count, segment in enumerate(reversed(window.segments)):
        seconds += segment.duration_seconds
        if seconds > window.window_seconds and closed_seconds >= minimum:
            return window.segments[len(window.segments) - count :]
        closed_seconds += segment.duration_seconds if segment.closed else 0.0
    return window.segments


def contains(window: Window, wanted: PlaylistRequest) -> bool:
    """Tell whether the window has got as far as this segment, or this part of it (section 6.2.5.2)."""
    if not window.segments:
        return False
    last = window.segments[-1]
    if last.number != wanted.segment:
        return last.number > wanted.segment
    return last.closed if wanted.part is None else wanted.part < len(last.parts)


def read_playlist_request(segment: str | None, part: str | None) -> PlaylistRequest | None:
    """Return the delivery directives as numbers; None when they are absent or make no sense."""
    number = read_number(segment or "", max_digits=MAX_NUMBER_DIGITS)
    place = None if part is None else read_number(part, max_digits=MAX_NUMBER_DIGITS)
    if number is None or (part is not None and place is None):
        return None
    return PlaylistRequest(number, place)


def is_far_ahead(window: Window, wanted: PlaylistRequest) -> bool:
    """Tell whether a request is for more than two segments ahead, which is an error of the client's."""
    last = window.segments[-1].number if window.segments else 0
    return wanted.segment > last + 2


def _let_go(window: Window) -> Window:
    """Forget what nobody may ask for: segments outlive their listing by the playlist's length (6.2.2)."""
    shown = listed(window)
    kept_seconds = max(window.window_seconds, sum(segment.duration_seconds for segment in shown))
    index = len(window.segments) - len(shown)
    while index > 0 and kept_seconds > 0:
        index -= 1
        kept_seconds -= window.segments[index].duration_seconds
    return replace(window, segments=window.segments[index:])
