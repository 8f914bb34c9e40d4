"""The evidence of an order: what was shown, held, priced, paid, sent and written, signed so that it stays so.

It reads what others keep and changes nothing; what a show showed is said by the show's own plane, through the
port `ShowRecords`. Its own are the public keys by which evidence was ever signed.
"""

from etalase.commerce.evidence._adapters import NotEvidence, pack, read
from etalase.commerce.evidence._errors import EvidenceBusy
from etalase.commerce.evidence._model import (
    MAX_CLIP_SECONDS,
    Clip,
    ClipFrame,
    ClipQuestion,
    DiscountFact,
    Discrepancy,
    Dossier,
    EvidenceKey,
    HoldFact,
    MadeFor,
    Moment,
    Scene,
    ShowFact,
    ShownThen,
    ShowQuestion,
    ShowRecord,
    ShowRecords,
    Signer,
    check,
    plan_clips,
    read_keys,
    with_shows,
    write_keys,
)
from etalase.commerce.evidence._queries import EvidenceMaker, gather, questions_of
from etalase.commerce.evidence._store import list_keys, publish_key

__all__ = [
    "MAX_CLIP_SECONDS",
    "Clip",
    "ClipFrame",
    "ClipQuestion",
    "DiscountFact",
    "Discrepancy",
    "Dossier",
    "EvidenceBusy",
    "EvidenceKey",
    "EvidenceMaker",
    "HoldFact",
    "MadeFor",
    "Moment",
    "NotEvidence",
    "Scene",
    "ShowFact",
    "ShowQuestion",
    "ShowRecord",
    "ShowRecords",
    "ShownThen",
    "Signer",
    "check",
    "gather",
    "list_keys",
    "pack",
    "plan_clips",
    "publish_key",
    "questions_of",
    "read",
    "read_keys",
    "with_shows",
    "write_keys",
]
