"""Hosts: people whom a shop on the other plane has vouched for, and the shops for which they may hold shows.

Viewers are not here: they need no account. A shop's name and address are the copies that came with the pass.
"""

from etalase.social.people._commands import admit_host, withdraw_host
from etalase.social.people._errors import NotItsHost
from etalase.social.people._model import HostGrant
from etalase.social.people._queries import is_host, require_host
from etalase.social.people._store import (
    find_person,
    list_grants,
    list_hosts,
    rename_shop,
    withdraw_other_grants,
)

__all__ = [
    "HostGrant",
    "NotItsHost",
    "admit_host",
    "find_person",
    "is_host",
    "list_grants",
    "list_hosts",
    "rename_shop",
    "require_host",
    "withdraw_host",
    "withdraw_other_grants",
]
