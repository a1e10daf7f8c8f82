"""Three edge servers with stores of their own on one real chain."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# Tests are no packages: the market of the chain's tests is found beside them.
sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "chain"))

from community_of_servers import Servers
from market_lab import ADMIN, Lab, deployed, key, undone

from oracle.app.daemon.keystore import write_keystore
from oracle.service.store.database import Database
from tests.backends import Places
from tests.backends import places as places_in


@pytest.fixture(scope="session")
def _chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with deployed(tmp_path_factory.mktemp("anvil")) as lab:
        yield lab


@pytest.fixture(scope="session")
def _chain_of_seven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    seven = tuple((key(f"server {n}").address, key(f"operator {n}").address) for n in range(7))
    with deployed(tmp_path_factory.mktemp("anvil"), seven) as lab:
        yield lab


@contextmanager
def _fresh(chain: Lab) -> Iterator[Lab]:
    with undone(chain) as lab:
        # The input block of an epoch whose needs nobody declared: Anvil may have forgotten the
        # state of a block that is older than the test.
        lab.client.request("evm_setNextBlockTimestamp", hex(lab.client.block().timestamp + 1))
        # And a test before may have made blocks dear.
        lab.client.request("anvil_setNextBlockBaseFeePerGas", "0x0")
        lab.client.request("evm_mine")
        yield lab


@pytest.fixture
def lab(_chain: Lab) -> Iterator[Lab]:
    with _fresh(_chain) as lab:
        yield lab


@pytest.fixture
def seven(_chain_of_seven: Lab) -> Iterator[Lab]:
    """The market with seven edge servers."""
    with _fresh(_chain_of_seven) as lab:
        yield lab


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its tables: copied, because making them takes longer than a round."""
    path = tmp_path_factory.mktemp("empty") / "empty.sqlite"
    database = Database(path)
    database.upgrade()
    database.forget()
    database.dispose()
    return path


@pytest.fixture
def servers(lab: Lab, tmp_path: Path) -> Iterator[Servers]:
    with Servers.of(lab, tmp_path) as servers:
        yield servers


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with places_in(tmp_path_factory.mktemp("stores")) as made:
        yield made


@pytest.fixture
def office(lab: Lab, tmp_path: Path) -> list[str]:
    """The administrator's files, and the options that name them."""
    write_keystore(tmp_path / "admin.json", ADMIN.key, "a password", iterations=2)
    (tmp_path / "password").touch(0o600)
    (tmp_path / "password").write_text("a password\n")
    return [
        "--node", lab.client.url, "--keystore", str(tmp_path / "admin.json"),
        "--password-file", str(tmp_path / "password"),
    ]  # fmt: skip
