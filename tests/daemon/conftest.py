"""Three edge servers with stores of their own on one real chain."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Tests are no packages: the market of the chain's tests is found beside them.
sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "chain"))

from community_of_servers import Servers
from market_lab import Lab, deployed, undone

from tests.backends import Places
from tests.backends import places as places_in


@pytest.fixture(scope="session")
def _chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with deployed(tmp_path_factory.mktemp("anvil")) as lab:
        yield lab


@pytest.fixture
def lab(_chain: Lab) -> Iterator[Lab]:
    with undone(_chain) as lab:
        yield lab


@pytest.fixture
def servers(lab: Lab, tmp_path: Path) -> Iterator[Servers]:
    with Servers.of(lab, tmp_path) as servers:
        yield servers


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with places_in(tmp_path_factory.mktemp("stores")) as made:
        yield made
