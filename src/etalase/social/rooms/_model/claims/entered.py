"""Claims that a host enters for somebody who has called, or who wrote in another network."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What a host enters: for whom, how many units of what. Under one `key` it is one claim."""

    name: str
    variant_id: UUID
    quantity: int
    key: str | None = None


@dataclass(frozen=True, slots=True)
class EnteredClaim:
    """For whom a claim was entered, by whom, and the private link to what is held for it."""

    line: str
    name: str
    entered_by: UUID
    host_name: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class HostClaim:
    """One claim as the till gets it. Its buyer is nobody that the till knows: it holds for the `line`."""

    line: str
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class HostClaims:
    """Claims that a host of a show has entered, in the order in which they came."""

    shop_id: UUID
    show: str
    claims: tuple[HostClaim, ...]
