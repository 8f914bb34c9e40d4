"""Every setting has an entry in docs/settings.md, and every entry there is a setting."""

import re
from dataclasses import fields
from pathlib import Path

from etalase.bootstrap import SECTIONS
from etalase.platform.settings import variable_name

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = set(re.findall(r"`(ETALASE_[A-Z0-9_]+)`", DOCUMENT.read_text(encoding="utf-8")))
    known = {
        variable_name(section, field.name)
        for section, settings in SECTIONS.items()
        for field in fields(settings)
    }
    assert documented == known
