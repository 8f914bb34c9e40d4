"""How an e-mail address is read, so that one mailbox is one account. No I/O."""

import re
import unicodedata

import idna

from etalase.kernel.errors import FieldProblem, Invalid

MAX_LENGTH = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""
MAX_LOCAL_LENGTH = 64

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")


def normalise(address: str) -> str:
    """Return the one form under which this mailbox is known, or refuse what is no address.

    Lower case throughout: no mail service in use tells `Sari@` from `sari@`. Dots and `+tags` stay, for
    other services they are other mailboxes. International domains take their ASCII form by IDNA 2008
    (RFC 5891), in which faß.de and fass.de are two.
    """
    text = unicodedata.normalize("NFKC", address).strip().lower()
    if not text:
        raise Invalid(FieldProblem("email", "required"))
    if len(text) > MAX_LENGTH:
        raise Invalid(FieldProblem("email", "too_long", MAX_LENGTH))
    local, at, domain = text.rpartition("@")
    ascii_domain = _to_ascii(domain)
    if not at or len(local) > MAX_LOCAL_LENGTH or not _LOCAL.match(local) or not _is_domain(ascii_domain):
        raise Invalid(FieldProblem("email", "not_an_email"))
    return f"{local}@{ascii_domain}"


def _to_ascii(domain: str) -> str:
    """Return the domain in its ASCII form, mapped as browsers do (UTS 46, not transitional)."""
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError:
        return ""


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    return len(labels) > 1 and all(_LABEL.match(label) for label in labels)
