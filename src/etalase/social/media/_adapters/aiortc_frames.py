"""Every place where we reach past the public face of aiortc and aioice; `test_aiortc_guard.py` guards them.

- `aiortc.rtcrtpreceiver.decoder_worker` is replaced: a receiver's track then yields encoded frames.
- `aiortc.rtcpeerconnection.find_common_codecs` is replaced: as we decode nothing, every profile that viewers'
  browsers play is taken, and answered as it was offered.
- `RTCRtpReceiver._send_rtcp_pli` asks for a key frame.
- `RTCRtpTransceiver._codecs` and `_get_mline_index` tell what was negotiated for which section (in `whip`).
- `aioice.ice.get_host_addresses` is replaced while candidates are gathered: the operator says for whom.
"""

import asyncio
import copy
import queue
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import aioice.ice
import aiortc.rtcpeerconnection
import aiortc.rtcrtpreceiver
from aiortc import RTCRtpCodecParameters, RTCRtpReceiver

from etalase.social.media._adapters.h264 import PLAYABLE_PROFILES

CLOCK_RATES = {"h264": 90_000, "vp8": 90_000, "opus": 48_000}
"""What we carry."""
PACKETIZATION_MODES = {"0", "1"}
UNSTATED_PROFILE = "42e01f"


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """A frame as the broadcaster encoded it; the timestamp counts in the codec's clock and does not wrap."""

    codec: str
    content: bytes
    timestamp: int


def forward_frames(
    loop: asyncio.AbstractEventLoop,
    input_q: "queue.Queue[Any]",
    output_q: "asyncio.Queue[Any]",
    decode_error: threading.Event,  # noqa: ARG001  # its place in aiortc's call
) -> None:
    """Stand in for aiortc's `decoder_worker`: same arguments, no decoding."""
    while (task := input_q.get()) is not None:
        codec, frame = task
        encoded = EncodedFrame(codec.name.lower(), bytes(frame.data), int(frame.timestamp))
        loop.call_soon_threadsafe(output_q.put_nowait, encoded)
    if not loop.is_closed():
        loop.call_soon_threadsafe(output_q.put_nowait, None)


def pass_frames_on() -> None:
    """Have all receivers of this process yield encoded frames, of every profile that is carried."""
    aiortc.rtcrtpreceiver.decoder_worker = forward_frames
    aiortc.rtcpeerconnection.find_common_codecs = find_common_codecs  # type: ignore[assignment]  # names differ


def list_carried(offered: Sequence[RTCRtpCodecParameters]) -> list[RTCRtpCodecParameters]:
    """Return which of the offered codecs we carry: H.264 alone where it is there, as it is not transcoded."""
    carried = [codec for codec in offered if _is_carried(codec)]
    return [codec for codec in carried if codec.name.lower() == "h264"] or carried


def find_common_codecs(
    local: Sequence[RTCRtpCodecParameters], offered: Sequence[RTCRtpCodecParameters]
) -> list[RTCRtpCodecParameters]:
    """Stand in for aiortc's function of this name; where we carry nothing, it answers for itself."""
    carried = list_carried(offered)
    if not carried:
        return list(_aiortcs_find_common_codecs(list(local), list(offered)))
    taken = {codec.payloadType for codec in carried}
    repairs = [
        copy.deepcopy(codec)
        for codec in offered
        if codec.name.lower() == "rtx" and codec.parameters.get("apt") in taken
    ]
    return [_answer_to(codec, local) for codec in carried] + repairs


_aiortcs_find_common_codecs = aiortc.rtcpeerconnection.find_common_codecs


def _is_carried(codec: RTCRtpCodecParameters) -> bool:
    name = codec.name.lower()
    if CLOCK_RATES.get(name) != codec.clockRate:
        return False
    profile = str(codec.parameters.get("profile-level-id", UNSTATED_PROFILE))
    mode = str(codec.parameters.get("packetization-mode", "0"))
    return name != "h264" or (
        re.fullmatch("[0-9a-fA-F]{6}", profile) is not None
        and int(profile[:2], 16) in PLAYABLE_PROFILES
        and mode in PACKETIZATION_MODES
    )


def _answer_to(
    offered: RTCRtpCodecParameters, local: Sequence[RTCRtpCodecParameters]
) -> RTCRtpCodecParameters:
    """Return our side of a codec: H.264 with the profile and level that were offered (RFC 6184, 8.2.2)."""
    ours = next(codec for codec in local if codec.name.lower() == offered.name.lower())
    answer = copy.deepcopy(ours)
    answer.payloadType = offered.payloadType
    answer.rtcpFeedback = [one for one in ours.rtcpFeedback if one in offered.rtcpFeedback]
    if offered.name.lower() == "h264":
        answer.parameters = {
            "level-asymmetry-allowed": "1",
            "packetization-mode": str(offered.parameters.get("packetization-mode", "0")),
            "profile-level-id": str(offered.parameters.get("profile-level-id", UNSTATED_PROFILE)),
        }
    return answer


async def ask_for_key_frame(receiver: RTCRtpReceiver) -> None:
    """Send a picture loss indication (RFC 4585, section 6.3.1) to whoever sends to the receiver."""
    for source in receiver.getSynchronizationSources()[:1]:
        await receiver._send_rtcp_pli(source.source)  # noqa: SLF001


@contextmanager
def bound_to(addresses: list[str]) -> Iterator[None]:
    """Have candidates gathered for these addresses only; all of the machine's own when there are none."""
    if not addresses:
        yield
        return
    original = aioice.ice.get_host_addresses
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [
        address for address in addresses if (use_ipv6 if ":" in address else use_ipv4)
    ]
    try:
        yield
    finally:
        aioice.ice.get_host_addresses = original
