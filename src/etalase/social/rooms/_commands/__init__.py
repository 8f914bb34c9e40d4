"""Rooms at work: the service that holds them, and what it is asked to do."""

from etalase.social.rooms._commands.broadcasts import RoomBroadcasts
from etalase.social.rooms._commands.port import OpenRoom
from etalase.social.rooms._commands.sales import ClaimBoard, SalesBoard
from etalase.social.rooms._commands.service import RoomService

__all__ = ["ClaimBoard", "OpenRoom", "RoomBroadcasts", "RoomService", "SalesBoard"]
