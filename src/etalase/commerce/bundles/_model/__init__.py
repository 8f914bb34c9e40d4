"""What a bundle is, and what it takes off a cart. Pure."""

from etalase.commerce.bundles._model.book import BundleBook, BundleLine, combine
from etalase.commerce.bundles._model.bundle import (
    MAX_ITEMS,
    Bundle,
    BundleDraft,
    BundleItem,
    BundleState,
    ItemDraft,
    check_bundle,
    stopped,
)

__all__ = [
    "MAX_ITEMS",
    "Bundle",
    "BundleBook",
    "BundleDraft",
    "BundleItem",
    "BundleLine",
    "BundleState",
    "ItemDraft",
    "check_bundle",
    "combine",
    "stopped",
]
