"""What every request passes before its handler: its address and its document hold nothing that nobody types,
and its document is of the shape that the handler asks for.

The fields of a form are refused one by one by `kernel.fields`, so that the page can say so beside each.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import msgspec
from litestar import Request
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException, SerializationException, ValidationException
from litestar.params import BodyKwarg
from litestar.typing import FieldDefinition

from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import is_poisoned, poisoned_paths

_NO_UTF8 = "\N{REPLACEMENT CHARACTER}"
_WHERE = re.compile(r" - at `\$\.?(.*)`$")
"""How msgspec ends what it says of a value that is not at the top."""


async def refuse_unfit(request: Request[Any, Any, Any]) -> None:
    """Refuse controls, halves of characters and overrides of direction wherever a text may stand.

    A JSON document that the handler asks for has numbers where numbers belong, and texts where texts do:
    Litestar itself would take "1e3" for 1000, "true" or 1 for a bool, and 5 for a moment of 1970.
    """
    if is_poisoned(request.scope["path"].replace(_NO_UTF8, "")):
        raise NotFoundException
    fields = list(_poisoned_query(request.scope["query_string"]))
    shape = request.route_handler.parsed_data_field
    document = await _read_document(request) if shape is not None and _is_json(shape) else None
    fields += poisoned_paths(document)
    if fields:
        raise Invalid(*(FieldProblem(field, "unreadable") for field in dict.fromkeys(fields)))
    if shape is not None and document is not None:
        _require_shape(document, shape.annotation)


def _poisoned_query(query: bytes) -> Iterator[str]:
    if b"%" in query:
        for pair in query.decode("latin-1").split("&"):
            name, _, value = (unquote_plus(part).replace(_NO_UTF8, "") for part in pair.partition("="))
            if is_poisoned(name) or is_poisoned(value):
                yield "query" if is_poisoned(name) else name


def _is_json(shape: FieldDefinition) -> bool:
    how = shape.kwarg_definition
    return not isinstance(how, BodyKwarg) or how.media_type == RequestEncodingType.JSON


async def _read_document(request: Request[Any, Any, Any]) -> Any:
    """Return the document; nothing where there is none, or none that can be read: its handler says so."""
    try:
        return await request.json() if await request.body() else None
    except (SerializationException, RecursionError):
        return None


def _require_shape(document: Any, shape: Any) -> None:
    """Refuse, as Litestar does what it can't convert, the first value that is of another kind."""
    try:
        msgspec.convert(document, shape, str_keys=True)
    except msgspec.ValidationError as error:
        said = str(error)
        found = _WHERE.search(said)
        where = {"key": found[1] if found else "data", "source": "body"}
        problem = {"message": _WHERE.sub("", said), **where}
        raise ValidationException("Validation failed", extra=[problem]) from error
