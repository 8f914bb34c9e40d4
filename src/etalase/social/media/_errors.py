"""What the video refuses."""

from etalase.kernel.errors import Refusal


class WrongStreamKey(Refusal):
    """No show has this stream key."""

    code = "wrong_stream_key"


class ShowNotOnAir(Refusal):
    """The show takes no video: it has ended, or its host has not opened it."""

    code = "show_not_on_air"


class AlreadyBroadcasting(Refusal):
    """Another encoder with the same stream key is sending, and two have met here just now."""

    code = "already_broadcasting"


class TooManyStreams(Refusal):
    """The machine carries as many streams as its operator allows."""

    code = "too_many_streams"


class NotWebRtc(Refusal):
    """The offer is no session description of WebRTC."""

    code = "not_webrtc"


class UnusableOffer(Refusal):
    """The offer is well formed, but no picture that a browser can play would come by it."""

    code = "unusable_offer"


class UnknownContainer(Refusal):
    """The first bytes of a recording are neither webm nor mp4."""

    code = "unknown_container"


class ChunkTooLarge(Refusal):
    """A chunk is larger than any recorder makes."""

    code = "chunk_too_large"


class VideoTooFast(Refusal):
    """More video comes than the operator allows."""

    code = "video_too_fast"


class Overloaded(Refusal):
    """Video comes faster than this machine can take it in."""

    code = "overloaded"


class RecordingNotFound(Refusal):
    """The show has no recording, or none yet."""

    code = "recording_not_found"
