"""Pages as tests read them: however a template is laid out, each tag on one line."""

import re

TAG = re.compile(r"<[^<>]*>")


def on_one_line(html: str) -> str:
    """Return the page with a single space between the attributes of each tag."""
    return TAG.sub(lambda tag: re.sub(r"\s*>$", ">", re.sub(r"\s+", " ", tag[0])), html)
