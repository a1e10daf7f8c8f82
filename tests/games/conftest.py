"""What all tests of games share."""

import pytest


@pytest.fixture(autouse=True)
def _no_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors are one line, whatever the shell that runs the tests says."""
    monkeypatch.delenv("WATTMARKET_DEBUG", raising=False)
