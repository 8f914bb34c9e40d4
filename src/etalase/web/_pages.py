"""What every page stands on: templates, the words and figures in them, language, theme, messages.

Bootstrap adds `PagesPlugin` to the application of each plane; handlers return `page("area/name.html", …)`.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal
from xml.etree import ElementTree as ET

from jinja2 import Environment, FileSystemLoader, Undefined, pass_context
from jinja2.runtime import Context
from litestar import Litestar, MediaType, Request
from litestar.config.app import AppConfig
from litestar.datastructures import Cookie
from litestar.plugins import InitPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.response.base import ASGIResponse
from litestar.template.config import TemplateConfig
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup, escape

from etalase.commerce import orders
from etalase.kernel.fields import format_phone
from etalase.kernel.reading import read_number
from etalase.kernel.zones import zone_name
from etalase.platform import i18n
from etalase.web._assets import Assets, static_router
from etalase.web._compiled import CompiledOnce
from etalase.web._cookies import read_cookie
from etalase.web._flash import forget_flashes, read_flashes
from etalase.web._preferences import LanguageMiddleware, chosen_theme, set_preferences
from etalase.web._shipping_words import shipping_outlook, shipping_terms
from etalase.web._way_back import show_left

Plane = Literal["social", "commerce", "both"]
TEMPLATES = Path(__file__).parent / "templates"
CART_COOKIES = ("etalase_cart", "etalase_session_commerce")
"""Whoever comes with one of them may hold something, or wait for it."""
CART_COUNT_COOKIE = "etalase_cart_count"
TONES = 6


class HtmlPage(Template):
    """A page with the reader's messages in it, which are cleared as it goes out."""

    def create_template_context(self, request: Request[Any, Any, Any]) -> dict[str, Any]:
        """Return what the template sees: what the handler gave, the request, and the CSRF field."""
        return {**self.context, "request": request, "csrf_input": csrf_input(csrf_token(request))}

    def to_asgi_response(
        self, app: Litestar | None, request: Request[Any, Any, Any], **more: Any
    ) -> ASGIResponse:
        """Render, and clear the messages that were shown."""
        if read_flashes(request):
            cookies: Iterable[Cookie] = [*(more.get("cookies") or []), *self.cookies, forget_flashes(request)]
            more["cookies"] = cookies
        return super().to_asgi_response(app, request, **more)


def page(
    template: str, /, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> HtmlPage:
    """Return the page: a template below web/templates and the values that it shows."""
    return HtmlPage(
        template, context=values, status_code=status, headers=dict(headers or {}), media_type=MediaType.HTML
    )


def csrf_token(request: Request[Any, Any, Any]) -> str:
    """Return the token that a form or a script sends back; empty where no route was found, so no check."""
    token = ScopeState.from_scope(request.scope).csrf_token
    return token if isinstance(token, str) else ""


def csrf_input(token: str) -> Markup:
    """Return the field of a form that carries the token; nothing where there is none."""
    field = Markup('<input type="hidden" name="_csrf_token" value="{}">').format(token)
    return field if token else Markup("")


def is_fragment(request: Request[Any, Any, Any]) -> bool:
    """Say whether htmx asks for a part of the page only."""
    return request.headers.get("hx-request-type") == "partial"


class PagesPlugin(InitPlugin):
    """Gives an application its templates, its built files, the language of its reader and the switches."""

    def __init__(
        self,
        *,
        secret: str,
        public_url: str,
        social_url: str = "",
        plane: Plane = "both",
        development: bool = False,
        https: bool = False,
    ) -> None:
        self._secret = secret
        self._addresses = {"public_url": public_url, "social_url": social_url}
        self._plane = plane
        self._development = development
        self._https = https

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Add what pages need to the application."""
        assets = Assets()
        environment = make_environment(
            assets, **self._addresses, plane=self._plane, development=self._development
        )
        app_config.template_config = TemplateConfig(
            instance=JinjaTemplateEngine.from_environment(environment)
        )
        app_config.state["flash_key"] = hmac.new(self._secret.encode(), b"flash", hashlib.sha256).digest()
        app_config.state["https"] = self._https
        app_config.middleware.append(LanguageMiddleware())
        app_config.route_handlers.extend([static_router(assets), set_preferences])
        return app_config


def make_environment(
    assets: Assets,
    *,
    public_url: str,
    social_url: str = "",
    plane: Plane = "both",
    development: bool = False,
) -> Environment:
    """Return the Jinja environment: autoescaping on, unknown names never shown, all components as `ui`."""
    icons = _icons()
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=_Absent,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=development,
        bytecode_cache=CompiledOnce(),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # set by the i18n extension
    environment.filters |= FILTERS
    environment.globals |= {
        "_": i18n.gettext,
        "gettext": _gettext_markup,
        "ngettext": _ngettext_markup,
        "assets": assets.tags,
        "icon_markup": icons.__getitem__,
        "icon_names": lambda: list(icons),
        "language": i18n.current_language,
        "zone_name": lambda: zone_name(i18n.current_zone(), datetime.now(UTC)),
        "now": lambda: datetime.now(UTC),
        "plane": lambda: plane,
        "public_url": public_url,
        "social_url": social_url,
        "development": development,
        "discount_words": orders.discount_words,
        "shipping_outlook": shipping_outlook,
        "shipping_terms": shipping_terms,
    }
    _add_request_words(environment)
    environment.globals["ui"] = _load_components(environment)
    return environment


class _Absent(Undefined):
    """A missing name may be tested and defaulted (`{% if shop %}`), never shown or walked by accident."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(self._fail_with_undefined_error())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._fail_with_undefined_error())


def _load_components(environment: Environment) -> SimpleNamespace:
    """Return every macro of templates/components under its own name."""
    components = SimpleNamespace()
    environment.globals["ui"] = components
    for path in sorted((TEMPLATES / "components").glob("[!_]*.html")):
        module = environment.get_template(f"components/{path.name}").module
        for name, macro in vars(module).items():
            if not name.startswith("_"):
                setattr(components, name, macro)
    return components


def _icons() -> dict[str, Markup]:
    """Return the drawing of each icon by its name."""
    text = (
        (TEMPLATES / "components" / "icons.svg").read_text(encoding="utf-8").replace(' xmlns="', ' xmlns_="')
    )
    return {
        symbol.attrib["id"]: Markup("".join(ET.tostring(part, "unicode").strip() for part in symbol))  # noqa: S704
        for symbol in ET.fromstring(text).iter("symbol")  # noqa: S314 - our own file
    }


def _add_request_words(environment: Environment) -> None:
    """Add the names that the shells read from the request."""
    for name, read in REQUEST_WORDS.items():
        environment.globals[name] = _from_request(read)


def _from_request(read: Callable[[Request[Any, Any, Any]], Any]) -> Callable[..., Any]:
    @pass_context
    def word(context: Context) -> Any:
        return read(context["request"])

    return word


def _cart_count(request: Request[Any, Any, Any]) -> int:
    """Return how many things the buyer holds, by the cookie that the cart sets beside its own."""
    return read_number(read_cookie(request, CART_COUNT_COOKIE) or "", max_digits=3) or 0


REQUEST_WORDS: dict[str, Callable[[Request[Any, Any, Any]], Any]] = {
    "csrf_token": csrf_token,
    "theme": chosen_theme,
    "user": lambda request: request.scope.get("user"),
    "here": lambda request: request.url.path + (f"?{request.url.query}" if request.url.query else ""),
    "flashes": read_flashes,
    "cart_count": _cart_count,
    "has_cart": lambda request: any(read_cookie(request, name) for name in CART_COOKIES),
    "show_left": show_left,
}
"""What the shells read of a request, by the name under which they know it."""


def _gettext_markup(message: str, **values: Any) -> Markup:
    return Markup(i18n.gettext(message)) % _escaped(values)  # noqa: S704 - our own words; values are escaped


def _ngettext_markup(one: str, many: str, number: int, **values: Any) -> Markup:
    text = i18n.translations(i18n.current_language()).ngettext(one, many, number)
    return Markup(text) % _escaped({"number": number, "num": number} | values)  # noqa: S704 - as above


def _escaped(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else escape(value) for name, value in values.items()}


def _relative(moment: datetime, now: datetime | None = None) -> str:
    return i18n.format_relative(moment, now or datetime.now(UTC))


def _tone(seed: object) -> int:
    return hashlib.blake2s(str(seed).encode()).digest()[0] % TONES


def _slug(text: object) -> str:
    return re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-")


FILTERS: dict[str, Callable[..., Any]] = {
    "money": i18n.format_money,
    "number": i18n.format_number,
    "datetime": i18n.format_datetime,
    "date": i18n.format_date,
    "relative": _relative,
    "tone": _tone,
    "slug": _slug,
    "phone": format_phone,
}
