"""How each restricted route is called rightly: with ids, secrets and a body that are real and somebody's own.

A recipe stands under the row of `authorization.toml` that it is for. `Own` marks what belongs to the stall or
to the caller: with anybody else's in its place, the same call must be refused.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.make.neighbours import Neighbours
from tests.make.probes import form


class Own(str):
    """What belongs to the stall or to the caller, and is nobody else's business."""

    __slots__ = ()


def own(thing: object) -> Own:
    """Mark an id or a secret as somebody's own."""
    return Own(thing)


@dataclass(frozen=True)
class Deed:
    """One call: values for the address, a document or a form, and headers."""

    path: Mapping[str, str] = field(default_factory=dict)
    document: Any = None
    fields: Mapping[str, Any] | None = None
    files: Mapping[str, bytes] | None = None
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    alone: str = ""
    """A session in place of the caller's: one that the call may end."""
    refused: frozenset[int] = frozenset({403, 404})
    """How the call is refused with somebody else's in place of one's own."""
    unharmed: Callable[[], Awaitable[bool]] | None = None
    """Where a call that does nothing is answered like one that does: tells whether it is all still there."""

    def body(self) -> tuple[bytes, str]:
        """Return the body and its content type."""
        if self.document is not None:
            return json.dumps(self.document).encode(), "application/json"
        if self.files is not None:
            return _multipart(self.fields or {}, self.files), "multipart/form-data; boundary=b"
        if self.fields is not None:
            return form(self.fields), "application/x-www-form-urlencoded"
        return self.text.encode(), ""


Recipe = Callable[[Neighbours, str], Awaitable[Deed]]
RECIPES: dict[str, Recipe] = {}


def deed(*rows: str) -> Callable[[Recipe], Recipe]:
    """Say how these rows are called."""

    def keep(recipe: Recipe) -> Recipe:
        for row in rows:
            assert row not in RECIPES, row
            RECIPES[row] = recipe
        return recipe

    return keep


def always(*rows: str, **parts: Any) -> None:
    """Say that these rows are called alike by everybody."""

    async def recipe(_: Neighbours, __: str) -> Deed:
        return Deed(**parts)

    deed(*rows)(recipe)


def _multipart(fields: Mapping[str, str], files: Mapping[str, bytes]) -> bytes:
    lines = [
        f'--b\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, content in files.items():
        head = f'--b\r\ncontent-disposition: form-data; name="{name}"; filename="x.png"\r\n\r\n'
        lines.append(head.encode() + content + b"\r\n")
    return b"".join(lines) + b"--b--\r\n"
