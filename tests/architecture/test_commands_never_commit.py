"""A command is a part of whoever's transaction it is given: what it writes, its events and its jobs are one.

Few open transactions of their own, each for a reason; none that is given one opens another.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.test_one_gate import modules

ENDING = {"begin", "begin_nested", "commit", "rollback"}
INNER = ("/_commands", "/_queries")
TRIES = "a try is counted in a transaction of its own, which no refusal takes back"
SLOW = f"{TRIES}; no connection is held while a password is hashed"
PAGED = "between two pages no connection is held, however slowly the reader takes them"
LIVES = "it lives as long as the process, and publishes to its viewers what is durable"
OWN_TRANSACTIONS = {
    "accounts/_commands/entering.py::_send_code": TRIES,
    "accounts/_commands/entering.py::check_password": SLOW,
    "accounts/_commands/entering.py::request_reset": TRIES,
    "accounts/_commands/entering.py::reset_password": SLOW,
    "accounts/_commands/entering.py::sign_in": SLOW,
    "accounts/_commands/entering.py::sign_in_with_code": TRIES,
    "bridge/_commands/crossing.py::SignalReceiver": "rooms are told once what came is noted, and not before",
    "commerce/inventory/_commands/auditing.py::audit_changed": "reads at one moment, writes what it found",
    "commerce/inventory/_commands/hold_queue.py::HoldQueue": "requests of many buyers share a commit",
    "commerce/inventory/_commands/holding.py::expire_due": "the sweep ends some holds at a time",
    "commerce/inventory/_commands/holding.py::next_expiry": "the sweep asks, and then sleeps",
    "commerce/inventory/_queries.py::export_products": PAGED,
    "commerce/orders/_commands/order_queue.py::OrderQueue": "checkouts of many buyers share a commit",
    "commerce/orders/_queries/orders.py::stream_orders": PAGED,
    "commerce/orders/_queries/price_queue.py::PriceQueue": "many buyers' carts share a read",
    "commerce/shops/_queries.py::Workplace": "who enters a shop's desk gets role and transaction together",
    "social/rooms/_commands/broadcasts.py::RoomBroadcasts": LIVES,
    "social/rooms/_commands/entering.py::ClaimEntries": "no connection is held while the till is asked",
    "social/rooms/_commands/registry.py::RoomRegistry": LIVES,
    "social/rooms/_commands/service.py::RoomService": LIVES,
    "social/rooms/_commands/shows.py::Shows": LIVES,
    "social/rooms/_commands/stock.py::StockBoard": LIVES,
    "social/rooms/_commands/trays.py::TrayKeeper": LIVES,
    "social/rooms/_commands/upkeep.py::Upkeep": LIVES,
    "social/rooms/_commands/writer.py::LogWriter": "lines of many viewers share a commit",
}
"""`path::function` or `path::Class` -> why."""


def opening(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield each function and class of a module that begins or ends a transaction."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and any(
            map(_begins_or_ends, ast.walk(node))
        ):
            yield node.name, node


def _begins_or_ends(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in ENDING and ast.unparse(node.func.value) != "model"


def found() -> dict[str, ast.AST]:
    """Return all of them in commands and queries."""
    looked_at = [(path, tree) for path, tree in modules() if any(part in f"/{path}" for part in INNER)]
    return {f"{path}::{name}": node for path, tree in looked_at for name, node in opening(tree)}


def takes_a_transaction(node: ast.AST) -> bool:
    """Tell whether a function is given a transaction and begins or ends one."""
    return any(
        isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(argument.arg == "tx" for argument in (*one.args.args, *one.args.kwonlyargs))
        and any(True for _ in opening(ast.Module([one], [])))
        for one in ast.walk(node)
    )


def test_those_that_open_a_transaction_are_known() -> None:
    assert found().keys() == OWN_TRANSACTIONS.keys()


def test_none_that_is_given_a_transaction_opens_another() -> None:
    assert not [place for place, node in found().items() if takes_a_transaction(node)]


@pytest.mark.parametrize("line", ["async with db.begin() as inner: pass", "await tx.connection.commit()"])
def test_one_that_commits_is_found(line: str) -> None:
    tree = ast.parse(f"async def place(tx, db):\n    {line}")
    assert [name for name, _ in opening(tree)] == ["place"]
    assert takes_a_transaction(tree)
