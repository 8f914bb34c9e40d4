"""The page about rulebooks lists each action of the law, and each fact that a condition may ask for."""

import re
from pathlib import Path

from etalase.policy import Action, fact_names
from etalase.web.rules import ACTIONS

ROW = re.compile(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", re.MULTILINE)


def test_the_vocabulary_is_that_of_the_program() -> None:
    page = (Path(__file__).parents[2] / "docs/rulebooks.md").read_text()
    listed = {action: set(re.findall(r"`(\w+)`", facts)) for action, facts in ROW.findall(page)}
    assert listed == {action.value: set(fact_names(action)) for action in Action}


def test_the_page_of_rules_has_words_for_each_action() -> None:
    assert set(ACTIONS) == set(Action)
