"""Why something may not cross."""

from etalase.kernel.errors import Refusal


class PassUnusable(Refusal):
    """The host pass is forged, too old, or was used before; a new one is a tap away in the shop's desk."""

    code = "host_pass_unusable"


class SignatureWrong(Refusal):
    """A message between the planes does not carry the other plane's signature, or carries an old one."""

    code = "bridge_signature_wrong"
