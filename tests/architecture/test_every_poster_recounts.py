"""Whoever posts to the ledger owns what it posts, and the audit recounts it."""

import ast

from etalase.bootstrap import COUNTS, POSTERS
from tests.architecture.test_one_gate import modules


def test_each_context_that_posts_has_its_recount_in_the_audit() -> None:
    posting = {
        path.split("/")[1]
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "ledger.post"
    }
    assert posting == set(POSTERS)
    assert {f"ledger entries of {owner}" for owner in POSTERS} <= set(COUNTS)


def test_an_entry_is_made_for_an_owner_by_its_name_in_the_context() -> None:
    """A text in place of the constant would be an owner that nobody registered."""
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Entry":
                assert "LEDGER_OWNER" in ast.unparse(node.args[-1]), (path, node.lineno)
