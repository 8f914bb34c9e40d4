"""What people typed is read within limits, and every problem is told."""

import pytest

from etalase.kernel.errors import Invalid
from etalase.kernel.fields import Fields


def read_email(typed: str) -> str:
    fields = Fields()
    read = fields.email("email", typed)
    fields.settle()
    return read


def test_a_mailbox_is_read_as_accounts_read_it() -> None:
    assert read_email(" Sari+toko@Bücher.example ") == "sari+toko@xn--bcher-kva.example"


def test_domains_that_differ_are_two_mailboxes() -> None:
    assert read_email("sari@fa\N{LATIN SMALL LETTER SHARP S}.de") == "sari@xn--fa-hia.de"
    assert read_email("sari@fass.de") == "sari@fass.de"


@pytest.mark.parametrize("typed", ["a,b@x.id", "böb@x.id", "nobody", "a@b@x.id", "sari@-x.id"])
def test_what_no_account_may_have_is_no_buyers_or_shops_mailbox(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_email(typed)
    assert [problem.code for problem in refused.value.problems] == ["not_an_email"]


@pytest.mark.parametrize(("typed", "code"), [("", "required"), (f"{'a' * 250}@x.id", "too_long")])
def test_an_empty_or_endless_mailbox_is_one_problem(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_email(typed)
    assert [problem.code for problem in refused.value.problems] == [code]
