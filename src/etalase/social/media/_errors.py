"""What the video refuses."""

from etalase.kernel.errors import Refusal


class WrongStreamKey(Refusal):
    """No show has this stream key."""

    code = "wrong_stream_key"


class ShowNotOnAir(Refusal):
    """The show takes no video: it has ended, or its host has not opened it."""

    code = "show_not_on_air"


class TooManyStreams(Refusal):
    """The machine carries as many streams as its operator allows."""

    code = "too_many_streams"


class NotWebRtc(Refusal):
    """The offer is no session description, or names no codec that a browser can play."""

    code = "not_webrtc"


class RecordingNotFound(Refusal):
    """The show has no recording, or none yet."""

    code = "recording_not_found"
