"""A service of rooms over a real PostgreSQL, and a live room in it."""

from collections.abc import AsyncIterator

import pytest

from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database
from etalase.social.rooms import RoomService
from etalase.social.rooms._commands.room import Room
from tests.make import rooms as make
from tests.make.shopfronts import OpenWindow


@pytest.fixture
async def service(social_db: Database, clock: FixedClock) -> AsyncIterator[RoomService]:
    service = RoomService(social_db, clock, OpenWindow(make.offer()), secret=b"secret")
    await service.start()
    yield service
    await service.stop()


@pytest.fixture
async def room(service: RoomService, social_db: Database) -> Room:
    return await make.live_room(service, social_db)
