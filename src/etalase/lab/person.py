"""Somebody with a browser that has no scripts: visits pages, fills forms in, keeps cookies."""

import re
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx

from etalase.lab.forms import PageForms

GIVEN_UP = 400
TAG = re.compile(r"<[^>]*>")
QUOTED_LENGTH = 600
"""So much of what a page says is enough to see why it refused."""


class PageRefused(RuntimeError):
    """A page answered with an error; the message holds what it said."""


class SyntheticPerson:
    """One visitor of one origin."""

    def __init__(self, origin: str, language: str = "id") -> None:
        self.origin = origin.rstrip("/")
        self.client = httpx.AsyncClient(
            base_url=self.origin,
            follow_redirects=True,
            timeout=30,
            headers={"accept-language": language, "user-agent": "etalase-lab"},
        )
        self._tokens: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def visit(self, path: str) -> httpx.Response:
        """Open a page. Raises PageRefused when it answers with an error."""
        return self._seen(await self.client.get(path))

    async def fill_in(
        self,
        path: str,
        values: Mapping[str, str | list[str]] | None = None,
        *,
        action: str | None = None,
        files: Any = None,
    ) -> httpx.Response:
        """Open a page, write into its form (that which goes to `action`, or the page itself), send it off."""
        return await self.submit(await self.visit(path), values, action=action, files=files)

    async def submit(
        self,
        answer: httpx.Response,
        values: Mapping[str, str | list[str]] | None = None,
        *,
        action: str | None = None,
        files: Any = None,
    ) -> httpx.Response:
        """Write into a form of the page that is open, and send it off."""
        here = urlsplit(str(answer.url)).path
        wanted = action or here
        parser = PageForms()
        parser.feed(answer.text)
        form = next(
            (form for form in parser.forms if urlsplit(urljoin(here, form.action or here)).path == wanted),
            None,
        )
        if form is None:
            raise PageRefused(f"{here} has no form that goes to {wanted}")
        target = urljoin(str(answer.url), wanted)
        sent = await self.client.post(target, data={**form.values, **(values or {})}, files=files)
        return self._seen(sent)

    async def post_json(self, path: str, body: object) -> httpx.Response:
        """Do what a page's script does: send JSON with the page's CSRF token."""
        return await self.client.post(path, json=body, headers={"x-csrftoken": self.csrf_token(path)})

    async def post_form(self, path: str, values: Mapping[str, str]) -> httpx.Response:
        """Send a form of the page that was open last. Raises PageRefused."""
        headers = {"x-csrftoken": self.csrf_token(path)}
        return self._seen(await self.client.post(path, data=dict(values), headers=headers))

    def csrf_token(self, path: str = "/") -> str:
        """Return what the last page of the path's origin gave to its scripts."""
        return self._tokens.get(_origin(urljoin(self.origin, path)), "")

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code >= GIVEN_UP:
            quoted = " ".join(TAG.sub(" ", answer.text.partition("<main")[2] or answer.text).split())
            raise PageRefused(
                f"{answer.request.method} {answer.url}: {answer.status_code} {quoted[:QUOTED_LENGTH]}"
            )
        if "text/html" in answer.headers.get("content-type", ""):
            parser = PageForms()
            parser.feed(answer.text)
            if parser.csrf:
                self._tokens[_origin(str(answer.url))] = parser.csrf
        return answer


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
