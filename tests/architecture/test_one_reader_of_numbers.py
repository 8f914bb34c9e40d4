"""Numbers are read in `kernel.fields` from people, in `kernel.reading` from programs, and only there."""

import ast
from collections.abc import Iterator
from pathlib import Path

import etalase

SOURCE = Path(etalase.__file__).parent
READERS = {"isdigit", "isdecimal", "isnumeric", "int", "float", "Decimal", "strptime"}
PLACES = ("web", "api", "commerce", "social/rooms", "social/media/_model", "bridge", "accounts")
ALLOWED = {  # file -> why: none of them is typed by a person
    "web/_auth.py": "a lifetime in seconds",
    "web/_ranges.py": "HTTP ranges (RFC 9110, section 14), bounded by their pattern",
    "web/_unread.py": "a bound in msgspec's own message",
    "web/_documents/fonts.py": "code points of our own index of fonts",
    "web/catalog/_forms.py": "the place of a row in a field's name",
    "web/rooms/_views.py": "seconds of a recording, numbers already",
    "commerce/catalog/_model/mangled.py": "days that a spreadsheet wrote as numbers",
    "social/media/_model/sound.py": "ticks of a clock",
    "commerce/shops/_model/qris.py": "lengths of EMVCo's TLV",
    "commerce/payments/_adapters/midtrans/messages.py": "the gateway's own amounts",
    "bridge/_model/__init__.py": "times of a signed message",
}


def readings(path: Path) -> Iterator[int]:
    """Yield the lines on which a text may become a number; what SQL sums is a number already."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in READERS:
            yield node.lineno


def test_nobody_else_makes_a_number_of_what_people_type() -> None:
    found: dict[str, list[int]] = {}
    for place in PLACES:
        for path in sorted((SOURCE / place).rglob("*.py")):
            if not {"_store", "_store.py", "_queries", "_queries.py"} & set(path.parts):
                lines = list(readings(path))
                if lines:
                    found[str(path.relative_to(SOURCE))] = lines
    beyond = {path: lines for path, lines in found.items() if path not in ALLOWED}
    assert not beyond, "read these with kernel.fields.Fields, or with kernel.reading.read_number"
    assert not [path for path in ALLOWED if path not in found], "these no longer read numbers"
