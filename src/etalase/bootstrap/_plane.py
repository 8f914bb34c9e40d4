"""What one plane brings to a process: its routes, what they are given, and its work in the background."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from litestar import Router
from litestar.di import Provide

from etalase.bootstrap._given import PlaneGiven
from etalase.platform.db import Database
from etalase.platform.jobs import Job
from etalase.platform.outbox import Reaction
from etalase.platform.vitals import Vitals

G_co = TypeVar("G_co", bound=PlaneGiven, covariant=True)


@dataclass
class Wiring(Generic[G_co]):
    """One plane, put together.

    `starting` is awaited before the first request; `stopping` is called when the server is told to end, so
    that it lets go of answers without end; `closing` is awaited after the last request.
    """

    database: Database
    routes: Sequence[Any]
    given: G_co
    middleware: Sequence[Any] = ()
    reactions: Sequence[Reaction[Any]] = ()
    jobs: Sequence[Job[Any]] = ()
    background: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    starting: Sequence[Callable[[], Awaitable[None]]] = field(default=())
    stopping: Sequence[Callable[[], None]] = field(default=())
    closing: Sequence[Callable[[], Awaitable[None]]] = field(default=())
    websocket_protocol: Any = "auto"

    @cached_property
    def vitals(self) -> Vitals:
        """How the plane is, for operators."""
        return Vitals(self.database, self.reactions)

    def router(self, also: Sequence[Any] = ()) -> Router:
        """Return the plane's routes; a handler asks by name, and gets this plane's things only."""
        return OwnRouter(
            path="/",
            route_handlers=[*self.routes, *also],
            middleware=list(self.middleware),
            dependencies={name: _provide(thing) for name, thing in self.given.items()},
        )


class OwnRouter(Router):
    """A router that is made for one app and given to it as it is.

    Litestar copies every router that it registers, since one of a module may serve several apps. Of a whole
    plane that copy took a third of the time in which the app was made.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> "OwnRouter":
        return self


def _provide(thing: Any) -> Provide:
    return Provide(lambda: thing, sync_to_thread=False, use_cache=True)
