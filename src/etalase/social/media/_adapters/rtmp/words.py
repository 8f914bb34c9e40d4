"""What an encoder's log shows when a broadcast is refused or ended. They speak English at best."""

from etalase.social.media._adapters.stream import (
    GONE,
    KEY_REPLACED,
    NO_SPACE,
    OVERLOADED,
    REPLACED,
    SHOW_OVER,
    SHUTTING_DOWN,
    UNREADABLE,
)
from etalase.social.media._errors import AlreadyBroadcasting, ShowNotOnAir, TooManyStreams, WrongStreamKey

FAILURES = {UNREADABLE, OVERLOADED, NO_SPACE}
"""Ends that the broadcaster can do something about."""

WORDS = {
    WrongStreamKey.code: "This stream key opens no show. Copy it again from the studio.",
    ShowNotOnAir.code: "The show takes no video: it has ended, or is not open yet.",
    AlreadyBroadcasting.code: "Another encoder broadcasts with this stream key. Stop it, or wait a minute.",
    TooManyStreams.code: "This server carries as many streams as it may. Try again later.",
    UNREADABLE: "The picture cannot be read here. Choose H.264 and AAC.",
    OVERLOADED: "Video comes faster than this server can take it in. Choose H.264 and a lower bitrate.",
    NO_SPACE: "The server's disk is full.",
    REPLACED: "Another encoder with the same stream key has taken over.",
    KEY_REPLACED: "The stream key was replaced. Copy the new one from the studio.",
    SHOW_OVER: "The show is over.",
    SHUTTING_DOWN: "The server shuts down. Try again in a moment.",
    GONE: "The broadcast has ended.",
    "failed": "The server has trouble. Try again in a moment.",
}


def why(reason: str) -> str:
    """Return the reason's code and its words."""
    return f"{reason}: {WORDS[reason]}" if reason in WORDS else reason
