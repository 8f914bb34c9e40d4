"""What this context says no to. No words, no HTTP status: those stand in one table of the web layer."""

from etalase.kernel.errors import Refusal


class NotSignedIn(Refusal):
    """The request needs somebody who is signed in, and nobody is."""

    code = "not_signed_in"


class WrongCredentials(Refusal):
    """The e-mail and the password don't belong together; which of the two is wrong is never told."""

    code = "wrong_credentials"


class WrongCode(Refusal):
    """The digits are not those that were sent; `tries_left` more may be tried."""

    code = "wrong_code"


class CodeExpired(Refusal):
    """The code was used, is too old, or was tried too often: a new one must be sent."""

    code = "code_expired"


class LinkExpired(Refusal):
    """The link to choose a new password was used or is too old."""

    code = "link_expired"


class SessionNotFound(Refusal):
    """No such session among those of this account."""

    code = "session_not_found"


class TokenNotFound(Refusal):
    """No such API token among those of this account."""

    code = "token_not_found"


class TooManyTokens(Refusal):
    """The account holds as many API tokens as it may; one must be revoked first."""

    code = "too_many_tokens"
