"""The only SQL about accounts.

Order of locks: email_codes, password_resets, accounts. Sessions and tokens are not locked: a row is made,
touched and deleted, each in one statement.
"""

from etalase.accounts._store.access import (
    add_session,
    add_token,
    count_tokens,
    delete_session,
    delete_session_by_token,
    delete_sessions,
    delete_token,
    delete_tokens,
    delete_vouched,
    find_by_session,
    find_by_token,
    forget_expired,
    is_still_in,
    list_sessions,
    list_tokens,
)
from etalase.accounts._store.codes import (
    add_code,
    add_reset,
    delete_code,
    find_reset,
    lock_code,
    set_code_hash,
    set_tries_left,
    take_reset,
)
from etalase.accounts._store.people import (
    add_account,
    find_account,
    find_account_by_email,
    find_account_by_reference,
    find_credentials,
    lock_account,
    set_display_name,
    set_password_hash,
)
from etalase.accounts._store.tables import metadata

__all__ = [
    "add_account",
    "add_code",
    "add_reset",
    "add_session",
    "add_token",
    "count_tokens",
    "delete_code",
    "delete_session",
    "delete_session_by_token",
    "delete_sessions",
    "delete_token",
    "delete_tokens",
    "delete_vouched",
    "find_account",
    "find_account_by_email",
    "find_account_by_reference",
    "find_by_session",
    "find_by_token",
    "find_credentials",
    "find_reset",
    "forget_expired",
    "is_still_in",
    "list_sessions",
    "list_tokens",
    "lock_account",
    "lock_code",
    "metadata",
    "set_code_hash",
    "set_display_name",
    "set_password_hash",
    "set_tries_left",
    "take_reset",
]
