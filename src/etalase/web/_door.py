"""What every request passes before its handler: its address and its document hold nothing that nobody types.

The fields of a form are refused one by one by `kernel.fields`, so that the page can say so beside each.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from litestar import Request
from litestar.exceptions import NotFoundException, SerializationException

from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import is_poisoned, poisoned_paths

DOCUMENTS_BELOW = "/api/"
"""Other documents are of protocols of their own, whose readers refuse in their own way."""
_NO_UTF8 = "\N{REPLACEMENT CHARACTER}"


async def refuse_poison(request: Request[Any, Any, Any]) -> None:
    """Refuse controls, halves of characters and overrides of direction wherever a text may stand."""
    if is_poisoned(request.scope["path"].replace(_NO_UTF8, "")):
        raise NotFoundException
    fields = list(_poisoned_query(request.scope["query_string"]))
    if request.scope["path"].startswith(DOCUMENTS_BELOW):
        fields += await _poisoned_document(request)
    if fields:
        raise Invalid(*(FieldProblem(field, "unreadable") for field in dict.fromkeys(fields)))


def _poisoned_query(query: bytes) -> Iterator[str]:
    if b"%" in query:
        for pair in query.decode("latin-1").split("&"):
            name, _, value = (unquote_plus(part).replace(_NO_UTF8, "") for part in pair.partition("="))
            if is_poisoned(name) or is_poisoned(value):
                yield "query" if is_poisoned(name) else name


async def _poisoned_document(request: Request[Any, Any, Any]) -> list[str]:
    if request.content_type[0] != "application/json":
        return []
    try:
        return list(poisoned_paths(await request.json()))
    except (SerializationException, RecursionError):
        return []  # whoever reads it says so
