"""What a handler asks for is given one thing after the other, without a task group for each request."""

from litestar import Litestar, get
from litestar.di import NamedDependency, Provide
from litestar.testing import TestClient

from etalase.bootstrap._app import resolve_in_turn


@get("/", sync_to_thread=False)
def add(both: NamedDependency[int], one: NamedDependency[int], two: NamedDependency[int]) -> int:
    return one + two + both


def sum_of(one: NamedDependency[int], two: NamedDependency[int]) -> int:
    return one + two


def test_what_depends_on_others_comes_after_them() -> None:
    given = {
        "both": Provide(sum_of, sync_to_thread=False),
        "one": Provide(lambda: 1, sync_to_thread=False),
        "two": Provide(lambda: 2, sync_to_thread=False),
    }
    app = Litestar([add], dependencies=given, openapi_config=None, logging_config=None)
    resolve_in_turn(app)
    batches = [
        model.dependency_batches
        for route in app.routes
        for _, model in getattr(route, "route_handler_map", {}).values()
        if model.dependency_batches
    ]
    assert batches
    assert all(len(batch) == 1 for each in batches for batch in each)
    with TestClient(app) as client:
        assert client.get("/").json() == 6
