"""The API's description of itself: OpenAPI 3.1, at /api/v1/openapi.json."""

from importlib.metadata import version

from litestar import MediaType
from litestar.config.app import AppConfig
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme
from litestar.plugins import InitPlugin

PATH = "/api/v1"
DESCRIPTION = """
What a page can do, a program can do: open a shop, stock it, plan a show, pin, hold, order, pay.

Send `Authorization: Bearer …` with a token of the plane whose resource you use. Errors are problem details
(RFC 9457) with a stable `code`. Lists come in pages: pass `next_cursor` back as `cursor`. Money is in whole
rupiah, time in UTC (RFC 3339). Send `Idempotency-Key` where it is named, and repeat a request without fear.
"""


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
            render_plugins=[JsonRenderPlugin(path="/openapi.json", media_type=MediaType.JSON)],
        )
        return app_config
