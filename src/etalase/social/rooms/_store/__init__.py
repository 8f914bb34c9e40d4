"""The only SQL of shows and rooms. Lock order: the show's row, then its offers, then blocks."""

from etalase.social.rooms._store.entered import add_entered, list_entered, save_link
from etalase.social.rooms._store.log import (
    REBUILT_LINES,
    LogEntry,
    append_events,
    list_blocks,
    list_events,
    remove_block,
    save_block,
)
from etalase.social.rooms._store.prices import ShownPrice, find_price
from etalase.social.rooms._store.shows import (
    add_counts,
    delete_show,
    find_show,
    find_show_by_id,
    insert_show,
    list_shows,
    lock_show,
    rename_shop,
    replace_tray,
    save_show,
    save_stock,
)
from etalase.social.rooms._store.tables import metadata

__all__ = [
    "REBUILT_LINES",
    "LogEntry",
    "ShownPrice",
    "add_counts",
    "add_entered",
    "append_events",
    "delete_show",
    "find_price",
    "find_show",
    "find_show_by_id",
    "insert_show",
    "list_blocks",
    "list_entered",
    "list_events",
    "list_shows",
    "lock_show",
    "metadata",
    "remove_block",
    "rename_shop",
    "replace_tray",
    "save_block",
    "save_link",
    "save_show",
    "save_stock",
]
