"""What nobody types is refused in each field that exists: of documents, commands, files and forms."""

import json
import re
import typing
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx
import msgspec
import pytest

from etalase import accounts
from etalase.bootstrap import System
from etalase.commerce.catalog import UnreadableSpreadsheet
from etalase.commerce.catalog._model import COLUMNS, preview, read_sheet
from etalase.kernel.errors import Invalid, Refusal
from etalase.kernel.ids import new_id
from etalase.social.rooms import Command, read_command
from tests.make.accounts import sign_up
from tests.make.bodies import example_body
from tests.make.orders import Market
from tests.make.program import send

POISON = ("x\0", "\u202eevil", "a\ab", "\ud800")
TYPED = {"text", "tel", "email", "search", "textarea"}


def texts_of(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where texts stand in a document."""
    if isinstance(body, str):
        yield path
    elif isinstance(body, dict | list):
        for key, inner in body.items() if isinstance(body, dict) else enumerate(body):
            yield from texts_of(inner, (*path, key))


def poisoned(body: Any, path: tuple[Any, ...], poison: str) -> Any:
    """Return a copy of the document with the poison in that place."""
    if not path:
        return poison
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = poisoned(copy[path[0]], path[1:], poison)
    return copy


def api_handlers(system: System) -> Iterator[tuple[str, str, Any]]:
    """Yield method, path and handler of each route of the API that takes a document."""
    app: Any = system.endpoints[0].app
    while not hasattr(app, "routes"):
        app = app.app if hasattr(app, "app") else app._app
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if route.path.startswith("/api/"):
                for method in sorted(handler.http_methods - {"GET", "HEAD", "OPTIONS"}):
                    yield method, route.path_format, handler


async def test_each_text_of_each_document_of_the_api(system: System, browser: httpx.AsyncClient) -> None:
    db = system.databases["commerce"]
    owner = await sign_up(db)
    async with db.begin() as tx:
        token = await accounts.issue_token(tx, owner, "poison")
    headers = {"authorization": f"Bearer {token.secret}", "content-type": "application/json"}
    tried = 0
    for method, path, handler in api_handlers(system):
        content, media = example_body(handler, {})
        if media != "application/json":
            continue
        body = json.loads(content)
        address = re.sub(r"\{(\w+)\}", lambda part: str(new_id()) if "id" in part[1] else "x", path)
        for place in texts_of(body):
            for poison in POISON:
                sent = json.dumps(poisoned(body, place, poison))
                answer = await browser.request(method, address, content=sent, headers=headers)
                assert answer.status_code in {400, 401, 422}, (method, path, place, answer.text)
                if answer.status_code == 422:
                    assert ".".join(map(str, place)) in {one["field"] for one in answer.json()["errors"]}
                tried += answer.status_code == 422
    assert tried > 100, "too few fields were found"


@pytest.mark.parametrize(
    "path", ["/shipping/places?q=a%00", "/?x=%07", "/?%00=1", "/api/v1/places?q=%E2%80%AE"]
)
async def test_each_address(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 422


@pytest.mark.parametrize("kind", typing.get_args(Command))
@pytest.mark.parametrize("poison", POISON)
def test_each_text_of_each_command_of_a_room(kind: type[msgspec.Struct], poison: str) -> None:
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    texts = [name for name, shape in fields.items() if "str" in str(shape) and "UUID" not in str(shape)]
    for name in texts:
        minimum = dict.fromkeys(texts, "12345678") | {name: poison + "12345678"}
        with pytest.raises(Refusal) as refused:
            read_command(json.dumps({"do": kind.__struct_config__.tag, **minimum}).encode())
        if isinstance(refused.value, Invalid):
            assert [(one.field, one.code) for one in refused.value.problems] == [(name, "unreadable")]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("poison", POISON[:3])
def test_each_column_of_a_file(column: str, poison: str) -> None:
    row = {"code": "A1", "title": "Gaun", "price": "89000", "weight_grams": "180"} | {column: poison}
    names = [name for name in COLUMNS if name in row]
    text = ",".join(names) + "\n" + ",".join(row[name] for name in names) + "\n"
    try:
        rows = preview(read_sheet(text.encode(), max_rows=9), []).rows
    except UnreadableSpreadsheet:
        return
    assert column in {problem.field for row in rows for problem in row.problems}


class Forms(HTMLParser):
    """The forms of a page: where each goes, and its fields as the page fills them in."""

    def __init__(self) -> None:
        super().__init__()
        self.posted = False
        self.forms: list[tuple[str, dict[str, str], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.posted = found.get("method") == "post"
            if self.posted:
                self.forms.append((found.get("action", ""), {}, []))
        elif tag in {"input", "textarea"} and self.posted and "name" in found:
            kind = "textarea" if tag == "textarea" else found.get("type", "text")
            if kind not in {"file", "checkbox", "radio", "submit"}:
                self.forms[-1][1][found["name"]] = found.get("value", "")
            if kind in TYPED:
                self.forms[-1][2].append(found["name"])


async def test_each_typed_field_of_each_form_of_the_desk(browser: httpx.AsyncClient, market: Market) -> None:
    order = await market.buy("cart:a")
    desk = f"/desk/{market.shop.slug}"
    pages = [
        "/desk/new-shop", f"{desk}/settings", f"{desk}/products/new", f"{desk}/shipping", f"{desk}/staff",
        f"{desk}/orders/{order.number}", f"{desk}/money", "/account",
    ]  # fmt: skip
    tried = 0
    for page in pages:
        forms = Forms()
        forms.feed((await browser.get(page)).text)
        for action, values, typed in forms.forms:
            for name in typed:
                for poison in POISON[:3]:
                    answer = await send(browser, urljoin(page, action), **values | {name: poison})
                    assert 400 <= answer.status_code < 500, (page, action, name)
                    tried += 1
    assert tried > 60, "too few fields were found"
