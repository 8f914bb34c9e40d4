"""What crosses the wire between a room and its browsers, as structs. The scripts' types are made from them.

docs/protocols/room.md says what each frame means. Snapshots and events are encoded where they happen, once
for everybody.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from etalase.social.rooms import OpenRoom, Participant, RoomState, Silenced
from etalase.web._refusals import RefusalText


class You(msgspec.Struct, frozen=True):
    """Who the room takes the peer for."""

    viewer: str
    name: str | None
    moderator: bool


class Hello(msgspec.Struct, frozen=True, tag_field="t", tag="hello"):
    """The first frame. `seq` is the number of the room's last event, `now` the server's clock (Unix ms)."""

    you: You
    seq: int
    now: int


class Snapshot(msgspec.Struct, frozen=True, tag_field="t", tag="snapshot"):
    """The whole room after the event with this number."""

    seq: int
    state: RoomState


class CommandFieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of a command."""

    field: str
    code: str
    detail: str


class CommandProblem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a command was refused, in the reader's words."""

    code: str
    detail: str
    facts: dict[str, Any] | None = None
    errors: tuple[CommandFieldError, ...] | None = None


class ClaimSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a line that asks to buy, in its writer's words and for them alone.

    `code` is the verdict, or what is asked back; `cart_url` leads to what is held until `expires_at`.
    """

    code: str
    detail: str
    cart_url: str = ""
    expires_at: datetime | None = None


class CommandResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What there is to say of a command that was done."""

    line: str = ""
    name: str = ""
    claim: ClaimSaid | None = None


class Reply(msgspec.Struct, frozen=True, tag_field="t", tag="reply", omit_defaults=True):
    """The answer to the command with this number: done, or a problem."""

    id: int
    ok: bool
    result: CommandResult | None = None
    problem: CommandProblem | None = None


class Acknowledged(msgspec.Struct, frozen=True, tag_field="t", tag="ack"):
    """So many bytes of a browser's camera were taken."""

    bytes: int


class SilencedList(msgspec.Struct, frozen=True):
    """Who may not write in a show."""

    viewers: list[Silenced]


class ClaimRow(msgspec.Struct, frozen=True):
    """A claim as the show's hosts see it: who, by which line, for what, and what became of it.

    `words` say the verdict, `stands` how it stands with it now. `hold_id` may be let go until `until`.
    `link` is for the buyer of a claim that a host has entered.
    """

    number: int
    asked_at: datetime
    name: str
    text: str
    product_id: UUID | None
    variant_id: UUID
    title: str
    quantity: int
    door: str
    verdict: str
    words: str
    standing: str
    stands: str
    hold_id: UUID | None
    until: datetime | None
    link: str = ""


class ClaimEntered(msgspec.Struct, frozen=True):
    """What a claim has come to that a host entered; `link` leads its buyer to what is held or waited for."""

    code: str
    words: str
    link: str
    number: int | None


class NextBuyer(msgspec.Struct, frozen=True):
    """Somebody who is next in line, and how many they want; who did not claim in the show has no name."""

    name: str
    number: int | None
    quantity: int


class LineRow(msgspec.Struct, frozen=True):
    """How many wait for a variant, and who is next, the first first."""

    product_id: UUID
    variant_id: UUID
    title: str
    waiting: int
    first: list[NextBuyer]


class ClaimList(msgspec.Struct, frozen=True):
    """A show's last claims, the newest first, and the lines that somebody waits in."""

    claims: list[ClaimRow]
    lines: list[LineRow]


class ReplayState(msgspec.Struct, frozen=True):
    """Whether an ended show can be watched again."""

    replay: Literal["ready", "coming", "none"]


def greet(room: OpenRoom, visitor: Participant) -> bytes:
    """Return the first frame."""
    you = You(visitor.viewer, room.name_of(visitor.viewer) or visitor.name, visitor.is_host)
    return msgspec.json.encode(Hello(you, room.feed.number, room.now()))


def refuse(number: int, said: RefusalText) -> Reply:
    """Return the reply that says why nothing happened."""
    errors = tuple(CommandFieldError(*error) for error in said.errors)
    return Reply(
        number, ok=False, problem=CommandProblem(said.code, said.detail, said.facts or None, errors or None)
    )
