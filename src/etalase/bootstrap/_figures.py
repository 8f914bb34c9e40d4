"""Figures of the rooms and their video for the operator, read when they are asked for.

What happens often is counted where it happens: frames in `platform.realtime`, holds at their desk.
"""

from prometheus_client import Gauge

from etalase.social.media import HouseEngine
from etalase.social.rooms import RoomService

viewers = Gauge("etalase_room_viewers", "Viewers in the rooms of this process, without hosts")
live_shows = Gauge("etalase_shows_live", "Live shows whose rooms this process has")
ingest_sessions = Gauge("etalase_media_ingest_sessions", "Broadcasters who send video to this process")


def publish_figures(rooms: RoomService, engine: HouseEngine) -> None:
    """Have these rooms and this engine counted at each look."""
    viewers.set_function(rooms.count_all_viewers)
    live_shows.set_function(rooms.count_live_shows)
    ingest_sessions.set_function(engine.count_broadcasts)
