"""A context is entered by its face: no import reaches a neighbour's private module."""

import grimp

CONTEXT_PARENTS = ("etalase.commerce", "etalase.social")
CONTEXT_ROOTS = ("etalase.accounts", "etalase.bridge")
COMMERCE = "etalase.commerce"
ASKED_BY_STORES = {  # a store's module, the other context -> why it may know it
    (f"{COMMERCE}.inventory._store.batch", f"{COMMERCE}.catalog"): "list prices, as SQL (ADR 39)",
    (f"{COMMERCE}.inventory._store.batch", f"{COMMERCE}.shops"): "how long a shop holds, as SQL (ADR 51)",
    (f"{COMMERCE}.inventory._store.imports", f"{COMMERCE}.catalog"): "what the catalog has read",
    (f"{COMMERCE}.payments._store.expected", f"{COMMERCE}.ledger"): "what ledger.compare takes",
}


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


def asked_by_stores(graph: grimp.ImportGraph) -> set[tuple[str, str]]:
    """Return each import of another context into a store."""
    all_contexts = contexts(graph)
    return {
        (module, imported)
        for context in all_contexts
        for module in graph.find_descendants(context)
        if "_store" in module.removeprefix(context).split(".")
        for imported in graph.find_modules_directly_imported_by(module)
        if imported in all_contexts - {context}
    }


def test_a_store_knows_its_own_tables_and_asks_no_other_context() -> None:
    """What two contexts say together is a query; the store of one of them would hide half of it."""
    graph = grimp.build_graph("etalase", cache_dir=None)
    assert asked_by_stores(graph) == ASKED_BY_STORES.keys()
    graph.add_import(importer="etalase.commerce.orders._store.steps", imported="etalase.commerce.shipping")
    assert ("etalase.commerce.orders._store.steps", "etalase.commerce.shipping") in asked_by_stores(graph)
