"""One open room: the state that its viewers share, the feed that they follow, and what it remembers."""

from collections import OrderedDict
from uuid import UUID

import msgspec

from etalase.kernel.clock import Clock
from etalase.kernel.ids import new_token
from etalase.platform.realtime import Feed, LocalFeed, OpenFeed
from etalase.social.rooms._commands.said import KnownLines
from etalase.social.rooms._errors import RoomBusy, TooFast
from etalase.social.rooms._model.claims import ClaimLine
from etalase.social.rooms._model.decisions import Participant
from etalase.social.rooms._model.log import (
    ChatSaid,
    HeartsAdded,
    OfferDealTaken,
    OfferSold,
    OfferStockChanged,
    RoomEvent,
    VideoChanged,
    ViewersCounted,
    encode_event,
)
from etalase.social.rooms._model.moderation import Moderation, Silenced
from etalase.social.rooms._model.pace import Bucket, Pace, take
from etalase.social.rooms._model.ports import RoomSettings
from etalase.social.rooms._model.show import Show, milliseconds, room_show
from etalase.social.rooms._model.state import RoomState, ShowState, Sold, Video

REMEMBERED_VIEWERS = 20_000
REMEMBERED_CLAIMS = 2_000
"""Lines that claimed: more than a host looks through, also of those that the room had no time to say."""
EPOCH_LENGTH = 12
POLLER_STAYS_MS = 40_000


class Room:
    """An open room. Everything happens on the loop's thread, and nothing here waits."""

    def __init__(
        self,
        show: Show,
        moderation: Moderation,
        clock: Clock,
        settings: RoomSettings,
        open_feed: OpenFeed = LocalFeed,
    ) -> None:
        self.show = show
        self.moderation = moderation
        self.names: OrderedDict[str, str] = OrderedDict()
        self.former_hosts: set[str] = set()
        self.host_names: dict[str, str] = {}
        self.said = KnownLines()
        self._claimed: OrderedDict[str, ClaimLine] = OrderedDict()
        self.state = RoomState(
            epoch=new_token()[:EPOCH_LENGTH],
            show=room_show(show),
            tray=show.tray,
            hearts=show.hearts,
            sold=Sold(show.units_sold),
        )
        self.feed: Feed = open_feed(
            epoch=self.state.epoch, snapshot=self._snapshot, large_from=settings.large_room_viewers
        )
        self.video = Video()
        self.has_freed_doors = False
        self.idle_since = self._without_video_since = milliseconds(clock.now())
        self.unsaved_hearts = 0
        self.unsaved_units = 0
        self.unsaved_peak = 0
        self._clock = clock
        self._settings = settings
        self._hearts_to_publish = 0
        self._buckets: OrderedDict[tuple[str, Pace], Bucket] = OrderedDict()

    @property
    def show_id(self) -> UUID:
        """The show whose room this is."""
        return self.show.id

    def now(self) -> int:
        """Return the present moment as Unix milliseconds."""
        return milliseconds(self._clock.now())

    def rebuild(self, events: list[tuple[int, RoomEvent]]) -> None:
        """Take in what the stored log says, before anyone listens."""
        for at, event in events:
            self._take_in(event, at)
            if isinstance(event, ChatSaid):
                self.remember_claim(event.id, ClaimLine(event.name, event.text))

    def happen(self, event: RoomEvent, at: int | None = None) -> None:
        """Let the event change the state and be told; a stored one is durable already."""
        moment = self.now() if at is None else at
        self._take_in(event, moment)
        self.feed.publish(
            lambda number: encode_event(event, number=number, at=moment),
            urgent=event.urgent,
        )

    @property
    def reserved_names(self) -> list[str]:
        """The names by which nobody but a host may be known here: the shop's, and its hosts'."""
        return [self.show.shop.name, *self.host_names.values()]

    def touch(self) -> None:
        """Remember that somebody asked for the room just now."""
        self.idle_since = self.now()

    def arrive(self, participant: Participant) -> None:
        """Count a viewer in, once for all the connections that they have; know a host's name."""
        if not participant.is_host:
            self.feed.arrive(participant.viewer)
        elif participant.name:
            self.host_names[participant.viewer] = participant.name

    def leave(self, participant: Participant) -> None:
        """Count one connection of a viewer out."""
        if not participant.is_host:
            self.feed.leave(participant.viewer)
        self.touch()

    def poll(self, participant: Participant) -> None:
        """Count a viewer who asks now and then."""
        if not participant.is_host:
            self.feed.poll(participant.viewer, self.now() + POLLER_STAYS_MS)
        self.touch()

    def name_of(self, viewer: str) -> str | None:
        """Return what the viewer is called here."""
        return self.names.get(viewer)

    def remember_claim(self, line_id: str, line: ClaimLine) -> None:
        """Know who claimed by which words; of very many, the last."""
        self._claimed[line_id] = line
        self._claimed.move_to_end(line_id)
        if len(self._claimed) > REMEMBERED_CLAIMS:
            self._claimed.popitem(last=False)

    def claim_line(self, line_id: str) -> ClaimLine | None:
        """Return the words of a claim and who wrote them, if they are known."""
        return self._claimed.get(line_id)

    def list_silenced(self) -> list[Silenced]:
        """Return who may not write here now, by the names that the room remembers."""
        now, known = self.now(), self.moderation
        blocked = [Silenced(viewer, self.name_of(viewer)) for viewer in sorted(known.blocked)]
        muted = [
            Silenced(viewer, self.name_of(viewer), until)
            for viewer, until in known.muted.items()
            if until > now and viewer not in known.blocked
        ]
        return muted + blocked

    def call(self, viewer: str, name: str) -> None:
        """Remember a viewer's name."""
        self.names[viewer] = name
        self.names.move_to_end(viewer)
        if len(self.names) > REMEMBERED_VIEWERS:
            self.names.popitem(last=False)

    def require_pace(self, who: str, pace: Pace, amount: float = 1.0) -> None:
        """Refuse whoever goes faster than the pace."""
        key = (who, pace)
        bucket, wait_seconds = take(self._buckets.get(key), pace, self.now(), amount)
        self._buckets[key] = bucket
        self._buckets.move_to_end(key)
        if len(self._buckets) > REMEMBERED_VIEWERS:
            self._buckets.popitem(last=False)
        if wait_seconds:
            raise TooFast(retry_after_seconds=round(wait_seconds + 0.05, 1))

    def require_room_pace(self) -> None:
        """Refuse a line when the whole room goes faster than it can be read."""
        try:
            self.require_pace("", self._settings.room_pace)
        except TooFast as fault:
            raise RoomBusy(**fault.facts) from None

    def add_hearts(self, count: int) -> None:
        """Count hearts; they are told together, once a second."""
        self._hearts_to_publish += count
        self.unsaved_hearts += count

    def change_stock(self, product_id: UUID, variant_id: UUID, available: int) -> None:
        """Tell how much is left, if the tray has the offer and the figure is news."""
        event = OfferStockChanged(product_id, variant_id, available)
        if event.after(self.state, 0).tray != self.state.tray:
            self.happen(event)

    def change_deal(self, product_id: UUID, deal_id: UUID, left: int) -> None:
        """Tell how much of a deal is left, if the tray has it and the figure is news."""
        event = OfferDealTaken(product_id, deal_id, left)
        if event.after(self.state, 0).tray != self.state.tray:
            self.happen(event)

    def sell(self, product_id: UUID, variant_id: UUID, quantity: int) -> None:
        """Tell that somebody has bought, if the show is live and shows this offer."""
        if self.state.show.state is ShowState.LIVE and self.state.has_offer(product_id):
            self.unsaved_units += quantity
            self.happen(OfferSold(product_id, variant_id, quantity))

    def show_video(self, video: Video) -> None:
        """Remember what can be watched, and tell it while the show is live."""
        if self.video.playlist is not None and video.playlist is None:
            self._without_video_since = self.now()
        self.video = video
        if self.state.show.state is ShowState.LIVE and self.state.video != video:
            self.happen(VideoChanged(video.playlist, video.session))

    def tick(self) -> None:
        """Tell hearts and viewers, gathered since the last second."""
        if self._hearts_to_publish:
            count, self._hearts_to_publish = self._hearts_to_publish, 0
            self.happen(HeartsAdded(count, self.state.hearts + count))
        count = self.feed.count_present(self.now())
        if count != self.state.viewers:
            self.unsaved_peak = max(self.unsaved_peak, count)
            self.happen(ViewersCounted(count))

    def is_idle(self, now: int) -> bool:
        """Say whether the room can be put away: nobody is there, and nothing is on."""
        return (
            len(self.feed) == 0
            and self.state.show.state is not ShowState.LIVE
            and now - self.idle_since > self._settings.idle_seconds * 1000
        )

    def is_forgotten(self, now: int) -> bool:
        """Say whether the show is live without a picture for so long that its host must have left it."""
        hours, begun = self._settings.end_without_video_hours, self.state.show.started_at
        if not hours or self.video.playlist is not None or self.state.show.state is not ShowState.LIVE:
            return False
        return now - max(self._without_video_since, begun or 0) > hours * 3_600_000

    def _take_in(self, event: RoomEvent, at: int) -> None:
        self.state = event.after(self.state, at)
        self.moderation = event.silence(self.moderation)
        if isinstance(event, ChatSaid):
            self.call(event.viewer, event.name)
            if event.host:
                self.host_names[event.viewer] = event.name
            self.said.remember(event)

    def _snapshot(self, number: int) -> bytes:
        return msgspec.json.encode({"t": "snapshot", "seq": number, "state": self.state})
