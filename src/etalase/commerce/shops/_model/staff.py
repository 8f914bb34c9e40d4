"""Who works in a shop and what they may do. No I/O."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from etalase.commerce.shops._errors import LastOwner
from etalase.commerce.shops._model.shop import ShopId, ShopView

INVITATION_TTL = timedelta(days=7)


class Role(StrEnum):
    """What a member of the staff may do: an owner all, a host sell, a packer pack and count."""

    OWNER = "owner"
    HOST = "host"
    PACKER = "packer"


KEEPERS = (Role.OWNER, Role.HOST)
"""Who keeps products and goes live."""
PACKERS = (Role.OWNER, Role.PACKER)
"""Who packs and sends orders."""


@dataclass(frozen=True, slots=True)
class Membership:
    """One account's place in one shop."""

    shop: ShopView
    role: Role


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One member of a shop's staff."""

    account_id: UUID
    role: Role
    since: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation: the link's secret is kept only as a digest."""

    id: UUID
    shop_id: ShopId
    email: str
    role: Role
    expires_at: datetime


def digest_of(token: str) -> bytes:
    """Return what is stored of an invitation's secret (SHA-256; the secret has 256 random bits)."""
    return hashlib.sha256(token.encode()).digest()


def require_an_owner_left(staff: list[StaffMember], leaving: UUID, *, role_after: Role | None = None) -> None:
    """Refuse what would leave the shop without an owner; `role_after` is None for one who goes."""
    owners = {member.account_id for member in staff if member.role is Role.OWNER}
    if role_after is not Role.OWNER and owners == {leaving}:
        raise LastOwner
