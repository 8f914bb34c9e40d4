"""The ASGI app of one plane or of both."""

from collections.abc import Sequence
from typing import Any, cast

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.routes import HTTPRoute

from etalase.bootstrap._doors import app_doors, guards_of, hold_door, public_url
from etalase.bootstrap._given import CommerceGiven, PlaneGiven
from etalase.bootstrap._law import describe
from etalase.bootstrap._plane import Wiring
from etalase.bootstrap._program import Settings
from etalase.platform.observing import Observed
from etalase.web import accounts, design, discovery, health, home, rules
from etalase.web._head import HeadOfGet


def build_app(settings: Settings, wirings: Sequence[Wiring[PlaneGiven]]) -> Any:
    """Return an app with the routes of these planes. A route of another plane is not there: 404."""
    planes = [wiring.database.plane for wiring in wirings]
    guards = guards_of(settings, planes)
    of_the_first = [*rules.ROUTES, *(home.MARKET_ROUTES if planes == ["commerce"] else ())]
    app = Litestar(
        route_handlers=[
            wirings[0].router(also=of_the_first),
            *(wiring.router() for wiring in wirings[1:]),
            *_development(settings, wirings),
            _health(settings, wirings),
            discovery.site_router(
                public_url(settings.program, planes[0]),
                planes,
                contact=settings.security.contact,
                clock=wirings[0].database.clock,
            ),
        ],
        logging_config=None,
        **app_doors(settings, guards, planes),
    )
    resolve_in_turn(app)
    app.asgi_handler = HeadOfGet(app.asgi_handler)
    till = next((wiring for wiring in wirings if wiring.database.plane == "commerce"), None)
    served = app if till is None else hold_door(settings, guards, cast("CommerceGiven", till.given), app)
    return Observed(served, "+".join(planes))


def resolve_in_turn(app: Litestar) -> None:
    """Give handlers what they ask for one thing after the other.

    Litestar opens a task group for each request whose handler asks for two or more, to make them at the same
    time: 80 of the 105 microseconds of a handler that asks for three and does nothing. Ours are there.
    """
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for _, model in route.route_handler_map.values():
                model.dependency_batches = [{one} for batch in model.dependency_batches for one in batch]


def _development(settings: Settings, wirings: Sequence[Wiring[PlaneGiven]]) -> list[Router]:
    """Return the pages that help whoever develops: the living page, and the letters that were not sent."""
    if not settings.program.development:
        return []
    given = {"mailer": Provide(lambda: wirings[0].given["mailer"], sync_to_thread=False)}
    return [Router("/", route_handlers=[*accounts.DEVELOPMENT_ROUTES, *design.ROUTES], dependencies=given)]


def _health(settings: Settings, wirings: Sequence[Wiring[PlaneGiven]]) -> Router:
    """Return what probes ask, of the process as a whole."""
    vitals = [wiring.vitals for wiring in wirings]
    token = settings.security.metrics_token
    law = wirings[0].given["law"]
    clock = wirings[0].database.clock
    given = {
        "law_line": Provide(lambda: describe(law, clock.now()), sync_to_thread=False, use_cache=False),
        "vitals": Provide(lambda: vitals, sync_to_thread=False),
        "metrics_token": Provide(lambda: token, sync_to_thread=False),
    }
    return Router("/", route_handlers=health.ROUTES, dependencies=given)
