"""A context is entered by its face: no import reaches a neighbour's private module."""

import grimp

CONTEXT_PARENTS = ("etalase.commerce", "etalase.social")
CONTEXT_ROOTS = ("etalase.accounts", "etalase.bridge")


def contexts(graph: grimp.ImportGraph) -> set[str]:
    """Return the packages that have a face."""
    below = {child for parent in CONTEXT_PARENTS for child in graph.find_children(parent)}
    return below | (set(CONTEXT_ROOTS) & graph.modules)


def intrusions(graph: grimp.ImportGraph) -> list[str]:
    """Return each import that goes past a face."""
    found = []
    for context in contexts(graph):
        inside = {context, *graph.find_descendants(context)}
        private = {module for module in inside if "._" in module.removeprefix(context)}
        found += [
            f"{importer} imports {module}"
            for module in private
            for importer in graph.find_modules_that_directly_import(module) - inside
        ]
    return sorted(found)


def test_every_import_into_a_context_is_of_its_face() -> None:
    assert intrusions(grimp.build_graph("etalase", cache_dir=None)) == []


def test_an_import_past_a_face_is_found() -> None:
    graph = grimp.build_graph("etalase", cache_dir=None)
    graph.add_module("etalase.commerce.inventory._store")
    graph.add_module("etalase.commerce.orders._commands")
    graph.add_import(
        importer="etalase.commerce.orders._commands", imported="etalase.commerce.inventory._store"
    )
    assert "etalase.commerce.orders._commands imports etalase.commerce.inventory._store" in intrusions(graph)
