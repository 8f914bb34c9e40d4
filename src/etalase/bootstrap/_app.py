"""The ASGI app of one plane or of both."""

from collections.abc import Sequence
from typing import Any

from litestar import Litestar

from etalase.bootstrap._plane import Wiring
from etalase.platform.observing import Observed


def build_app(wirings: Sequence[Wiring], *, development: bool = False, **more: Any) -> Any:
    """Return an app with the routes of these planes. A route of another plane is not there: 404."""
    app = Litestar(
        route_handlers=[wiring.router() for wiring in wirings],
        debug=development,
        logging_config=None,
        **more,
    )
    return Observed(app, "+".join(wiring.database.plane for wiring in wirings))
