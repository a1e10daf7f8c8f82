"""Whether a run may open a window."""

from __future__ import annotations

import webbrowser

import pytest

from oracle.app.day import browser


@pytest.mark.parametrize(
    ("environment", "platform", "screen"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ""}, "linux", False),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({"CI": "true"}, "darwin", False),
        ({"CI": "true", "DISPLAY": ":0"}, "linux", False),
    ],
)
def test_a_screen_and_nobody_unattended(
    environment: dict[str, str], platform: str, screen: bool
) -> None:
    assert browser.has_screen(environment, platform) is screen


@pytest.mark.parametrize(
    ("kind", "opened"),
    [(webbrowser.BackgroundBrowser, ["http://127.0.0.1:1/"]), (webbrowser.GenericBrowser, [])],
)
def test_no_browser_of_the_terminal(
    kind: type[webbrowser.GenericBrowser], opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def note(self: object, url: str, new: int = 0, autoraise: bool = True) -> bool:
        asked.append(url)
        return True

    monkeypatch.setattr(kind, "open", note)
    monkeypatch.setattr(webbrowser, "get", lambda: kind("there"))
    monkeypatch.setattr(browser, "has_screen", lambda environment, platform: True)
    assert browser.open_page("http://127.0.0.1:1/") is bool(opened)
    assert asked == opened
