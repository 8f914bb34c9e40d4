"""Moments as people and programs give them: one meaning within this century, or a refusal that says why."""

from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from etalase.commerce.deals import DealDraft
from etalase.commerce.deals._model.deal import check_deal
from etalase.commerce.vouchers import VoucherDraft
from etalase.commerce.vouchers._model.voucher import check_voucher
from etalase.kernel.errors import Invalid
from etalase.kernel.fields import Fields
from etalase.kernel.money import Money
from etalase.social.rooms import ShowPlan
from etalase.social.rooms._model.show import check_plan

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
JAYAPURA = ZoneInfo("Asia/Jayapura")
FAR = ["0001-01-01T00:00:00+07:00", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "2100-01-01T00:00Z"]


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-12-01T19:00:00+07:00", datetime(2026, 12, 1, 12, 0, tzinfo=UTC)),
        ("2026-12-01t12:00:00z", datetime(2026, 12, 1, 12, 0, tzinfo=UTC)),
        (" 2026-12-01T21:00 ", datetime(2026, 12, 1, 12, 0, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_what_has_one_meaning_is_read(typed: str | None, moment: datetime | None) -> None:
    fields = Fields()
    assert fields.moment("at", typed, zone=JAYAPURA) == moment
    assert fields.problems == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *((far, "not_in_this_century") for far in FAR),
        *((datetime.fromisoformat(far), "not_in_this_century") for far in FAR),
        ("2026-12-01T19:00", "no_zone"),
        (datetime(2026, 12, 1, 19, 0), "no_zone"),  # noqa: DTZ001  that is the case
        ("tomorrow", "not_a_time"),
        ("1764590400", "not_a_time"),
        ("2026-02-30T00:00Z", "not_a_time"),
        ("2026-12-01T19:00+07:00" + " " * 40 + "x", "not_a_time"),
    ],
)
def test_the_rest_is_refused_beside_its_field(typed: str | datetime, code: str) -> None:
    fields = Fields()
    assert fields.moment("at", typed) is None
    assert [(problem.field, problem.code) for problem in fields.problems] == [("at", code)]


def check(kind: str, starts_at: str | datetime) -> None:
    who = {"shop_id": uuid4(), "actor_id": uuid4(), "now": NOW}
    match kind:
        case "deal":
            prices = {uuid4(): Money(50_000)}
            check_deal(DealDraft(uuid4(), starts_at=starts_at), prices, available=1, **who)  # type: ignore[arg-type]
        case "voucher":
            check_voucher(VoucherDraft(percent=10, starts_at=starts_at), **who)  # type: ignore[arg-type]
        case _:
            check_plan(ShowPlan("Baju anak", starts_at), NOW)


@pytest.mark.parametrize("kind", ["deal", "voucher", "show"])
@pytest.mark.parametrize("starts_at", [*FAR, *map(datetime.fromisoformat, FAR), "2026-12-01T19:00", "soon"])
def test_every_plan_refuses_them_by_name(kind: str, starts_at: str | datetime) -> None:
    with pytest.raises(Invalid) as refused:
        check(kind, starts_at)
    assert {problem.field for problem in refused.value.problems} == {"starts_at"}
