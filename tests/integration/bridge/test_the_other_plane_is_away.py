"""While the social plane restarts, signals wait: none is lost, and none becomes a dead letter."""

import asyncio

import httpx
import pytest
from litestar import Litestar
from litestar.di import Provide

from etalase import bridge
from etalase.api._problems import problem_response
from etalase.bridge import RemoteSignals, SignalReceiver
from etalase.commerce import inventory
from etalase.kernel.ids import new_id
from etalase.platform import outbox
from etalase.platform.db import Away, Database
from etalase.platform.outbox import Relay
from etalase.web._failures import exception_handlers
from etalase.web.bridge import take_signals
from tests.make.waiting import PATIENCE_SECONDS

KEY = "k" * 40


class Rooms:
    """Rooms that only listen."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[int] = asyncio.Queue()

    async def stock_changed(self, *facts: object) -> None:
        """Count no stock."""

    async def deal_taken(self, *facts: object) -> None:
        """Count no stock."""

    async def units_sold(self, *facts: object) -> None:
        self.heard.put_nowait(int(str(facts[-1])))

    async def offers_changed(self, *facts: object) -> None:
        """Ask nobody."""

    async def shop_renamed(self, *facts: object) -> None:
        """Call nobody anything."""

    async def claims_recorded(self, *facts: object) -> None:
        """Count no claims."""

    def host_withdrawn(self, *facts: object) -> None:
        """Obey whomever."""

    def access_ended(self, *facts: object) -> None:
        """Obey whomever."""


class Line(httpx.AsyncBaseTransport):
    """The network between two processes; while the other one restarts, it is cut, or a proxy answers."""

    def __init__(self, social: Database, rooms: Rooms) -> None:
        given = {"clock": social.clock, "bridge_key": KEY, "receiver": SignalReceiver(social, rooms)}
        app = Litestar(
            [take_signals],
            dependencies={name: _provide(thing) for name, thing in given.items()},
            exception_handlers=exception_handlers(problem_response),
            logging_config=None,
        )
        self.transport = httpx.ASGITransport(app, raise_app_exceptions=False)  # type: ignore[arg-type]
        self.is_cut = True
        self.tried = 0
        self.often_tried = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.is_cut:
            return await self.transport.handle_async_request(request)
        self.tried += 1
        if self.tried > 2 * outbox._relay.ATTEMPTS:
            self.often_tried.set()
        if self.tried % 2:
            raise httpx.ConnectError("connection refused", request=request)
        return httpx.Response(502, request=request)


def _provide(thing: object) -> Provide:
    return Provide(lambda: thing, sync_to_thread=False)


def sale(quantity: int) -> inventory.UnitsSold:
    return inventory.UnitsSold(new_id(), new_id(), new_id(), quantity, new_id())


async def test_signals_wait_for_a_plane_that_restarts(
    commerce_db: Database, social_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox._relay, "ATTEMPTS", 2)
    monkeypatch.setattr(outbox._relay, "AWAY_SECONDS", 0.01)
    rooms = Rooms()
    line = Line(social_db, rooms)
    async with httpx.AsyncClient(transport=line) as client:
        sink = RemoteSignals(client, "http://rooms.example", KEY, commerce_db.clock)
        relaying = asyncio.create_task(Relay(commerce_db, bridge.signal_reactions(sink, KEY)).run())
        async with commerce_db.begin() as tx:
            await outbox.publish(tx, *(sale(quantity) for quantity in (1, 2)))
        async with asyncio.timeout(PATIENCE_SECONDS):
            await line.often_tried.wait()
        line.is_cut = False
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert [await rooms.heard.get() for _ in range(2)] == [1, 2]
        relaying.cancel()
    async with commerce_db.begin() as tx:
        assert await outbox.list_dead_letters(tx) == []


async def test_a_plane_that_refuses_is_not_away(commerce_db: Database, social_db: Database) -> None:
    """A message that the other plane will never take must not stop those behind it."""
    line = Line(social_db, Rooms())
    line.is_cut = False
    async with httpx.AsyncClient(transport=line, headers={"accept": "application/json"}) as client:
        sink = RemoteSignals(client, "http://rooms.example", "another key", commerce_db.clock)
        with pytest.raises(OSError, match="403") as refused:
            await sink.send(())
    assert not isinstance(refused.value, Away)
