"""Cookies are made in one place, and no page asks the request whether it came by https."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "src" / "etalase"
AROUND = re.compile(r"(?<![\w_])Cookie\(|\.url\.scheme|\.cookies\.get\(")
ALLOWED = {
    "web/_cookies.py": "here they are made",
    "web/_auth.py": "reads the session by the door's own name",
    "web/bridge.py": "reads the studio's secret by the door's own name",
    "web/_preferences.py": "reads the zone, which a script writes",
    "web/accounts.py": "reads the session by the door's own name",
}


@pytest.mark.parametrize("path", sorted((*WEB.glob("web/**/*.py"), *WEB.glob("api/**/*.py"))), ids=str)
def test_cookies_are_made_and_read_in_one_place(path: Path) -> None:
    if str(path.relative_to(WEB)) not in ALLOWED:
        assert not AROUND.findall(path.read_text(encoding="utf-8"))
