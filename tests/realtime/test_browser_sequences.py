"""The browser's copy of a room changes as the server's does: both are held to one file of sequences.

The server's model writes the file, this test keeps it true, and frontend/src/room/state.test.ts keeps the
browser equal to it. After a change of the model: ETALASE_RENEW_FIXTURES=1 make test ARGS=tests/realtime
"""

import os
import random
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from etalase.social.rooms import ClaimsBy, OfferCard, OfferDeal, OfferVariant, RoomState, ShowState
from etalase.social.rooms._model import log
from etalase.social.rooms._model.log import EVENT_TYPES, RoomEvent, encode_event
from etalase.social.rooms._model.state import ChatLine, RoomShow

FIXTURE = Path(__file__).parent / "fixtures" / "room_sequences.json"
RANDOM_EVENTS = 150


@dataclass(frozen=True)
class Sequence:
    """A room, what happens in it, and for each event the facts of the state that it changed."""

    name: str
    before: RoomState
    events: list[dict[str, Any]]
    changes: list[dict[str, Any]]


def card(number: int, *, left: int = 3) -> OfferCard:
    """Make the offer of this number, always the same."""
    variants = tuple(
        OfferVariant(UUID(int=number * 100 + size), f"{size} tahun", 80_000 + size * 1_000, left)
        for size in (2, 4)
    )
    return OfferCard(
        UUID(int=number), "melati", f"Gaun {number}", f"A{number}", None, f"/shop/melati/p/{number}", variants
    )


def room(state: ShowState = ShowState.LIVE) -> RoomState:
    """Make a room with three offers."""
    started = None if state is ShowState.PLANNED else 1_000
    show = RoomShow("SORE2026", "Sore ceria <b>&", state, starts_at=900, started_at=started)
    return RoomState(epoch="e", show=show, tray=(card(1), card(2), card(3)))


def dealt() -> RoomState:
    """Make a room whose first offer has a deal that its sizes share."""
    deal = OfferDeal(UUID(int=9), 70_000, 5, 2, starts_at=1_000, ends_at=9_000)
    first, *others = room().tray
    variants = tuple(replace(variant, deal=deal) for variant in first.variants)
    return replace(room(), tray=(replace(first, variants=variants), *others))


def sequence(name: str, before: RoomState, *events: RoomEvent) -> Sequence:
    """Let the server's model play the events."""
    state, message, changes = before, [], []
    for number, event in enumerate(events, start=1):
        moment = 2_000 + number
        old, state = state, event.after(state, moment)
        message.append(msgspec.json.decode(encode_event(event, number=number, at=moment)))
        changes.append(changed(old, state))
    return Sequence(name, before, message, changes)


def changed(old: RoomState, new: RoomState) -> dict[str, Any]:
    """Return the facts of the state that differ, as they are after."""
    facts = {field.name: getattr(new, field.name) for field in fields(RoomState)}
    return {name: value for name, value in facts.items() if value != getattr(old, name)}


def said(number: int, viewer: str = "v1") -> log.ChatSaid:
    """Make a chat line."""
    return log.ChatSaid(str(number), viewer, "Sari 🌼", f"baris {number}", host=False)


def full_chat() -> RoomState:
    """Make a room with one line less than it keeps."""
    lines = (ChatLine(str(number), "v1", "Sari", "baris", 1_000 + number, host=False) for number in range(49))
    return replace(room(), chat=tuple(lines))


def named_sequences() -> list[Sequence]:
    """Return the cases that have a rule of their own."""
    live, planned = room(), room(ShowState.PLANNED)
    return [
        sequence(
            "a planned show is edited, then starts",
            planned,
            log.ShowEdited("Baru", 950),
            log.ShowStarted(990),
        ),
        sequence("a live show does not start again", live, log.ShowStarted(5_000)),
        sequence(
            "an end takes pin and video away",
            live,
            log.VideoChanged("/media/s/index.m3u8", "s"),
            log.OfferPinned(UUID(int=2)),
            log.ShowEnded(9_000),
        ),
        sequence("only what the tray has can be pinned", live, log.OfferPinned(UUID(int=99))),
        sequence("nothing is pinned before the show", planned, log.OfferPinned(UUID(int=1))),
        sequence(
            "a pin that was on its way when the show ended",
            live,
            log.ShowEnded(9_000),
            log.OfferPinned(UUID(int=1)),
        ),
        sequence(
            "a pin gives way to the next", live, log.OfferPinned(UUID(int=1)), log.OfferPinned(UUID(int=3))
        ),
        sequence(
            "only the pinned offer is unpinned",
            live,
            log.OfferPinned(UUID(int=1)),
            log.OfferUnpinned(UUID(int=2)),
        ),
        sequence("an offer is unpinned", live, log.OfferPinned(UUID(int=1)), log.OfferUnpinned(UUID(int=1))),
        sequence(
            "a tray without the pinned offer", live, log.OfferPinned(UUID(int=1)), log.TrayChanged((card(2),))
        ),
        sequence(
            "a tray that keeps the pinned offer",
            live,
            log.OfferPinned(UUID(int=2)),
            log.TrayChanged((card(2),)),
        ),
        sequence("stock of one variant", live, log.OfferStockChanged(UUID(int=1), UUID(int=104), 0)),
        sequence(
            "stock of a variant unknown here", live, log.OfferStockChanged(UUID(int=1), UUID(int=999), 7)
        ),
        sequence("units of a deal are taken", dealt(), log.OfferDealTaken(UUID(int=1), UUID(int=9), 3)),
        sequence("units of a deal unknown here", live, log.OfferDealTaken(UUID(int=1), UUID(int=9), 3)),
        sequence(
            "units are added up",
            live,
            *[log.OfferSold(UUID(int=1), UUID(int=102), count) for count in (1, 2)],
        ),
        sequence(
            "claims are closed once, and opened",
            live,
            log.ClaimsClosedByHost(UUID(int=2)),
            log.ClaimsClosedByHost(UUID(int=2)),
            log.ClaimsClosedByHost(UUID(int=1)),
            log.ClaimsOpened(UUID(int=2)),
            log.ClaimsOpened(UUID(int=3)),
        ),
        sequence(
            "an offer goes by one door, by another, by both",
            live,
            log.ClaimDoorsChosen(UUID(int=2), ClaimsBy.COMMENT),
            log.ClaimDoorsChosen(UUID(int=1), ClaimsBy.BUTTON),
            log.ClaimDoorsChosen(UUID(int=2), ClaimsBy.BUTTON),
            log.ClaimDoorsChosen(UUID(int=1), ClaimsBy.BOTH),
            log.ClaimDoorsChosen(UUID(int=3), ClaimsBy.BOTH),
        ),
        sequence(
            "claims only grow",
            live,
            *[log.ClaimsCounted(number, f"{number:02}") for number in (3, 2, 3, 5)],
        ),
        sequence("the chat keeps its last lines", full_chat(), *[said(number) for number in range(50, 53)]),
        sequence(
            "a line is deleted, an unknown one is not",
            live,
            said(1),
            said(2),
            log.ChatDeleted("1"),
            log.ChatDeleted("9"),
        ),
        sequence("a block takes the lines away", live, said(1), said(2, "v2"), log.ViewerBlocked("v1")),
        sequence(
            "muting changes nothing to see",
            live,
            said(1),
            log.ViewerMuted("v1", 9_999),
            log.ViewerUnmuted("v1"),
        ),
        sequence("hearts and viewers", live, log.HeartsAdded(3, 7), log.ViewersCounted(12)),
    ]


def random_sequence() -> Sequence:
    """Return a long walk through every type of event, always the same."""
    dice = random.Random(2026)  # noqa: S311  a fixture, not a secret
    offers = [UUID(int=number) for number in range(1, 5)]

    def draw(number: int) -> RoomEvent:
        kind = dice.choice(sorted(EVENT_TYPES))
        offer = dice.choice(offers)
        variant = UUID(int=offer.int * 100 + dice.choice((2, 4)))
        viewer = f"v{dice.randint(1, 3)}"
        tray = tuple(card(one.int, left=dice.randint(0, 9)) for one in dice.sample(offers, 3))
        drawn: dict[str, RoomEvent] = {
            "show.edited": log.ShowEdited(f"Judul {number}", number),
            "show.started": log.ShowStarted(number),
            "show.ended": log.ShowEnded(number),
            "video.changed": log.VideoChanged(f"/media/{number}/index.m3u8", str(number)),
            "offer.pinned": log.OfferPinned(offer),
            "offer.unpinned": log.OfferUnpinned(offer),
            "tray.changed": log.TrayChanged(tray),
            "deal.taken": log.OfferDealTaken(offer, UUID(int=9), dice.randint(0, 5)),
            "stock.changed": log.OfferStockChanged(offer, variant, dice.randint(0, 9)),
            "claims.closed": log.ClaimsClosedByHost(UUID(int=dice.randint(1, 4))),
            "claims.opened": log.ClaimsOpened(UUID(int=dice.randint(1, 4))),
            "claims.doors": log.ClaimDoorsChosen(offer, dice.choice(list(ClaimsBy))),
            "claims.counted": log.ClaimsCounted(dice.randint(1, 9), "ab" * dice.randint(1, 3)),
            "offer.sold": log.OfferSold(offer, variant, dice.randint(1, 3)),
            "chat.said": said(number, viewer),
            "chat.deleted": log.ChatDeleted(str(dice.randint(max(0, number - 9), number))),
            "viewer.muted": log.ViewerMuted(viewer, number),
            "viewer.unmuted": log.ViewerUnmuted(viewer),
            "viewer.blocked": log.ViewerBlocked(viewer),
            "viewer.unblocked": log.ViewerUnblocked(viewer),
            "hearts.added": log.HeartsAdded(1, number),
            "viewers.counted": log.ViewersCounted(dice.randint(0, 500)),
        }
        return drawn[kind]

    return sequence(
        "a long walk", room(ShowState.PLANNED), *[draw(number) for number in range(RANDOM_EVENTS)]
    )


def test_the_browsers_sequences_are_what_the_servers_model_says() -> None:
    lines = [msgspec.json.encode(one) for one in [*named_sequences(), random_sequence()]]
    written = b"[\n" + b",\n".join(lines) + b"\n]\n"
    if os.environ.get("ETALASE_RENEW_FIXTURES"):
        FIXTURE.write_bytes(written)
    assert FIXTURE.read_bytes() == written


def test_the_browsers_sequences_have_every_type_of_event() -> None:
    message = {event["type"] for one in [*named_sequences(), random_sequence()] for event in one.events}
    assert message == set(EVENT_TYPES)
