"""WebRTC ingest by WHIP (RFC 9725): an offer comes in, an answer goes out, encoded frames arrive over SRTP.

aiortc decodes what it receives. A live stream that is only remuxed wants the encoded frames, so its decoder
thread is replaced by one that passes them on. That and the two other places where we reach into aiortc and
aioice stand in `aiortc_frames`, and a test guards them; the versions are pinned.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import structlog
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from etalase.kernel.errors import Refusal
from etalase.kernel.ids import new_token
from etalase.social.media._adapters.aiortc_frames import (
    CLOCK_RATES,
    EncodedFrame,
    ask_for_key_frame,
    bound_to,
    pass_frames_on,
)
from etalase.social.media._adapters.h264 import is_key_frame
from etalase.social.media._adapters.pipe import PipeOverflow
from etalase.social.media._adapters.sources import FrameSource, Kind, MediaSource, Track
from etalase.social.media._adapters.stream import OVERLOADED, Publication
from etalase.social.media._adapters.whip_offer import SdpOffer, read_offer
from etalase.social.media._errors import NotWebRtc
from etalase.social.media._model.settings import MediaSettings

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 15.0
KEY_FRAME_SECONDS = 1.0
MAX_PENDING = 4
"""Peers of one show that have not connected yet; one more sends the oldest of them away."""


class WhipGate(Protocol):
    """What the server needs of the engine."""

    settings: MediaSettings

    async def require_place(self, show_id: UUID, key: str | None) -> None: ...
    async def publish(self, show_id: UUID, source: MediaSource, *, key: str | None = None) -> Publication: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the broadcaster: the description, and the name of the resource to delete."""

    sdp: str
    resource: str


class WhipServer:
    """Keeps the peer connections. The HTTP around it is `web.media`'s."""

    def __init__(self, gate: WhipGate) -> None:
        self._gate = gate
        self._peers: dict[str, _Peer] = {}

    async def accept(self, show_id: UUID, offer: str, key: str) -> Answer:
        """Answer an offer; whoever broadcasts now goes on until the new one is connected.

        Raises NotWebRtc and UnusableOffer, and what the engine's `publish` raises.
        """
        pass_frames_on()
        read = read_offer(offer)
        await self._gate.require_place(show_id, key)
        pending = [peer for peer in self._peers.values() if peer.show_id == show_id and peer.is_pending]
        if len(pending) >= MAX_PENDING:
            await pending[0].close()
        peer = _Peer(show_id, key, self._gate)
        try:
            sdp = await peer.answer(read, self._gate.settings.list_ice_addresses())
        except BaseException:
            await peer.close()
            raise
        resource = new_token()
        self._peers[resource] = peer
        peer.when_over(lambda: self._peers.pop(resource, None))
        return Answer(sdp, resource)

    async def hang_up(self, show_id: UUID, resource: str) -> bool:
        """End a broadcast; False if the show has no such resource."""
        peer = self._peers.get(resource)
        if peer is None or peer.show_id != show_id:
            return False
        await peer.close()
        return True

    def count(self) -> int:
        """Return how many peers there are, connected or not yet."""
        return len(self._peers)

    async def stop(self) -> None:
        """Hang up on everybody."""
        await asyncio.gather(*(peer.close() for peer in list(self._peers.values())))


class _Peer:
    """One broadcaster."""

    def __init__(self, show_id: UUID, key: str, gate: WhipGate) -> None:
        self.show_id = show_id
        self._key = key
        self._gate = gate
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._source = FrameSource()
        self._publication: Publication | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._connected = asyncio.Event()
        self._closed = False
        self._on_over: Callable[[], object] = lambda: None
        self._began = 0.0

    def when_over(self, call: Callable[[], object]) -> None:
        """Have this called once the connection is closed."""
        self._on_over = call
        if self._closed:
            call()

    @property
    def is_pending(self) -> bool:
        """Whether it has not connected yet."""
        return not self._connected.is_set() and not self._closed

    async def answer(self, offer: SdpOffer, addresses: list[str]) -> str:
        """Negotiate, and wait for the broadcaster to connect. Raises NotWebRtc."""
        self._connection.on("connectionstatechange", self._follow_state)
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            with bound_to(addresses):
                await self._connection.setLocalDescription(await self._connection.createAnswer())
            lanes = self._list_lanes(offer)
        except Exception as error:  # whatever aiortc makes of an offer, it is the offer's fault
            raise NotWebRtc from error
        self._spawn(self._watch(lanes))
        return str(self._connection.localDescription.sdp)

    def _list_lanes(self, offer: SdpOffer) -> list[tuple[RTCRtpReceiver, Track]]:
        """Return the receivers by which media comes, each with the track that it feeds: one of a kind."""
        lanes: dict[str, tuple[RTCRtpReceiver, Track]] = {}
        for transceiver in self._connection.getTransceivers():
            codecs = [codec.name.lower() for codec in transceiver._codecs]  # noqa: SLF001  # guarded by the test
            codec = next((codec for codec in codecs if codec in CLOCK_RATES), None)
            kind: Kind = "video" if transceiver.kind == "video" else "audio"
            section = transceiver._get_mline_index() or 0  # noqa: SLF001
            if codec is not None and offer.sends[section] and kind not in lanes:
                lanes[kind] = (transceiver.receiver, self._source.add_track(kind, codec))
        return list(lanes.values())

    async def _carry(self, receiver: RTCRtpReceiver, track: Track) -> None:
        """Pass a track's frames to the source. Its clock begins when its first frame arrives."""
        origin: int | None = None
        rate = CLOCK_RATES[track.codec]
        incoming: MediaStreamTrack = receiver.track
        with suppress(MediaStreamError):
            while True:
                frame = await incoming.recv()
                if not isinstance(frame, EncodedFrame) or frame.codec != track.codec:
                    continue
                if origin is None:
                    late = asyncio.get_running_loop().time() - self._began
                    origin = frame.timestamp - round(late * rate)
                if self._publication is not None:
                    self._publication.heard_at = time.monotonic()
                key = track.kind == "audio" or (track.codec == "h264" and is_key_frame(frame.content))
                try:
                    self._source.put(track, frame.content, frame.timestamp - origin, rate, key=key)
                except PipeOverflow:
                    await self.close(OVERLOADED)
                    return

    async def _keep_key_frames_coming(self, receiver: RTCRtpReceiver) -> None:
        """Ask for key frames: a segment starts with one, and browsers send none unless asked."""
        while True:
            await asyncio.sleep(KEY_FRAME_SECONDS)
            await ask_for_key_frame(receiver)

    async def _watch(self, lanes: list[tuple[RTCRtpReceiver, Track]]) -> None:
        """Go on air once connected; hang up when nothing connects, or the engine has ended the broadcast."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._connected.wait()
            self._carry_all(lanes)
            publication = await self._gate.publish(self.show_id, self._source, key=self._key)
        except TimeoutError:
            log.info("media.whip_closed", reason="not connected in time")
            await self.close()
            return
        except Refusal as refusal:
            log.info("media.whip_closed", reason=refusal.code)
            await self.close()
            return
        self._publication = publication
        if not self._closed:
            await publication.over.wait()
        await self.close()

    def _carry_all(self, lanes: list[tuple[RTCRtpReceiver, Track]]) -> None:
        self._began = asyncio.get_running_loop().time()
        for receiver, track in lanes:
            self._spawn(self._carry(receiver, track))
            if track.kind == "video":
                self._spawn(self._keep_key_frames_coming(receiver))

    async def _follow_state(self) -> None:
        state = self._connection.connectionState
        if state == "connected":
            self._connected.set()
        elif state in {"failed", "closed", "disconnected"}:
            await self.close()

    async def close(self, reason: str | None = None) -> None:
        """End it, once."""
        if self._publication is not None:
            self._publication.close(*([reason] if reason else []))
        if self._closed:
            return
        self._closed = True
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                task.cancel()
        await self._connection.close()
        self._on_over()

    def _spawn(self, work: Awaitable[None]) -> None:
        self._tasks.append(asyncio.ensure_future(work))
