"""Every place where we reach past the public face of aiortc and aioice; `test_aiortc_guard.py` guards them.

- `aiortc.rtcrtpreceiver.decoder_worker` is replaced: a receiver's track then yields encoded frames. -
`RTCRtpReceiver._send_rtcp_pli` asks for a key frame. - `RTCRtpTransceiver._codecs` names what was negotiated
(read in `whip`). - `aioice.ice.get_host_addresses` is replaced while candidates are gathered, to bind to the
operator's addresses.
"""

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import aioice.ice
import aiortc.rtcrtpreceiver
from aiortc import RTCRtpReceiver


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
    """Have all receivers of this process yield encoded frames."""
    aiortc.rtcrtpreceiver.decoder_worker = forward_frames


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
