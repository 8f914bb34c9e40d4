"""Opening a page beside the demo, where that is a window: a browser in the terminal would take it over."""

import asyncio
import os
import sys
import webbrowser


def graphical_browser() -> webbrowser.BaseBrowser | None:
    """Return a browser that opens a window, if this machine has one."""
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return None
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return None
    # The module gives this very class to lynx, links and w3m, and waits for their end.
    return None if type(browser) is webbrowser.GenericBrowser else browser


async def open_page(url: str) -> bool:
    """Open the page in a window, off the event loop; tell whether there is a browser for it."""
    browser = graphical_browser()
    if browser is None:
        return False
    return await asyncio.to_thread(browser.open, url)
