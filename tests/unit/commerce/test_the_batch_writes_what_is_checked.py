"""What a CHECK of the stock looks at, the batch writes as it was locked (see `_store/batch.py`)."""

import re

from sqlalchemy import CheckConstraint

from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._store.tables import stock


def test_every_column_of_a_check_is_written() -> None:
    checks = [str(one.sqltext) for one in stock.constraints if isinstance(one, CheckConstraint)]
    columns = [column.name for column in stock.c]
    named = {name for check in checks for name in columns if re.search(rf"\b{name}\b", check)}
    assert {"on_hand", "held"} <= named
    forgotten = {name for name in named if f"{name} = stocked.{name}" not in store.ANSWER_BATCH}
    assert not forgotten
