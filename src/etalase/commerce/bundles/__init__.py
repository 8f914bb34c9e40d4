"""Bundles: units that cost less together, or some of them nothing. What is in a cart decides."""

from etalase.commerce.bundles._commands import make_bundle, stop_bundle
from etalase.commerce.bundles._model import (
    MAX_ITEMS,
    Bundle,
    BundleBook,
    BundleDraft,
    BundleItem,
    BundleLine,
    BundleState,
    ItemDraft,
    combine,
)
from etalase.commerce.bundles._queries import get_bundle_of, open_book
from etalase.commerce.bundles._store import get_bundles, list_bundles

__all__ = [
    "MAX_ITEMS",
    "Bundle",
    "BundleBook",
    "BundleDraft",
    "BundleItem",
    "BundleLine",
    "BundleState",
    "ItemDraft",
    "combine",
    "get_bundle_of",
    "get_bundles",
    "list_bundles",
    "make_bundle",
    "open_book",
    "stop_bundle",
]
