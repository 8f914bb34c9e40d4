"""The names of the work that is done later, and what it is told. `_jobs` does it."""

from datetime import timedelta
from uuid import UUID

import msgspec

from etalase.platform import jobs
from etalase.platform.db import Tx

START_JOB = "payments.start_at_gateway"
ASK_JOB = "payments.ask_gateway"
CANCEL_JOB = "payments.cancel_at_gateway"
EXPIRE_JOB = "payments.expire"
REFUND_JOB = "payments.refund_at_gateway"


class PaymentWork(msgspec.Struct, frozen=True):
    """Work on a payment."""

    payment_id: UUID

    @property
    def key(self) -> str:
        """Return what makes two pieces of the same work one."""
        return str(self.payment_id)


class ReferenceWork(msgspec.Struct, frozen=True):
    """Work on one charge of a payment, because of some news of it.

    The same news twice is asked about once. Other news is asked about anew, even while the last question is
    under way: its answer may be older than the news.
    """

    payment_id: UUID
    reference: str
    news: str = ""

    @property
    def key(self) -> str:
        """Return what makes two pieces of the same work one."""
        return f"{self.reference}:{self.news}"


class RefundWork(msgspec.Struct, frozen=True):
    """Work on a refund."""

    refund_id: UUID

    @property
    def key(self) -> str:
        """Return what makes two pieces of the same work one."""
        return str(self.refund_id)


Work = PaymentWork | ReferenceWork | RefundWork


def job_once(job: str, work: Work, *, delay: timedelta | None = None) -> jobs.NewJob:
    """Return the job that does the work after the commit; while it waits, the same request is dropped.

    Work for later does not stand in the way of the same work now.
    """
    when = "later" if delay else "now"
    return jobs.NewJob(job, work, delay, key=f"{job}:{work.key}:{when}")


async def enqueue_once(tx: Tx, job: str, work: Work, *, delay: timedelta | None = None) -> None:
    """Have one such job done."""
    await jobs.enqueue_all(tx, [job_once(job, work, delay=delay)])
