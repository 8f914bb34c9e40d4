"""A running station for tests of the media engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from etalase.platform.db import Database
from tests.make.media import Station, running_station
from tests.make.waiting import PATIENCE_SECONDS


@pytest.fixture
async def station(social_db: Database, tmp_path: Path) -> AsyncIterator[Station]:
    """Run an engine that waits for whoever is gone, for as long as a busy machine may need to come back."""
    async with running_station(social_db, tmp_path / "media", reconnect_seconds=PATIENCE_SECONDS) as running:
        yield running


@pytest.fixture
async def hasty_station(social_db: Database, tmp_path: Path) -> AsyncIterator[Station]:
    """Run an engine that ends the session of whoever is gone."""
    async with running_station(social_db, tmp_path / "media", reconnect_seconds=0.5) as running:
        yield running
