"""Why there is no evidence to be had."""

from etalase.kernel.errors import Refusal


class EvidenceBusy(Refusal):
    """Others' evidence is being put together; try again in a moment."""

    code = "evidence_busy"
