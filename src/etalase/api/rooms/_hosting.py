"""The show that an address names, for the hosts of its shop. To everybody else it does not exist."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Router
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from etalase.api._auth import caller, signed_in
from etalase.platform.db import Database, Tx
from etalase.social.rooms import Command, RoomService, Show, get_hosted_show


@dataclass(frozen=True, slots=True)
class Hosting:
    """Who calls, and the code of a show."""

    db: Database
    rooms: RoomService
    account_id: UUID
    code: str

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[Tx, Show]]:
        """Begin a transaction with the show. Raises NoSuchShow for whoever is no host of it."""
        async with self.db.begin() as tx:
            yield tx, await get_hosted_show(tx, self.account_id, self.code)

    async def perform(self, command: Command) -> dict[str, str]:
        """Carry out a command in the room, as its host."""
        return await self.rooms.perform_as_host(self.account_id, self.code, command)


async def find_hosting(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    rooms: NamedDependency[RoomService],
    code: FromPath[str],
) -> Hosting:
    """Return what handlers of a show are given as `hosting`."""
    return Hosting(db, rooms, caller(request).account_id, code)


def hosting_router(tag: str, handlers: Sequence[Any]) -> Router:
    """Return routes below a show's address, for its hosts."""
    return Router(
        "/api/v1/shows/{code:str}",
        route_handlers=handlers,
        guards=[signed_in],
        tags=[tag],
        dependencies={"hosting": Provide(find_hosting)},
    )
