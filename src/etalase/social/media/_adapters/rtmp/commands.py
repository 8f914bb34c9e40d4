"""What commands say (RTMP 1.0, section 7.2; Enhanced RTMP v2), and where in them the stream key is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from etalase.social.media._adapters.rtmp.amf import Value
from etalase.social.media._model.keys import find_key

VIDEO_CODECS = ("avc1", "hvc1", "av01", "vp09", "vp08")
"""What encoders may send. All but H.264 is transcoded, which costs the machine much more."""
AUDIO_CODECS = ("mp4a", "Opus", ".mp3")
CAN_DECODE = 1
AMF3 = 3.0


@dataclass(frozen=True, slots=True)
class Command:
    """A call: its name, its number (0: no answer is wanted) and what it says."""

    message_stream: int
    name: str
    transaction: float
    values: Sequence[Value]

    def find_object(self) -> Mapping[str, Value]:
        """Return the first object of it."""
        return next((value for value in self.values if isinstance(value, dict)), {})

    def find_text(self) -> str:
        """Return the first text of it: the stream's name."""
        return next((value for value in self.values if isinstance(value, str)), "")


def read_command(message_stream: int, values: Sequence[Value]) -> Command | None:
    """Return the call that the values are; None if they are none."""
    if not values or not isinstance(values[0], str):
        return None
    number = values[1] if len(values) > 1 and isinstance(values[1], float) else 0.0
    return Command(message_stream, values[0], number, values[2:])


def answer_connect(announced: Mapping[str, Value]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the properties and the information of "yes"; who announces codecs hears which ones are taken."""
    properties: dict[str, Any] = {"fmsVer": "FMS/3,0,1,123", "capabilities": 31}
    if {"fourCcList", "videoFourCcInfoMap", "audioFourCcInfoMap", "capsEx"} & announced.keys():
        properties["fourCcList"] = list(VIDEO_CODECS)
        properties["videoFourCcInfoMap"] = dict.fromkeys(VIDEO_CODECS, CAN_DECODE)
        properties["audioFourCcInfoMap"] = dict.fromkeys(AUDIO_CODECS, CAN_DECODE)
    encoding = announced.get("objectEncoding")
    return properties, {
        "level": "status",
        "code": "NetConnection.Connect.Success",
        "description": "Connection succeeded.",
        "objectEncoding": encoding if isinstance(encoding, float) and encoding == AMF3 else 0,
    }


def read_stream_key(app: str, name: str) -> str:
    """Return the key that somebody typed, wherever the encoder put it; nothing if there is none.

    Around it may be spaces, slashes, the application's name or the whole address, and behind it a query. Who
    typed the whole address into the field of the server has it in the application's name.
    """
    return find_key(unquote(name)) or find_key(unquote(app)) or ""
