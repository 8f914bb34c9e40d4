"""Pages that everybody may see and that decide nothing: read once for many readers, rendered once for many.

What is read comes from `platform/read_cache`. A page rendered of it is kept beside it, for as long, by all in
which readers differ: language, zone, theme, what the bag shows. What is a reader's alone, such as the token
of their forms, stands in holes. Whoever is signed in or has a message to read gets a page of their own.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from litestar import Litestar, MediaType, Request
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response.base import ASGIResponse
from markupsafe import escape

from etalase.platform.i18n import current_language, current_zone
from etalase.web._compression import goes_zipped
from etalase.web._holed_text import HoledText, hole
from etalase.web._pages import REQUEST_WORDS, HtmlPage, csrf_input, csrf_token

MAX_PAGES = 16
"""That are kept of one view: languages, zones and bags of many readers make many pages."""
CSRF = csrf_token.__name__
SHELL = {name: read for name, read in REQUEST_WORDS.items() if name != CSRF}
OF_ONE_READER = ("user", "flashes")


@dataclass(eq=False, kw_only=True)
class PublicView:
    """What was read for a page, the same for all its readers. Nobody changes it."""

    until: datetime | None = None
    pages: OrderedDict[Hashable, HoledText] = field(default_factory=OrderedDict)


class PublicPage(HtmlPage):
    """A page of a view: rendered once for all who see the same.

    `values` are of the view, or of what else all readers share; `own` are short texts of one reader.
    """

    def __init__(
        self, template: str, view: PublicView, values: Mapping[str, Any], own: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(template, context={**values, **(own or {})}, media_type=MediaType.HTML)
        self._template = template
        self._view = view
        self._own = dict(own or {})

    def to_asgi_response(
        self, app: Litestar | None, request: Request[Any, Any, Any], **more: Any
    ) -> ASGIResponse:
        """Fill the kept page for this reader, or render one that is theirs alone."""
        words = {name: read(request) for name, read in SHELL.items()}
        if any(words[name] for name in OF_ONE_READER):
            return super().to_asgi_response(app, request, **more)
        text = self._text(request, words)
        token = csrf_token(request)
        fillings = {name: str(escape(value)) for name, value in {**self._own, CSRF: token}.items()}
        zipped = goes_zipped(request.scope)
        headers = {"content-encoding": "gzip"} if zipped else {}
        return ASGIResponse(
            body=text.fill_zipped(fillings) if zipped else text.fill(fillings),
            headers={**(more.get("headers") or {}), **self.headers, **headers, "vary": "Accept-Encoding"},
            encoded_headers=more.get("encoded_headers"),
            cookies=[*self.cookies, *(more.get("cookies") or [])],
            media_type=MediaType.HTML,
            status_code=self.status_code,
        )

    def _text(self, request: Request[Any, Any, Any], words: dict[str, Any]) -> HoledText:
        shell = tuple(words[name] for name in words if name not in OF_ONE_READER)
        key = (self._template, current_language(), str(current_zone()), shell)
        pages = self._view.pages
        if (kept := pages.get(key)) is None:
            kept = pages[key] = HoledText(self._render(request, words))
            if len(pages) > MAX_PAGES:
                pages.popitem(last=False)
        else:
            pages.move_to_end(key)
        return kept

    def _render(self, request: Request[Any, Any, Any], words: dict[str, Any]) -> str:
        """Render without the request: a template that read more of it than the shells do would fail."""
        engine = cast("JinjaTemplateEngine", request.app.template_engine)
        shell = {name: _saying(word) for name, word in words.items()}
        holes = {name: hole(name) for name in self._own}
        token = {CSRF: _saying(hole(CSRF)), "csrf_input": csrf_input(hole(CSRF))}
        return engine.get_template(self._template).render(**{**self.context, **holes, **shell, **token})


def _saying(word: Any) -> Any:
    return lambda: word
