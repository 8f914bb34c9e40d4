"""Why bundles say no to the shop that changes one."""

from etalase.kernel.errors import Refusal


class BundleUnknown(Refusal):
    """The shop has no such bundle."""

    code = "bundle_unknown"
