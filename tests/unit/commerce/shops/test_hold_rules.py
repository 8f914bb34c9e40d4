import pytest

from etalase.commerce.shops import HoldRules, HoldRulesDraft
from etalase.commerce.shops._model import check_hold_rules
from etalase.kernel.errors import Invalid
from etalase.kernel.pay_first import PayFirst


def test_what_is_left_out_is_as_the_operator_says() -> None:
    rules = check_hold_rules(HoldRulesDraft())
    assert rules == HoldRules(None, PayFirst.NOBODY, 60)
    assert rules.hold_seconds(600) == 600
    assert check_hold_rules(HoldRulesDraft("15", "record", "30")).hold_seconds(600) == 900


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        (HoldRulesDraft("2"), {"hold_minutes"}),
        (HoldRulesDraft("61"), {"hold_minutes"}),
        (HoldRulesDraft("lama"), {"hold_minutes"}),
        (HoldRulesDraft(3, "friends"), {"pay_first"}),
        (HoldRulesDraft(60, "new", "14"), {"pay_first_minutes"}),
        (HoldRulesDraft(60, "new", "1441"), {"pay_first_minutes"}),
    ],
)
def test_a_rule_outside_its_bounds_is_refused_at_its_field(draft: HoldRulesDraft, wrong: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        check_hold_rules(draft)
    assert {problem.field for problem in refused.value.problems} == wrong
