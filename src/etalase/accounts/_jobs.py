"""Letters that bring a secret. It is made just before its letter leaves, and only its hash is kept.

So neither the queue nor what it holds after a failure has a secret that opens anything. A letter that is
tried again brings another secret; of codes, the last one counts.
"""

from typing import Any

from etalase.accounts import _store as store
from etalase.accounts._model import RESET_LIFETIME, AccountId, code_digest, digest, new_digits
from etalase.accounts._model.email_work import MAIL_CODE, MAIL_RESET, CodeEmail, ResetEmail
from etalase.kernel.ids import new_token
from etalase.platform.db import Database
from etalase.platform.i18n import choose_language, speaking
from etalase.platform.i18n import gettext as _
from etalase.platform.jobs import Job
from etalase.platform.mail import Mail, Mailer


def jobs_with(mailer: Mailer) -> tuple[Job[Any], ...]:
    """Return the jobs of accounts, which hand their letters to this mailer."""

    async def mail_code(db: Database, work: CodeEmail) -> None:
        """Make the digits of a code and send them, unless its time is over."""
        digits = new_digits()
        async with db.begin() as tx:
            email = await store.set_code_hash(tx, work.ticket_hash, code_digest(work.ticket_hash, digits))
        if email is not None:
            with speaking(choose_language(work.language)):
                mail = _code_email(email, digits)
            await mailer.send(mail)

    async def mail_reset(db: Database, work: ResetEmail) -> None:
        """Make a link to choose a new password and send it, unless it was asked for too long ago."""
        if work.asked_at + RESET_LIFETIME <= db.clock.now():
            return
        secret = new_token()
        async with db.begin() as tx:
            account = await store.find_account(tx, AccountId(work.account_id))
            if account is None or account.email is None:
                return
            await store.add_reset(tx, digest(secret), account.id, RESET_LIFETIME)
        with speaking(choose_language(work.language)):
            mail = _reset_email(account.email, f"{work.reset_url}/{secret}")
        await mailer.send(mail)

    return Job(MAIL_CODE, CodeEmail, mail_code), Job(MAIL_RESET, ResetEmail, mail_reset)


def _code_email(email: str, digits: str) -> Mail:
    return Mail(
        to=email,
        subject=_("%(digits)s is your Etalase code", digits=digits),
        text=_(
            "Enter this code to go on: %(digits)s\n\n"
            "It is valid for 10 minutes and once only. If you didn't ask for it, ignore this e-mail, and "
            "never give the code to anybody: nobody from Etalase asks for it.",
            digits=digits,
        ),
    )


def _reset_email(email: str, link: str) -> Mail:
    return Mail(
        to=email,
        subject=_("Choose a new password"),
        text=_(
            "Open this link to choose a new password:\n\n%(link)s\n\n"
            "It is valid for an hour and once only. If you didn't ask for it, ignore this e-mail: your "
            "password stays as it is.",
            link=link,
        ),
    )
