"""What viewers and hosts may ask of a room, as it comes over the wire."""

from typing import Annotated
from uuid import UUID

import msgspec

from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import poisoned_paths
from etalase.kernel.reading import JsonReader, Unreadable
from etalase.social.rooms._errors import NoSuchCommand

MAX_MUTE_SECONDS = 24 * 60 * 60
HEARTS_AT_ONCE = 20
KEY_LENGTHS = (8, 64)


class _Command(msgspec.Struct, tag_field="do", kw_only=True):
    """`id` is the asker's own number, and comes back with the reply."""

    id: int = 0


class Say(_Command, tag="say"):
    """Write a line; with a name, take that name first.

    `key` is the asker's own name for this one line: sent again under the same key, it is said once.
    """

    text: str
    name: str | None = None
    key: Annotated[str, msgspec.Meta(min_length=KEY_LENGTHS[0], max_length=KEY_LENGTHS[1])] | None = None


class TakeName(_Command, tag="name"):
    """Be called so from the next line on."""

    name: str


class GiveHearts(_Command, tag="heart"):
    """Give hearts."""

    count: Annotated[int, msgspec.Meta(ge=1, le=HEARTS_AT_ONCE)] = 1


class PinOffer(_Command, tag="pin"):
    """Show this offer."""

    product_id: UUID


class UnpinOffer(_Command, tag="unpin"):
    """Show no offer."""


class DeleteLine(_Command, tag="delete"):
    """Take a line away."""

    line: str


class MuteViewer(_Command, tag="mute"):
    """Let a viewer not write for so long."""

    viewer: str
    seconds: Annotated[int, msgspec.Meta(ge=1, le=MAX_MUTE_SECONDS)] = 300


class UnmuteViewer(_Command, tag="unmute"):
    """Let a viewer write again."""

    viewer: str


class BlockViewer(_Command, tag="block"):
    """Let a viewer write nothing in this shop's rooms any more."""

    viewer: str


class UnblockViewer(_Command, tag="unblock"):
    """Let a blocked viewer write again."""

    viewer: str


Command = (
    Say
    | TakeName
    | GiveHearts
    | PinOffer
    | UnpinOffer
    | DeleteLine
    | MuteViewer
    | UnmuteViewer
    | BlockViewer
    | UnblockViewer
)

_commands: JsonReader[Command] = JsonReader(Command)


class _Numbered(msgspec.Struct):
    id: int = 0


_numbers: JsonReader[_Numbered] = JsonReader(_Numbered)


def read_command(text: bytes) -> Command:
    """Return the command, or refuse what cannot be read as one."""
    try:
        command = _commands.read(text)
    except Unreadable as fault:
        raise NoSuchCommand(reason=fault.why) from None
    poisoned = [
        FieldProblem(field, "unreadable") for field in poisoned_paths(msgspec.structs.asdict(command))
    ]
    if poisoned:
        raise Invalid(*poisoned)
    return command


def command_number(text: bytes) -> int:
    """Return the asker's number of a command that could not be read, or 0, so that the refusal finds its
    way.
    """
    try:
        return _numbers.read(text).id
    except Unreadable:
        return 0
