"""A window written as a low-latency HLS media playlist (RFC 8216bis). No I/O."""

from collections.abc import Iterator

from etalase.social.media._model.cutter import TargetDurations
from etalase.social.media._model.window import Part, Segment, Window, init_name, listed, segment_name

SKIP_TARGETS = 6
"""Target durations from the end that every delta update still holds (4.4.3.8: at least six)."""
HOLD_BACK_PARTS = 3


def render(window: Window, *, skips: bool = False) -> str:
    """Return the playlist's text. The window must be ready.

    With `skips` it is a delta update (6.2.5.1): what the player knows for long is only counted. Where there
    is nothing to skip, that is the whole playlist.
    """
    if window.pace is None:
        raise ValueError("no segment has been closed yet")
    segments = listed(window)
    skipped = _count_skipped(segments, window.pace) if skips and not window.ended else 0
    lines = [*_head(window.pace, segments)]
    if skipped:
        lines.append(f"#EXT-X-SKIP:SKIPPED-SEGMENTS={skipped}")
    parts_from = _first_with_parts(segments, window.pace)
    era = segments[skipped - 1].era if skipped else None
    for index, segment in enumerate(segments[skipped:], skipped):
        if segment.era != era:
            if era is not None:
                lines.append("#EXT-X-DISCONTINUITY")
            lines.append(f'#EXT-X-MAP:URI="{init_name(segment.era)}"')
            era = segment.era
        lines.extend(_segment(segment, with_parts=index >= parts_from))
    if window.ended:
        lines.append("#EXT-X-ENDLIST")
    else:
        lines.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{window.next_part_name}"')
    return "\n".join(lines) + "\n"


def _head(pace: TargetDurations, segments: tuple[Segment, ...]) -> Iterator[str]:
    control = (
        "CAN-BLOCK-RELOAD=YES",
        f"CAN-SKIP-UNTIL={SKIP_TARGETS * pace.target_seconds}",
        f"PART-HOLD-BACK={HOLD_BACK_PARTS * pace.part_target_seconds:.3f}",
    )
    yield "#EXTM3U"
    yield "#EXT-X-VERSION:9"
    yield f"#EXT-X-TARGETDURATION:{pace.target_seconds}"
    yield f"#EXT-X-SERVER-CONTROL:{','.join(control)}"
    yield f"#EXT-X-PART-INF:PART-TARGET={pace.part_target_seconds:.3f}"
    yield f"#EXT-X-MEDIA-SEQUENCE:{segments[0].number}"
    yield f"#EXT-X-DISCONTINUITY-SEQUENCE:{segments[0].era}"


def _segment(segment: Segment, *, with_parts: bool) -> Iterator[str]:
    moment = segment.started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    yield f"#EXT-X-PROGRAM-DATE-TIME:{moment}"
    if with_parts:
        yield from map(_part, segment.parts)
    if segment.closed:
        yield f"#EXTINF:{segment.duration_seconds:.5f},"
        yield segment_name(segment.number)


def _part(part: Part) -> str:
    independent = ",INDEPENDENT=YES" if part.independent else ""
    return f'#EXT-X-PART:DURATION={part.duration_seconds:.5f},URI="{part.name}"{independent}'


def _first_with_parts(segments: tuple[Segment, ...], pace: TargetDurations) -> int:
    """Parts older than three target durations are not worth listing (section 4.4.4.9)."""
    seconds, index = 0.0, len(segments)
    while index > 0 and seconds < 3 * pace.target_seconds:
        index -= 1
        seconds += segments[index].duration_seconds
    return index


def _count_skipped(segments: tuple[Segment, ...], pace: TargetDurations) -> int:
    """Return how many segments lie wholly before the skip boundary (4.4.5.2)."""
    seconds, index = 0.0, len(segments)
    while index > 0 and seconds < SKIP_TARGETS * pace.target_seconds:
        index -= 1
        seconds += segments[index].duration_seconds
    return index
