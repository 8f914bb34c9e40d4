"""The reader's language and theme: read from cookies, set by one small form."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from litestar import Request, Response, post
from litestar.connection import ASGIConnection
from litestar.enums import RequestEncodingType, ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.params import Body
from litestar.response import Redirect
from litestar.types import ASGIApp, Receive, Scope, Send

from etalase.platform import i18n
from etalase.web._cookies import make_cookie, read_cookie, speaks_https
from etalase.web._own_path import own_path

LANGUAGE_COOKIE = "etalase_language"
ZONE_COOKIE = "etalase_zone"
"""Set by the site's script: the browser's own zone."""
THEME_COOKIE = "etalase_theme"
KEEP_SECONDS = 365 * 24 * 3600
THEMES = ("auto", "light", "dark")


class LanguageMiddleware(ASGIMiddleware):
    """Speaks the reader's language, and tells the time by the reader's clock, for the whole of a request."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Take the language of the cookie, else the best that the browser accepts; the zone of its cookie."""
        connection = ASGIConnection[Any, Any, Any, Any](scope)
        accepted = connection.headers.get("accept-language")
        language = i18n.choose_language(read_cookie(connection, LANGUAGE_COOKIE), accepted)
        zone = i18n.choose_zone(connection.cookies.get(ZONE_COOKIE))
        with i18n.speaking(language), i18n.in_zone(zone):
            await next_app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class PreferencesForm:
    """What the form of the header sends: one of the two, and where to go back to."""

    language: Literal["id", "en"] | None = None
    theme: Literal["auto", "light", "dark"] | None = None
    next: str = "/"


@post("/preferences", include_in_schema=False, opt={"public": True})
async def set_preferences(
    request: Request[Any, Any, Any],
    data: Annotated[PreferencesForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Remember the language or the theme for a year, and go back to the page.

    No token against forged requests is asked for: a page that no route stands behind has none, and whoever
    forged this would change nothing but how pages look.
    """
    answer = Redirect(own_path(data.next, "/"), status_code=303)
    for name, value in ((LANGUAGE_COOKIE, data.language), (THEME_COOKIE, data.theme)):
        if value:
            answer.set_cookie(make_cookie(name, value, https=speaks_https(request), seconds=KEEP_SECONDS))
    return answer


def chosen_theme(request: Request[Any, Any, Any]) -> str:
    """Return the theme that the cookie names: light, dark, or as the device says."""
    theme = read_cookie(request, THEME_COOKIE)
    return theme if theme in THEMES else "auto"
