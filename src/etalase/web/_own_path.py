"""Where a page may send its reader on to: paths of this site, and nowhere else."""

AFTER_SIGN_IN = "/desk"
"""Where somebody lands who didn't want to go anywhere in particular."""


def own_path(wanted: str, default: str = AFTER_SIGN_IN) -> str:
    r"""Return the path to go on to: a path of this site, or the default for everything else.

    Browsers read `\` as `/` and skip tabs and line breaks, so that `/\evil.example` leads away.
    """
    if not wanted.startswith("/") or "\\" in wanted or not wanted.isascii() or not wanted.isprintable():
        return default
    return default if wanted.startswith("//") else wanted
