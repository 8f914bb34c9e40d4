"""A refusal is told in the reader's words, with amounts as people read them."""

from etalase.commerce.payments import AmountDiffers
from etalase.web._refusals import say


def test_an_amount_in_a_refusal_is_written_as_money() -> None:
    said = say(AmountDiffers(due_minor=426_043, seen_minor=104_000))
    assert "Rp\N{NO-BREAK SPACE}426.043." in said.detail or "Rp 426.043." in said.detail
    assert said.facts["due_minor"] == 426_043
