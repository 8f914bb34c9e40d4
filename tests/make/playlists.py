"""Reads media playlists strictly, and holds them to Apple's rules (RFC 8216bis), as its validator does.

`PlaylistValidator.take` is given every edition of a playlist, in order. It raises AssertionError with the
section that is broken.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

EPSILON = 0.0005
PARTS_FOR_TARGETS = 3
SKIP_TARGETS = 6
NUMBERS = {
    "#EXT-X-VERSION": "version",
    "#EXT-X-TARGETDURATION": "target",
    "#EXT-X-MEDIA-SEQUENCE": "media_sequence",
    "#EXT-X-DISCONTINUITY-SEQUENCE": "discontinuity_sequence",
}


@dataclass
class ListedPart:
    """One EXT-X-PART."""

    uri: str
    duration: float
    independent: bool


@dataclass
class ListedSegment:
    """A segment with what stands before it; without a length while it is open."""

    map: str = ""
    moment: datetime | None = None
    discontinuity: bool = False
    parts: list[ListedPart] = field(default_factory=list)
    duration: float | None = None
    uri: str = ""

    @property
    def length(self) -> float:
        """The sum of its parts while it is open."""
        return self.duration if self.duration is not None else sum(part.duration for part in self.parts)


@dataclass
class Playlist:
    """What the tags say."""

    version: int = 0
    target: int = 0
    part_target: float = 0.0
    part_hold_back: float = 0.0
    can_skip_until: float | None = None
    skipped: int = 0
    media_sequence: int = -1
    discontinuity_sequence: int = -1
    hint: str | None = None
    ended: bool = False
    segments: list[ListedSegment] = field(default_factory=list)

    @property
    def numbered(self) -> dict[int, ListedSegment]:
        """The segments by their media sequence number."""
        return dict(enumerate(self.segments, self.media_sequence + self.skipped))


def read_playlist(text: str) -> Playlist:
    """Read a playlist; an unknown line is an error."""
    lines = text.splitlines()
    assert lines[0] == "#EXTM3U"
    playlist, current, init = Playlist(), ListedSegment(), ""
    for line in lines[1:]:
        tag, _, value = line.partition(":")
        if tag == "#EXT-X-MAP":
            init = _attribute(value, "URI")
        elif _read_head(playlist, tag, value):
            continue
        elif tag == "#EXT-X-DISCONTINUITY":
            current.discontinuity = True
        elif tag == "#EXT-X-PROGRAM-DATE-TIME":
            current.moment = datetime.fromisoformat(value)
            current.map = init
        elif tag == "#EXT-X-PART":
            duration = float(_attribute(value, "DURATION"))
            current.parts.append(
                ListedPart(_attribute(value, "URI"), duration, value.endswith("INDEPENDENT=YES"))
            )
        elif tag == "#EXTINF":
            current.duration = float(value.rstrip(","))
        elif not line.startswith("#"):
            current.uri = line
            playlist.segments.append(current)
            current = ListedSegment()
        else:
            raise AssertionError(line)
    if current.parts:
        playlist.segments.append(current)
    return playlist


def _read_head(playlist: Playlist, tag: str, value: str) -> bool:
    """Read a tag that is about the whole playlist; False if it is not."""
    if tag == "#EXT-X-SERVER-CONTROL":
        assert _attribute(value, "CAN-BLOCK-RELOAD") == "YES"
        playlist.part_hold_back = float(_attribute(value, "PART-HOLD-BACK"))
        if "CAN-SKIP-UNTIL" in value:
            playlist.can_skip_until = float(_attribute(value, "CAN-SKIP-UNTIL"))
    elif tag == "#EXT-X-PART-INF":
        playlist.part_target = float(_attribute(value, "PART-TARGET"))
    elif tag == "#EXT-X-PRELOAD-HINT":
        playlist.hint = _attribute(value, "URI")
    elif tag == "#EXT-X-SKIP":
        playlist.skipped = int(_attribute(value, "SKIPPED-SEGMENTS"))
    elif tag == "#EXT-X-ENDLIST":
        playlist.ended = True
    elif tag in NUMBERS:
        setattr(playlist, NUMBERS[tag], int(value))
    else:
        return False
    return True


def _attribute(value: str, name: str) -> str:
    match = re.search(rf'(?:^|,){name}=(?:"([^"]*)"|([^,]*))', value)
    assert match, f"{name} in {value}"
    return match[1] if match[1] is not None else match[2]


@dataclass
class PlaylistValidator:
    """Remembers what earlier editions promised."""

    last: Playlist | None = None
    editions: int = 0
    shortest_part: float = 9.0
    part_uris: dict[str, tuple[int, int]] = field(default_factory=dict)
    closed: dict[int, ListedSegment] = field(default_factory=dict)
    """Every segment that was ever closed, by its number."""

    def take(self, text: str, delta: str | None = None) -> Playlist:
        """Check an edition, by itself and against all before it; `delta` is its delta update."""
        playlist = read_playlist(text)
        assert playlist.skipped == 0, "a whole playlist skips nothing (6.2.5.1)"
        _check_head(playlist)
        _check_segments(playlist)
        _check_dates(playlist)
        self._check_parts(playlist)
        if self.last is not None:
            _check_goes_on(self.last, playlist)
        if delta is not None:
            _check_delta(text, playlist, delta)
        self._remember(playlist)
        return playlist

    def _check_parts(self, playlist: Playlist) -> None:
        """No part outgrows the target; none but a segment's last is shorter than 85 % of it (4.4.4.9)."""
        for number, segment in playlist.numbered.items():
            for index, part in enumerate(segment.parts):
                assert part.duration <= playlist.part_target + EPSILON, f"{part} outgrows the part target"
                is_last = part is segment.parts[-1]
                if not is_last:
                    self.shortest_part = min(self.shortest_part, part.duration)
                    assert part.duration >= 0.85 * playlist.part_target - EPSILON, f"{part} is short"
                assert self.part_uris.setdefault(part.uri, (number, index)) == (number, index)
            if segment.parts and segment.duration is not None:
                total = sum(part.duration for part in segment.parts)
                assert abs(total - segment.duration) < EPSILON, "parts don't add up to EXTINF"

    def _remember(self, playlist: Playlist) -> None:
        for number, segment in playlist.numbered.items():
            if segment.duration is None:
                continue
            known = self.closed.setdefault(number, segment)
            message = (known.uri, known.duration, known.map, known.moment)
            assert (segment.uri, segment.duration, segment.map, segment.moment) == message, (
                "changed later (6.2.1)"
            )
        self.last = playlist
        self.editions += 1


def _check_head(playlist: Playlist) -> None:
    assert playlist.version >= 9, "delta updates need version 9 (section 8)"
    assert playlist.target >= 1
    assert playlist.part_target <= playlist.target
    assert playlist.part_hold_back >= PARTS_FOR_TARGETS * playlist.part_target - EPSILON, "4.4.3.8"
    if playlist.can_skip_until is not None:
        assert playlist.can_skip_until >= SKIP_TARGETS * playlist.target, "4.4.3.8"
    assert playlist.ended == (playlist.hint is None), "a live playlist hints at what comes (6.2.2)"


def _check_segments(playlist: Playlist) -> None:
    segments = playlist.segments
    assert segments, "no segment at all"
    assert all(segment.duration is not None for segment in segments[:-1]), "only the last is open"
    for segment in segments:
        assert round(segment.length) <= playlist.target, f"{segment.length} outgrows the target (4.4.3.1)"
        assert segment.map, "no init segment"
        assert not any(part.independent for part in segment.parts) or segment.parts
    uris = [segment.uri for segment in segments if segment.uri]
    assert len(uris) == len(set(uris))
    for before, after in pairwise(segments):
        assert after.discontinuity == (before.map != after.map), "another init segment breaks (4.4.4.3)"
    listed = [bool(segment.parts) for segment in segments]
    assert listed == sorted(listed), "parts are at the end (4.4.4.9)"
    length = sum(segment.length for segment in segments if segment.duration is not None)
    assert playlist.media_sequence == 0 or playlist.ended or length >= 3 * playlist.target, "6.2.2"
    names = [part.uri for segment in segments for part in segment.parts]
    assert playlist.hint is None or playlist.hint not in names, "a hint at what is there already"


def _check_dates(playlist: Playlist) -> None:
    """Dates go on with what the segments last, except over a discontinuity, and never back (4.4.4.6)."""
    for before, after in pairwise(playlist.segments):
        assert before.moment is not None
        assert after.moment is not None
        expected = before.moment + timedelta(seconds=before.length)
        drift = (after.moment - expected).total_seconds()
        assert drift > -0.005 if after.discontinuity else abs(drift) < 0.005, f"{drift} s off"


def _check_goes_on(before: Playlist, after: Playlist) -> None:
    """Hold that a later edition only goes on from an earlier one (6.2.1)."""
    message = (before.target, before.part_target, before.part_hold_back, before.can_skip_until)
    assert (after.target, after.part_target, after.part_hold_back, after.can_skip_until) == message
    assert after.media_sequence >= before.media_sequence
    assert not before.ended or after.ended
    for number, old in before.numbered.items():
        new = after.numbered.get(number)
        if new is None:
            assert number < after.media_sequence, f"segment {number} is gone"
            continue
        assert (old.map, old.moment) == (new.map, new.moment)
        if new.parts:
            assert new.parts[: len(old.parts)] == old.parts, "a part changed"
        if old.duration is not None:
            assert (old.uri, old.duration) == (new.uri, new.duration)
    gone = [old for number, old in before.numbered.items() if number < after.media_sequence]
    breaks = sum(old.discontinuity for old in gone)
    first = after.segments[0]
    if after.media_sequence in before.numbered:
        breaks += before.numbered[after.media_sequence].discontinuity
        assert not first.discontinuity
        assert after.discontinuity_sequence == before.discontinuity_sequence + breaks, "4.4.3.3"
    if before.hint is not None and before.hint not in str(after.hint):
        names = [part.uri for segment in after.segments for part in segment.parts]
        is_kept = before.hint in names or after.ended or _number(after.hint) > _number(before.hint)
        assert is_kept, f"{before.hint} was promised (4.4.5.3)"


def _number(hint: str | None) -> int:
    match = re.search(r"\d+", hint or "")
    return int(match[0]) if match else -1


def _check_delta(text: str, full: Playlist, delta: str) -> None:
    """Hold that a delta update is the whole playlist, but for old segments, which it counts (6.2.5.1)."""
    update = read_playlist(delta)
    if update.skipped == 0:
        assert delta == text
        return
    assert full.can_skip_until is not None
    kept = full.segments[update.skipped :]
    assert sum(segment.length for segment in kept) >= full.can_skip_until - EPSILON, "skips too much"
    without = [line for line in delta.splitlines() if not line.startswith("#EXT-X-SKIP")]
    head = next(i for i, line in enumerate(without) if line.startswith("#EXT-X-DISCONTINUITY-SEQUENCE")) + 1
    lines = text.splitlines()
    assert lines[:head] == without[:head]
    assert lines[len(lines) - len(without) + head :] == without[head:]
    for new, old in zip(update.segments, kept, strict=True):
        assert (new.uri, new.duration, new.moment, new.parts) == (
            old.uri,
            old.duration,
            old.moment,
            old.parts,
        )
