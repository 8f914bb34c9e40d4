"""What a WHIP offer says (RFC 9725, section 4.2; SDP, RFC 8866), read before anything is begun for it."""

import re
from dataclasses import dataclass

from aiortc.sdp import MediaDescription, SessionDescription

from etalase.kernel.reading import read_number
from etalase.social.media._adapters.aiortc_frames import list_carried
from etalase.social.media._errors import NotWebRtc, UnusableOffer

DIRECTIONS = {"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"}
MAX_SECTIONS = 8
MAX_CODECS = 256


@dataclass(frozen=True, slots=True)
class SdpOffer:
    """An offer that can be answered. `sends` tells of each section whether media comes by it."""

    sdp: str
    sends: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    lines: tuple[str, ...]
    direction: str

    @property
    def sends(self) -> bool:
        """Whether media comes by it: port 0 is a refusal, but for those bundled with another (RFC 9143)."""
        port = read_number(self.lines[0].split()[1].partition("/")[0], max_digits=5)
        if port is None:
            raise NotWebRtc
        return self.direction in {"a=sendrecv", "a=sendonly"} and (port > 0 or "a=bundle-only" in self.lines)


def read_offer(text: str) -> SdpOffer:
    """Return the offer. Raises NotWebRtc for what is none, UnusableOffer where no picture would come."""
    try:
        head, sections = _split(text)
        sdp = "\r\n".join([*head, *(line for section in sections for line in section.lines)]) + "\r\n"
        media = SessionDescription.parse(sdp).media
        sends = tuple(section.sends for section in sections)
    except Exception as error:  # aiortc raises whatever its way through a foreign text leads to
        raise NotWebRtc from error
    if not media or any(_lacks_keys(one) for one, is_sent in zip(media, sends, strict=True) if is_sent):
        raise NotWebRtc
    pictures = [one for one, is_sent in zip(media, sends, strict=True) if is_sent and one.kind == "video"]
    if not any(list_carried(one.rtp.codecs) for one in pictures):
        raise UnusableOffer
    return SdpOffer(sdp, sends)


def _split(text: str) -> tuple[list[str], list[_Section]]:
    """Return the lines of the session and of each section, each with a direction of its own.

    Candidates behind multicast names are left out: the broadcaster finds us, not we it.
    """
    lines = [_tidy(line) for line in re.split(r"\r\n|\r|\n", text)]
    lines = [line for line in lines if line and not (line.startswith("a=candidate") and ".local " in line)]
    starts = [number for number, line in enumerate(lines) if line.startswith("m=")]
    if len(starts) > MAX_SECTIONS or sum(line.startswith("a=rtpmap:") for line in lines) > MAX_CODECS:
        raise NotWebRtc
    ends = [*starts[1:], len(lines)]
    head = lines[: starts[0]] if starts else lines
    general = _direction_in(head) or "a=sendrecv"
    return head, [_read_section(lines[start:end], general) for start, end in zip(starts, ends, strict=True)]


def _tidy(line: str) -> str:
    """Return a line without blanks at its end, and a direction in the letters in which it is known."""
    line = line.rstrip()
    lowered = line.lower()
    return lowered if lowered in DIRECTIONS or lowered == "a=bundle-only" else line


def _read_section(lines: list[str], general: str) -> _Section:
    """Return the section with the one direction that it has. Its own goes before that of the session."""
    direction = _direction_in(lines) or general
    return _Section((*(line for line in lines if line not in DIRECTIONS), direction), direction)


def _direction_in(lines: list[str]) -> str | None:
    """Return the direction. Raises NotWebRtc where two contradict each other."""
    found = {line for line in lines if line in DIRECTIONS}
    if len(found) > 1:
        raise NotWebRtc
    return next(iter(found), None)


def _lacks_keys(media: MediaDescription) -> bool:
    """Tell whether a section says too little for ICE and DTLS to begin."""
    ice, dtls = media.ice, media.dtls
    return not (ice and ice.usernameFragment and ice.password and dtls and dtls.fingerprints)
