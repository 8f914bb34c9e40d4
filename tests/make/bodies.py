"""A body that fits what a handler asks for: the API's own examples, else the least that is valid."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import BodyKwarg

from tests.make.probes import form

SMALLEST: dict[type[Any], Any] = {
    msgspec.inspect.StrType: "x",
    msgspec.inspect.BoolType: False,
    msgspec.inspect.FloatType: 1.0,
    msgspec.inspect.NoneType: None,
    msgspec.inspect.AnyType: None,
    msgspec.inspect.UUIDType: "018f4e9a-0000-7000-8000-000000000000",
    msgspec.inspect.DateTimeType: "2026-12-01T12:00:00Z",
    msgspec.inspect.DateType: "2026-12-01",
    msgspec.inspect.BytesType: "",
    msgspec.inspect.DecimalType: "1",
}


def example_body(handler: Any, known: Mapping[str, str]) -> tuple[bytes, str]:
    """Return a body and its content type for a handler, with the known values in it; nothing for no body."""
    data = handler.parsed_fn_signature.parameters.get("data")
    if data is None:
        return b"", ""
    kwarg = data.kwarg_definition
    media = kwarg.media_type if isinstance(kwarg, BodyKwarg) else RequestEncodingType.JSON
    if media == RequestEncodingType.MULTI_PART:
        return multipart(data.annotation)
    try:
        example = example_of(msgspec.inspect.type_info(data.annotation))
    except TypeError:
        example = {}
    if isinstance(example, dict):
        example |= {name: value for name, value in known.items() if name in example}
    if media == RequestEncodingType.URL_ENCODED:
        return form(example if isinstance(example, dict) else {}), "application/x-www-form-urlencoded"
    return msgspec.json.encode(example), "application/json"


def multipart(shape: Any) -> tuple[bytes, str]:
    """Return a form with a small file for each field that takes one, and its content type."""
    parts = [
        f'--b\r\ncontent-disposition: form-data; name="{field.name}"; filename="x"\r\n\r\nx\r\n'
        for field in (dataclasses.fields(shape) if dataclasses.is_dataclass(shape) else ())
        if field.type is UploadFile
    ]
    return f"{''.join(parts)}--b--\r\n".encode(), "multipart/form-data; boundary=b"


def example_of(kind: Any) -> Any:  # noqa: C901, PLR0911 - one case for each kind of type
    """Return a value of this type."""
    inspect = msgspec.inspect
    match kind:
        case inspect.Metadata(type=inner):
            examples = (kind.extra_json_schema or {}).get("examples")
            return examples[0] if examples else example_of(inner)
        case inspect.StructType(fields=fields) | inspect.DataclassType(fields=fields):
            return {field.encode_name: example_of(field.type) for field in fields if field.required}
        case inspect.TypedDictType(fields=fields):
            return {field.name: example_of(field.type) for field in fields if field.required}
        case inspect.UnionType(types=types):
            return example_of(types[0])
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.IntType(ge=ge, gt=gt):
            return max(1, ge or 0, (gt or 0) + 1)
        case inspect.StrType(min_length=minimum):
            return "x" * max(1, minimum or 0)
        case (
            inspect.ListType(item_type=item, min_length=minimum)
            | inspect.VarTupleType(item_type=item, min_length=minimum)
        ):
            return [example_of(item)] * max(1, minimum or 0)
        case inspect.DictType():
            return {}
    return SMALLEST.get(type(kind))
