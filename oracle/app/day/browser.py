"""Opens the page in a person's browser, where there is a person with a screen."""

from __future__ import annotations

import contextlib
import os
import sys
import webbrowser
from collections.abc import Mapping


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a window can open here, and nobody runs this unattended."""
    if environment.get("CI"):
        return False
    shown = (environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return platform in ("darwin", "win32") or any(shown)


def open_page(url: str) -> bool:
    """Opens it in a window of its own, never in this terminal; whether one was asked to."""
    if not has_screen(os.environ, sys.platform):
        return False
    with contextlib.suppress(webbrowser.Error):
        found = webbrowser.get()
        # A browser of the terminal, such as lynx, would take it over.
        if type(found) is not webbrowser.GenericBrowser:
            return found.open(url)
    return False
