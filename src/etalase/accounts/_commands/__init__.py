"""How accounts come to be, and how people get in and out."""

from etalase.accounts._commands.ending import (
    end_vouched,
    revoke_other_sessions,
    revoke_session,
    revoke_token,
    sign_out,
)
from etalase.accounts._commands.entering import (
    Caller,
    check_password,
    ensure_external_account,
    issue_token,
    open_session,
    rename,
    request_code,
    request_reset,
    request_sign_up,
    reset_password,
    sign_in,
    sign_in_with_code,
    sign_up,
)

__all__ = [
    "Caller",
    "check_password",
    "end_vouched",
    "ensure_external_account",
    "forget_expired",
    "issue_token",
    "open_session",
    "rename",
    "request_code",
    "request_reset",
    "request_sign_up",
    "reset_password",
    "revoke_other_sessions",
    "revoke_session",
    "revoke_token",
    "sign_in",
    "sign_in_with_code",
    "sign_out",
    "sign_up",
]
