"""Every answer that these tests get of the API is one that its own description tells of."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from etalase.api._openapi import complete, handlers_of

Seen = tuple[Litestar, str, str, int, str]


@pytest.fixture(autouse=True)
def described_answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Note every answer on its way, and look each up in the document afterwards."""
    seen: list[Seen] = []
    pass_on = httpx.ASGITransport.handle_async_request

    async def note(self: httpx.ASGITransport, request: httpx.Request) -> httpx.Response:
        answer = await pass_on(self, request)
        app = getattr(self.app, "app", None)
        if isinstance(app, Litestar) and request.url.path.startswith("/api/v1/"):
            kind = answer.headers.get("content-type", "").partition(";")[0]
            seen.append((app, request.method.lower(), request.url.path, answer.status_code, kind))
        return answer

    monkeypatch.setattr(httpx.ASGITransport, "handle_async_request", note)
    yield
    for app, method, path, status, kind in dict.fromkeys(seen):
        assert complaint(document_of(app), method, path, status, kind) == ""


_documents: dict[frozenset[tuple[str, str, Any]], Any] = {}


def document_of(app: Litestar) -> Any:
    """Return the description, made once for all apps that have the same operations by the same functions."""
    operations = frozenset((path, method, handler.fn) for path, method, handler in handlers_of(app))
    if operations not in _documents:
        _documents[operations] = complete(app.openapi_schema.to_schema(), app)
    return _documents[operations]


def complaint(document: Any, method: str, path: str, status: int, kind: str) -> str:
    """Say what the document does not tell of an answer; nothing where no operation of it was asked."""
    for template, operations in document["paths"].items():
        if method in operations and re.fullmatch(re.sub(r"\\?\{[^}]+\\?\}", "[^/]+", template), path):
            message = operations[method]["responses"].get(str(status))
            if message is None:
                return f"{method} {template} does not tell of {status}"
            kinds = set(message.get("content", {}))
            wrong = bool(kinds) and kind not in kinds and bool(kind)
            return f"{method} {template} tells of {kinds} at {status}, not {kind}" if wrong else ""
    return ""
