"""A running station for tests of the media engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from etalase.platform.db import Database
from tests.make.media import Station, running_station


@pytest.fixture
async def station(social_db: Database, tmp_path: Path) -> AsyncIterator[Station]:
    """Run an engine with a short patience for broadcasters who are gone."""
    async with running_station(social_db, tmp_path / "media", reconnect_seconds=3.0) as running:
        yield running
