"""The API's description of itself: OpenAPI 3.1, at /api/v1/openapi.json.

What a refusal looks like, and with which statuses an operation may refuse, is not written at each handler: it
follows from what the operation takes and whom it lets in, and is added to the document as it is served.
"""

from collections.abc import Iterator
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request
from litestar.config.app import AppConfig
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme
from litestar.plugins import InitPlugin
from litestar.routes import HTTPRoute

from etalase.api._auth import signed_in
from etalase.api._problems import MEDIA_TYPE, Problem

PATH = "/api/v1"
DESCRIPTION = """
What a page can do, a program can do: open a shop, stock it, plan a show, pin, hold, order, pay.

Send `Authorization: Bearer …` with a token of the plane whose resource you use. Errors are problem details
(RFC 9457) with a stable `code`. Lists come in pages: pass `next_cursor` back as `cursor`. Money is in whole
rupiah, time in UTC (RFC 3339). Send `Idempotency-Key` where it is named, and repeat a request without fear.
"""
ALWAYS = (400, 422, 429, 500, 503)
"""422 too: what poisons is refused in every address, whether it is asked for there or not."""
TO_THE_SIGNED_IN = (401, 403)
NAMED_IN_THE_PATH = (404, 410)
WITH_A_BODY = (403, 413, 415)
CHANGING = (404, 409, 410)
ACROSS_THE_WALL = (451,)
"""Where a rulebook may keep what is asked for on the other plane (RFC 7725)."""

Node = dict[str, Any]


def statuses_of(operation: Node, handler: HTTPRouteHandler, method: str) -> list[int]:
    """Return every status with which an operation may refuse."""
    found = {*ALWAYS}
    parameters = operation.get("parameters", [])
    if is_restricted(handler):
        found.update(TO_THE_SIGNED_IN)
    if any(parameter.get("in") == "path" for parameter in parameters):
        found.update(NAMED_IN_THE_PATH)
    if "requestBody" in operation:
        found.update(WITH_A_BODY)
    if method != "get":
        found.update(CHANGING)
    if handler.fn.__module__.startswith("etalase.api.rooms"):
        found.update(ACROSS_THE_WALL)
    return sorted(found)


def is_restricted(handler: HTTPRouteHandler) -> bool:
    """Tell whether only those who bring a token are let in; Litestar wraps a guard that awaits nothing."""
    return any(getattr(guard, "func", guard) is signed_in for guard in handler.resolve_guards())


def handlers_of(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Yield path, method in small letters and handler of each operation of the API."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                yield route.path_format, method.lower(), handler


def complete(document: Node, app: Litestar) -> Node:
    """Add to the document what each operation refuses, and which of them are open to everybody."""
    paths: Node = document["paths"]
    for path, method, handler in handlers_of(app):
        operation = paths.get(path, {}).get(method)
        if operation is not None:
            if not is_restricted(handler):
                operation["security"] = []
            refusals = {str(status): refusal(status) for status in statuses_of(operation, handler, method)}
            answers = {code: said for code, said in operation["responses"].items() if code < "400"}
            operation["responses"] = answers | refusals
    _, shapes = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    document["components"]["schemas"].update(shapes)
    return document


def refusal(status: int) -> Node:
    """Return how an answer with this status is described, with an example."""
    said = HTTPStatus(status)
    example = Problem(
        type="urn:etalase:problem:some_code",
        title=said.phrase,
        status=status,
        detail="What happened, in the reader's language.",
        code="some_code",
        instance=f"{PATH}/orders",
    )
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": msgspec.to_builtins(example)}
    return {"description": said.phrase, "content": {MEDIA_TYPE: shape}}


class Description(JsonRenderPlugin):
    """Serves the document, completed."""

    _whole: bytes = b""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Node) -> bytes:
        """Return the document; it is made once."""
        self._whole = self._whole or super().render(request, complete(openapi_schema, request.app))
        return self._whole


class OpenApiPlugin(InitPlugin):
    """Gives an application its OpenAPI document."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Add the document; pages are left out of it by their handlers."""
        bearer = SecurityScheme(type="http", scheme="bearer", description="A token from POST /api/v1/tokens.")
        app_config.openapi_config = OpenAPIConfig(
            title="Etalase",
            version=version("etalase"),
            description=DESCRIPTION.strip(),
            license=License(name="Apache-2.0", identifier="Apache-2.0"),
            components=Components(security_schemes={"bearer": bearer}),
            security=[{"bearer": []}],
            use_handler_docstrings=True,
            path=PATH,
            render_plugins=[Description(path="/openapi.json", media_type=MediaType.JSON)],
        )
        return app_config
