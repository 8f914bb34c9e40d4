"""Reads a media playlist back, strictly, for tests of what was written."""

import re
from dataclasses import dataclass, field
from datetime import datetime


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

    target: int = 0
    part_target: float = 0.0
    part_hold_back: float = 0.0
    media_sequence: int = -1
    discontinuity_sequence: int = -1
    hint: str | None = None
    ended: bool = False
    segments: list[ListedSegment] = field(default_factory=list)


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
    if tag == "#EXT-X-TARGETDURATION":
        playlist.target = int(value)
    elif tag == "#EXT-X-PART-INF":
        playlist.part_target = float(_attribute(value, "PART-TARGET"))
    elif tag == "#EXT-X-SERVER-CONTROL":
        assert _attribute(value, "CAN-BLOCK-RELOAD") == "YES"
        playlist.part_hold_back = float(_attribute(value, "PART-HOLD-BACK"))
    elif tag == "#EXT-X-MEDIA-SEQUENCE":
        playlist.media_sequence = int(value)
    elif tag == "#EXT-X-DISCONTINUITY-SEQUENCE":
        playlist.discontinuity_sequence = int(value)
    elif tag == "#EXT-X-PRELOAD-HINT":
        playlist.hint = _attribute(value, "URI")
    elif tag == "#EXT-X-ENDLIST":
        playlist.ended = True
    else:
        return tag == "#EXT-X-VERSION"
    return True


def _attribute(value: str, name: str) -> str:
    match = re.search(rf'(?:^|,){name}=(?:"([^"]*)"|([^,]*))', value)
    assert match, f"{name} in {value}"
    return match[1] if match[1] is not None else match[2]
