"""The API describes itself validly, completely and with examples, and describes no page."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.make.systems import MakesDatabases, running_system

Document = dict[str, Any]


@pytest.fixture
async def document(databases: MakesDatabases, tmp_path: Path) -> Document:
    """Return the document as it is served."""
    async with running_system(databases, tmp_path) as system:
        transport = httpx.ASGITransport(system.endpoints[0].app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            served: Document = (await client.get("/api/v1/openapi.json")).json()
    return served


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield each operation with its name."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                yield f"{method.upper()} {path}", operation


def has_example(document: Document, node: Any, seen: frozenset[str] = frozenset()) -> bool:
    """Tell whether an example stands anywhere in the node or in what it refers to."""
    if isinstance(node, list):
        return any(has_example(document, child, seen) for child in node)
    if not isinstance(node, dict):
        return False
    if node.get("examples") or "example" in node:
        return True
    reference = node.get("$ref", "")
    if reference and reference not in seen:
        target: Any = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
        return has_example(document, target, seen | {reference})
    return any(has_example(document, child, seen) for child in node.values())


async def test_the_document_is_valid_openapi_3_1(document: Document) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


async def test_it_describes_the_api_and_no_page(document: Document) -> None:
    assert [path for path in document["paths"] if not path.startswith("/api/v1/")] == []


async def test_every_operation_has_a_summary_and_an_example(document: Document) -> None:
    lacking = [
        name
        for name, operation in operations(document)
        if not operation.get("summary")
        or not has_example(
            document, [operation.get("parameters"), operation.get("requestBody"), operation.get("responses")]
        )
    ]
    assert lacking == []


async def test_it_tells_who_is_let_in_as_the_table_of_authorization_does(document: Document) -> None:
    table = tomllib.loads((Path(__file__).parent / "authorization.toml").read_text(encoding="utf-8"))
    who = {route: let_in for rows in table.values() for route, let_in in rows.items()}
    described = {
        name: "open"
        if operation.get("security") == [] and "401" not in operation["responses"]
        else "signed in"
        for name, operation in operations(document)
    }
    by_secret = {name for name in described if who[name] == "secret"}
    assert {name: how for name, how in described.items() if name not in by_secret} == {
        name: "open" if who[name] == "open" else "signed in" for name in described if name not in by_secret
    }
    assert {who[name] for name in described} >= {"open", "signed in", "owner", "owner host packer"}


MONEY_WORDS = {"amount", "due", "flat", "fee", "goods", "minor", "price", "shipping", "total"}
WITH_CURRENCY = {"Balance", "Cart", "LedgerEntry", "OrderItem", "RateTable", "RefundItem", "Variant"}


async def test_money_is_whole_minor_units_under_names_that_say_so(document: Document) -> None:
    schemas: Document = document["components"]["schemas"]
    fields = {
        f"{name}.{field}": shape
        for name, schema in schemas.items()
        for field, shape in schema.get("properties", {}).items()
    }
    unsaid = [
        name
        for name, shape in fields.items()
        if "Whole rupiah." in str(shape)
        or ("integer" in str(shape) and MONEY_WORDS & set(name.rpartition(".")[2].split("_")))
        if not name.endswith("_minor")
    ]
    assert unsaid == []
    money = [shape for name, shape in fields.items() if name.endswith("_minor")]
    assert all("integer" in {one.get("type") for one in (shape, *shape.get("oneOf", ()))} for shape in money)
    assert {
        name for name, schema in schemas.items() if "currency" in schema.get("properties", {})
    } >= WITH_CURRENCY
