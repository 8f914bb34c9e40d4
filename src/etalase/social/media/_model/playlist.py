"""A window written as a low-latency HLS media playlist (RFC 8216bis). No I/O."""

from collections.abc import Iterator

from etalase.social.media._model.window import Part, Segment, Window, init_name, listed, segment_name


def render(window: Window) -> str:
    """Return the playlist's text. The window must be ready."""
    segments = listed(window)
    lines = [*_head(window, segments)]
    parts_from = _first_with_parts(window, segments)
    era = None
    for index, segment in enumerate(segments):
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


def _head(window: Window, segments: tuple[Segment, ...]) -> Iterator[str]:
    part_target = window.shape.part_target_seconds
    yield "#EXTM3U"
    yield "#EXT-X-VERSION:9"
    yield f"#EXT-X-TARGETDURATION:{window.target_seconds}"
    yield f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={3 * part_target:.3f}"
    yield f"#EXT-X-PART-INF:PART-TARGET={part_target:.3f}"
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


def _first_with_parts(window: Window, segments: tuple[Segment, ...]) -> int:
    """Parts older than three target durations are not worth listing (section 4.4.4.9)."""
    seconds, index = 0.0, len(segments)
    while index > 0 and seconds < 3 * (window.target_seconds or 1):
        index -= 1
        seconds += segments[index].duration_seconds
    return index
