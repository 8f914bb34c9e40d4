"""Every action that the law rules is asked about by the command that does it; pages only show."""

import ast
import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator

from etalase.commerce.deals import start_deal
from etalase.commerce.inventory import HoldQueue, HoldRequest
from etalase.commerce.orders import Checkout, pay_again, place_orders
from etalase.policy import Action
from tests.architecture.test_one_gate import modules

ASKING = {"require", "allows", "decide", "refusal"}
DEEDS = {
    Action.HOLD_IN_ROOM: {
        "commerce/inventory/_commands/hold_queue.py",
        "bridge/_commands/claims.py",
        "bridge/_commands/crossing.py",
    },
    Action.PAY_IN_ROOM: {"commerce/orders/_commands/place.py"},
    Action.LINK_TO_SHOP: {"bridge/_commands/crossing.py"},
    Action.REPORT_SALES: {
        "bridge/_commands/claims.py",
        "bridge/_commands/crossing.py",
        "bridge/_adapters.py",
    },
    Action.CLAIM_DISCOUNT: {"commerce/deals/_commands.py"},
}
"""Where each deed is done: the command there requires it."""
PAGES = {
    "web/rooms/_access.py": "what room and studio show",
    "web/_closed.py": "what is said where a button or link would only lead to a refusal",
    "bootstrap/_layout.py": "whether the planes share an address, at start",
    "bootstrap/_law.py": "what an operator is warned of",
    "lab/demo/_market.py": "what a demo's viewers do",
}
"""Who looks at what is allowed, and for what; no deed is done there."""
WITH_A_VENUE: dict[Callable[..., object], str] = {HoldRequest: "venue", Checkout: "venue"}
WITH_THE_LAW: dict[Callable[..., object], str] = {
    HoldQueue.__init__: "law",
    place_orders: "law",
    pay_again: "law",
    start_deal: "law",
}


def questions() -> Iterator[tuple[str, str, set[Action]]]:
    """Yield each question to the law: the module, how it asks, and which actions its function names."""
    for path, tree in modules():
        if path.startswith("policy/"):
            continue
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                named = {
                    Action[node.attr]
                    for node in ast.walk(function)
                    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Action"
                }
                for how in {_asked(node) for node in ast.walk(function)} - {""}:
                    yield path, how, named


def _asked(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    facts = any(getattr(getattr(word, "func", None), "id", "") == "Facts" for word in node.args)
    return name if name in ASKING and (facts or "facts" in map(ast.unparse, node.args)) else ""


def test_each_action_is_required_by_the_command_that_does_it() -> None:
    required = defaultdict(set)
    for path, how, named in questions():
        if how == "require":
            for action in named:
                required[action].add(path)
    assert dict(required) == DEEDS
    assert set(DEEDS) == set(Action), "an action that nobody asks about is no law"


def test_who_only_looks_is_a_page_with_a_reason() -> None:
    looking = {path for path, how, _ in questions() if how != "require"}
    assert looking == set(PAGES)
    assert not [path for path in looking if "_commands" in path]


def test_no_deed_can_be_reached_without_saying_where_and_by_which_law() -> None:
    """Neither has a default, so that a new door has to decide."""
    for asked, parameter in (WITH_A_VENUE | WITH_THE_LAW).items():
        found = inspect.signature(asked).parameters[parameter]
        assert found.default is inspect.Parameter.empty, asked


def test_books_are_loaded_once_for_the_whole_process() -> None:
    loading = {path for path, tree in modules() for node in ast.walk(tree) if _loads(node)}
    assert loading - {"policy/law.py"} == {"bootstrap/_law.py", "cli/_rulebook.py", "lab/demo/_market.py"}


def _loads(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"load_law", "Law"}


def test_no_day_of_the_law_is_counted_elsewhere() -> None:
    """A book's day begins at midnight of its own zone; nobody turns a moment into a day for it."""
    for path, tree in modules():
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        for call in calls:
            if getattr(call.func, "id", "") == "Facts":
                assert "day" not in ast.unparse(call), (path, call.lineno)
