"""What a show has sold reaches its hosts by the bridge, logged at both ends, where the law lets it."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.di import Provide

from etalase import bridge
from etalase.api._problems import problem_response
from etalase.bridge import LocalTill, RemoteTill
from etalase.commerce import orders
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.policy import Law, RefusedByLaw
from etalase.social.rooms import ClaimsQuestion, SalesBoard, SalesFigures, ShowClaims, Till, TillAway
from etalase.web._failures import exception_handlers
from etalase.web.bridge import give_sales
from tests.make import rooms as make_rooms
from tests.make.laws import INDONESIA, OPEN
from tests.make.orders import Market, market

KEY = "k" * 40
SHOW = "K7M2QX9P"
CLOSING = INDONESIA


def remote(commerce: Database, social: Database, *, here: Law = OPEN, there: Law = OPEN) -> RemoteTill:
    """Return the till of a commerce plane that is another process, with its rulebook."""
    given = {"db": commerce, "bridge_key": KEY, "law": there}
    app = Litestar(
        [give_sales],
        dependencies={name: _provide(thing) for name, thing in given.items()},
        exception_handlers=exception_handlers(problem_response),
        logging_config=None,
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)  # type: ignore[arg-type]
    client = httpx.AsyncClient(transport=transport, headers={"accept": "application/json"})
    return RemoteTill(client, "http://shop.example", KEY, social, here)


def _provide(thing: object) -> Provide:
    return Provide(lambda: thing, sync_to_thread=False)


@pytest.fixture
async def stall(commerce_db: Database) -> AsyncIterator[Market]:
    stall = await market(commerce_db, units=50)
    yield stall
    await stall.desk.close()


@pytest.fixture(params=["local", "remote"])
def till(request: pytest.FixtureRequest, commerce_db: Database, social_db: Database) -> Till:
    if request.param == "local":
        return LocalTill(commerce_db, social_db, OPEN)
    return remote(commerce_db, social_db)


async def crossings(db: Database) -> list[tuple[str, str]]:
    async with db.begin() as tx:
        return [(row.direction, row.kind) for row in await bridge.list_crossings(tx, None, 10)]


async def test_the_host_learns_what_stands_and_what_is_held(
    till: Till, stall: Market, commerce_db: Database, social_db: Database
) -> None:
    await stall.buy("cart:one", "cod", show=SHOW)
    paid = await stall.buy("cart:two", show=SHOW)
    await stall.hold("cart:three", 2, show=SHOW)
    await stall.place("cart:three")  # not paid yet: its units are held, and it is no sale
    await stall.hold("cart:four", 1, show=SHOW)
    await stall.buy("cart:five", "cod", show="ANOTHER1")
    goods = 2 * stall.variants[0].price.minor
    assert await till.count_sales(stall.shop.id, SHOW) == SalesFigures(2, goods, 3, 2)
    assert await till.count_sales(new_id(), SHOW) == SalesFigures(0, 0, 0, 0)
    assert await crossings(commerce_db) == [("out", "sales")] * 2
    assert await crossings(social_db) == [("in", "sales")] * 2
    async with commerce_db.begin() as tx:
        await orders.cancel_by_seller(tx, paid.shop_id, paid.id, "kain cacat")
    assert await till.count_sales(stall.shop.id, SHOW) == SalesFigures(1, goods // 2, 3, 1)


async def test_where_the_law_keeps_them_apart_nothing_crosses(
    stall: Market, commerce_db: Database, social_db: Database
) -> None:
    local = LocalTill(commerce_db, social_db, CLOSING)
    for closed in (local, remote(commerce_db, social_db, here=CLOSING)):
        with pytest.raises(RefusedByLaw):
            await closed.count_sales(stall.shop.id, SHOW)
    with pytest.raises(OSError, match="451"):
        await remote(commerce_db, social_db, there=CLOSING).count_sales(stall.shop.id, SHOW)
    assert await crossings(commerce_db) == await crossings(social_db) == []


async def test_a_stranger_learns_nothing(stall: Market, commerce_db: Database, social_db: Database) -> None:
    till = remote(commerce_db, social_db)
    till._key = "x" * 40
    with pytest.raises(OSError, match="403"):
        await till.count_sales(stall.shop.id, SHOW)
    assert await crossings(commerce_db) == []


class SlowTill:
    """A till that counts how often it is asked, and answers when it may."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.is_away = False

    async def count_sales(self, shop_id: UUID, show_code: str) -> SalesFigures:  # noqa: ARG002  the port's own
        self.asked += 1
        await self.may_answer.wait()
        if self.is_away:
            raise ConnectionRefusedError
        return SalesFigures(self.asked, 0, 0)

    async def list_claims(self, question: ClaimsQuestion) -> ShowClaims:  # noqa: ARG002  the port's own
        return ShowClaims()


async def test_many_screens_ask_the_till_no_more_often_than_one() -> None:
    till, show = SlowTill(), make_rooms.show()
    till.may_answer.set()
    board = SalesBoard(till, pause_seconds=0.2)
    assert (await board.look_up(show)).orders == 1
    answers = await asyncio.gather(*(board.look_up(show) for _ in range(50)))
    assert {figures.orders for figures in answers} == {2}


async def test_an_answer_is_never_older_than_its_question() -> None:
    till, show = SlowTill(), make_rooms.show()
    board = SalesBoard(till, pause_seconds=0.0)
    first = asyncio.create_task(board.look_up(show))
    while till.asked < 1:  # noqa: ASYNC110  there is nothing to be told by
        await asyncio.sleep(0)
    late = asyncio.create_task(board.look_up(show))
    till.may_answer.set()
    assert [(await first).orders, (await late).orders] == [1, 2]


async def test_a_till_that_is_away_is_a_refusal_and_is_asked_again() -> None:
    till, show = SlowTill(), make_rooms.show()
    till.may_answer.set()
    till.is_away = True
    board = SalesBoard(till, pause_seconds=0.0)
    with pytest.raises(TillAway):
        await board.look_up(show)
    till.is_away = False
    assert (await board.look_up(show)).orders == 2
