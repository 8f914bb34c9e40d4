"""Where we reach into aiortc and aioice is as we know it; an upgrade that moves something fails here."""

import inspect
import queue
import threading
from types import SimpleNamespace

import aioice.ice
import aiortc.rtcpeerconnection
import aiortc.rtcrtpreceiver
from aiortc import RTCPeerConnection, RTCRtpReceiver

from etalase.social.media._adapters.aiortc_frames import (
    EncodedFrame,
    bound_to,
    find_common_codecs,
    forward_frames,
    pass_frames_on,
)


def test_the_decoder_thread_takes_the_arguments_that_ours_takes() -> None:
    source = inspect.getsource(aiortc.rtcrtpreceiver.RTCRtpReceiver.receive)
    assert "target=decoder_worker" in source
    ours = list(inspect.signature(forward_frames).parameters)
    assert ours == ["loop", "input_q", "output_q", "decode_error"]
    assert [part in source for part in ("__decoder_queue", "self._track._queue", "__decoder_error")] == [
        True
    ] * 3
    pass_frames_on()
    assert aiortc.rtcrtpreceiver.decoder_worker is forward_frames


def test_a_key_frame_can_be_asked_for() -> None:
    assert list(inspect.signature(RTCRtpReceiver._send_rtcp_pli).parameters) == ["self", "media_ssrc"]
    assert inspect.iscoroutinefunction(RTCRtpReceiver._send_rtcp_pli)


async def test_negotiated_codecs_and_their_section_stand_in_the_transceiver() -> None:
    peer = RTCPeerConnection()
    transceiver = peer.addTransceiver("video")
    assert (transceiver._codecs, transceiver._get_mline_index()) == ([], None)
    await peer.close()


def test_codecs_are_negotiated_by_the_function_that_ours_stands_for() -> None:
    source = inspect.getsource(RTCPeerConnection.setRemoteDescription)
    assert "find_common_codecs(CODECS[media.kind], media.rtp.codecs)" in source
    pass_frames_on()
    assert aiortc.rtcpeerconnection.find_common_codecs is find_common_codecs


def test_candidates_are_bound_to_the_addresses_that_are_named() -> None:
    assert list(inspect.signature(aioice.ice.get_host_addresses).parameters) == ["use_ipv4", "use_ipv6"]
    assert "get_host_addresses(" in inspect.getsource(aioice.ice.Connection.gather_candidates)
    before = aioice.ice.get_host_addresses
    with bound_to(["127.0.0.1", "::1"]):
        assert aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=False) == ["127.0.0.1"]
        assert aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True) == ["127.0.0.1", "::1"]
    assert aioice.ice.get_host_addresses is before


def test_frames_are_passed_on_as_they_came_and_the_end_too() -> None:
    class Loop:
        def is_closed(self) -> bool:
            return False

        def call_soon_threadsafe(self, call: object, *arguments: object) -> None:
            assert callable(call)
            call(*arguments)

    incoming: queue.Queue[object] = queue.Queue()
    outgoing: queue.Queue[object] = queue.Queue()
    incoming.put((SimpleNamespace(name="H264"), SimpleNamespace(data=b"frame", timestamp=9)))
    incoming.put(None)
    forward_frames(Loop(), incoming, outgoing, threading.Event())  # type: ignore[arg-type]
    assert [outgoing.get(), outgoing.get()] == [EncodedFrame("h264", b"frame", 9), None]
