"""What a line of the chat asks to buy: a claim, nothing, or something to ask back about. Pure.

It refuses to guess: where two readings fit, or what is named is not there, it says what to ask.
"""

from etalase.social.rooms._model.claims.desk import (
    ClaimAnswer,
    ClaimClosing,
    ClaimDesk,
    ClaimOutcome,
    ClaimsBy,
    ClaimVerdict,
    RoomClaim,
)
from etalase.social.rooms._model.claims.entered import EnteredClaim, EntryDraft, HostClaim, HostClaims
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
from etalase.social.rooms._model.claims.report import (
    ClaimEntry,
    ClaimLine,
    ClaimsQuestion,
    NextInLine,
    ShowClaims,
    ShowLine,
)

__all__ = [
    "ClaimAnswer",
    "ClaimClosing",
    "ClaimDesk",
    "ClaimDoubt",
    "ClaimEntry",
    "ClaimLine",
    "ClaimOutcome",
    "ClaimRead",
    "ClaimVerdict",
    "ClaimsBy",
    "ClaimsQuestion",
    "EnteredClaim",
    "EntryDraft",
    "HostClaim",
    "HostClaims",
    "HostWord",
    "NextInLine",
    "Reading",
    "RoomClaim",
    "SaidByHost",
    "ShowClaims",
    "ShowLine",
    "UnclearClaim",
    "read_host_line",
    "read_line",
]
