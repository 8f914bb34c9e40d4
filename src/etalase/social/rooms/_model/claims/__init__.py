"""What a line of the chat asks to buy: a claim, nothing, or something to ask back about. Pure.

It refuses to guess: where two readings fit, or what is named is not there, it says what to ask.
"""

from etalase.social.rooms._model.claims.desk import (
    ClaimAnswer,
    ClaimDesk,
    ClaimOutcome,
    ClaimVerdict,
    RoomClaim,
)
from etalase.social.rooms._model.claims.reading import (
    ClaimDoubt,
    ClaimRead,
    HostWord,
    Reading,
    SaidByHost,
    UnclearClaim,
    read_host_line,
    read_line,
)

__all__ = [
    "ClaimAnswer",
    "ClaimDesk",
    "ClaimDoubt",
    "ClaimOutcome",
    "ClaimRead",
    "ClaimVerdict",
    "HostWord",
    "Reading",
    "RoomClaim",
    "SaidByHost",
    "UnclearClaim",
    "read_host_line",
    "read_line",
]
