"""From a command to what it does: an event that wants to be durable, hearts that are counted, a name
taken.
"""

import asyncio
from dataclasses import dataclass, replace

from etalase.social.rooms._commands.claims import read_claim
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._errors import RoomBusy
from etalase.social.rooms._model import commands, decisions
from etalase.social.rooms._model.claims import ClaimLine, ClaimRead, Reading
from etalase.social.rooms._model.commands import Command
from etalase.social.rooms._model.decisions import Participant
from etalase.social.rooms._model.log import RoomEvent
from etalase.social.rooms._model.ports import COMMANDS_PACE, HEARTS_PACE, RoomSettings


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to: an event to be stored and told, if any, and facts for whoever asked.

    `on_its_way` is set instead of an event for a line that came twice while it still waits to be stored.
    `reading` is what a line asks to buy.
    """

    event: RoomEvent | None = None
    facts: tuple[tuple[str, str], ...] = ()
    on_its_way: asyncio.Future[None] | None = None
    reading: Reading = None


def carry_out(room: Room, participant: Participant, command: Command, settings: RoomSettings) -> Outcome:
    """Decide the command against the room as it is now; raise a refusal and change nothing."""
    room.require_pace(participant.viewer, COMMANDS_PACE)
    if participant.viewer in room.former_hosts:
        participant = replace(participant, is_host=False)
    match command:
        case commands.Say():
            return _say(room, participant, command, settings)
        case commands.TakeName(name=name):
            return _take_name(room, participant, name)
        case commands.GiveHearts(count=count):
            return _give_hearts(room, participant, count)
        case _:
            return Outcome(command.decide(room, participant))


def _say(room: Room, participant: Participant, command: commands.Say, settings: RoomSettings) -> Outcome:
    line_id = decisions.line_id(room.show_id, participant.viewer, command.key)
    reading = read_claim(room, participant, command.text)
    said = room.said.find(participant.viewer, line_id)
    if said is not None:
        decisions.require_same_line(said.text, command.text)
        known = (("line", line_id), ("name", said.name))
        return Outcome(facts=known, on_its_way=said.on_its_way, reading=reading)
    named = replace(participant, name=room.name_of(participant.viewer) or participant.name)
    if command.name is not None:
        named = replace(named, name=_choose_name(room, participant, command.name))
    elif named.name is not None and not participant.is_host:
        decisions.require_free_name(named.name, room.reserved_names)  # the shop may have been renamed since
    event = decisions.say(room.state, room.moderation, named, command.text, line_id, room.now())
    if not participant.is_host:
        room.require_pace(participant.viewer, settings.viewer_pace)
        if participant.address:
            room.require_pace(f"from {participant.address}", settings.address_lines_pace)
        if isinstance(reading, ClaimRead):
            room.remember_claim(line_id, ClaimLine(event.name, event.text))
        if not _is_heard(room, reading):
            return Outcome(facts=(("line", line_id), ("name", event.name)), reading=reading)
    return Outcome(event, (("line", line_id), ("name", event.name)), reading=reading)


def _is_heard(room: Room, reading: Reading) -> bool:
    """Tell whether the room has time for the line. A claim counts where it has none, and is not said."""
    try:
        room.require_room_pace()
    except RoomBusy:
        if isinstance(reading, ClaimRead):
            return False
        raise
    return True


def _take_name(room: Room, participant: Participant, name: str) -> Outcome:
    chosen = _choose_name(room, participant, name)
    room.call(participant.viewer, chosen)
    return Outcome(facts=(("name", chosen),))


def _choose_name(room: Room, participant: Participant, name: str) -> str:
    return decisions.choose_name(name, room.reserved_names, is_host=participant.is_host)


def _give_hearts(room: Room, participant: Participant, count: int) -> Outcome:
    decisions.require_hearts_welcome(room.state, room.moderation, participant)
    room.require_pace(participant.viewer, HEARTS_PACE, count)
    room.add_hearts(count)
    return Outcome()
