"""Who pays first: more that was paid never speaks against a buyer, more that was not never for them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.commerce.orders import (
    Appeal,
    AppealDraft,
    AppealOpen,
    AppealState,
    AppealTooSoon,
    BuyerRecord,
    NothingToAppeal,
    PayFirstReason,
    PayFirstTerms,
)
from etalase.commerce.orders import _model as model
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.kernel.pay_first import PayFirst
from tests.make.orders import NOW

COUNT = st.integers(0, 30)
RECORDS = st.builds(BuyerRecord, COUNT, COUNT, COUNT, COUNT)
RULES = st.sampled_from(PayFirst)
FAULTS = ("left_unpaid", "cancelled", "refused")
RECORD_TERMS = PayFirstTerms(PayFirstReason.RECORD, 60)


@pytest.mark.parametrize(
    ("record", "against"),
    [
        (BuyerRecord(), False),
        (BuyerRecord(left_unpaid=1), False),
        (BuyerRecord(left_unpaid=2), True),
        (BuyerRecord(cancelled=3), False),
        (BuyerRecord(cancelled=4), True),
        (BuyerRecord(refused=1), True),
        (BuyerRecord(paid=1, refused=1), False),
        (BuyerRecord(paid=1, left_unpaid=2), False),
        (BuyerRecord(paid=1, left_unpaid=3), True),
        (BuyerRecord(left_unpaid=1, cancelled=2), True),
    ],
)
def test_what_the_page_says_speaks_against_a_buyer(record: BuyerRecord, *, against: bool) -> None:
    assert record.speaks_against is against


@given(RECORDS, st.sampled_from(FAULTS))
def test_a_payment_never_harms_and_a_fault_never_helps(record: BuyerRecord, fault: str) -> None:
    better = replace(record, paid=record.paid + 1)
    worse = replace(record, **{fault: getattr(record, fault) + 1})
    assert better.speaks_against <= record.speaks_against <= worse.speaks_against


@given(RECORDS, RECORDS)
def test_a_record_is_that_of_all_names_together(one: BuyerRecord, other: BuyerRecord) -> None:
    assert one + other == other + one
    if one.speaks_against and other.speaks_against:
        assert (one + other).speaks_against


@given(record=RECORDS, is_trusted=st.booleans())
def test_a_wider_rule_asks_whomever_a_narrower_one_asks(record: BuyerRecord, *, is_trusted: bool) -> None:
    asked = [model.reason_to_pay_first(rule, record, is_trusted=is_trusted) is not None for rule in PayFirst]
    assert asked == sorted(asked)
    assert asked[0] is False
    assert asked[-1] is True


@given(RULES, RECORDS)
def test_who_is_trusted_pays_first_only_where_everybody_does(rule: PayFirst, record: BuyerRecord) -> None:
    reason = model.reason_to_pay_first(rule, record, is_trusted=True)
    assert (reason is PayFirstReason.EVERYBODY) is (rule is PayFirst.EVERYBODY)
    assert reason in {None, PayFirstReason.EVERYBODY}


@given(RULES, RECORDS)
def test_nobody_is_said_to_be_new_who_has_paid(rule: PayFirst, record: BuyerRecord) -> None:
    reason = model.reason_to_pay_first(rule, record)
    assert reason is not PayFirstReason.NEW or record.paid == 0
    assert reason is not PayFirstReason.RECORD or record.speaks_against


def appeal(**changes: object) -> Appeal:
    made = Appeal(new_id(), new_id(), "cart:one", "", "id", "Saya selalu bayar.", PayFirstReason.RECORD, NOW)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_there_is_nothing_to_appeal_against_what_holds_for_nobody_or_for_all() -> None:
    for terms in (None, PayFirstTerms(PayFirstReason.EVERYBODY, 60)):
        with pytest.raises(NothingToAppeal):
            model.require_appealable(terms, [], NOW)
    model.require_appealable(PayFirstTerms(PayFirstReason.NEW, 60), [], NOW)


def test_one_appeal_waits_at_a_time_and_a_refused_one_for_a_month() -> None:
    with pytest.raises(AppealOpen):
        model.require_appealable(RECORD_TERMS, [appeal()], NOW)
    refused = appeal(state=AppealState.REFUSED, answered_at=NOW)
    with pytest.raises(AppealTooSoon):
        model.require_appealable(RECORD_TERMS, [refused], NOW + timedelta(days=29))
    model.require_appealable(RECORD_TERMS, [refused], NOW + timedelta(days=30))
    granted_once = appeal(state=AppealState.GRANTED, answered_at=NOW)
    model.require_appealable(RECORD_TERMS, [granted_once], NOW + timedelta(days=200))


def test_an_appeal_has_words_and_maybe_an_address() -> None:
    assert model.check_appeal(AppealDraft(" Maaf. ")) == AppealDraft("Maaf.")
    with pytest.raises(Invalid) as refused:
        model.check_appeal(AppealDraft(" ", "nowhere"))
    assert {problem.field for problem in refused.value.problems} == {"words", "email"}
