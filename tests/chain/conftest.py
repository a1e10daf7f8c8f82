"""A deployed market on a real Anvil, whose clock the tests set."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Tests are no packages: what they share is found beside them.
sys.path.append(str(Path(__file__).parent))

from market_lab import Lab, deployed, undone


@pytest.fixture(scope="session")
def _chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with deployed(tmp_path_factory.mktemp("anvil")) as lab:
        yield lab


@pytest.fixture
def lab(_chain: Lab) -> Iterator[Lab]:
    """The market with its members registered, before anything is declared; undone afterwards."""
    with undone(_chain) as lab:
        yield lab
