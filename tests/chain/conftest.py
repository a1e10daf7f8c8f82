"""A deployed market on a real Anvil, whose clock the tests set."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Tests are no packages: what they share is found beside them.
sys.path.append(str(Path(__file__).parent))

from market_lab import (
    ADMIN,
    MEMBERS,
    METER,
    SERVERS,
    STRANGER,
    T0,
    Lab,
    plan,
    register,
)

from oracle.chain.client import Client
from oracle.chain.deploy import deploy
from oracle.chain.transactions import Sender
from oracle.devnet import anvil
from oracle.units import WAD


@pytest.fixture(scope="session")
def _chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    keys = [ADMIN, STRANGER, METER, *SERVERS, *MEMBERS]
    with anvil.running(
        tmp_path_factory.mktemp("anvil"),
        balances={signer.address: 1000 * WAD for signer in keys},
        timestamp=T0 - 7200,
    ) as chain:
        client = Client(chain.url)
        sender = Sender(client, client.chain_id())
        empty = Lab(client, sender, None)  # type: ignore[arg-type]
        deployment = deploy(client, sender, plan(), ADMIN, empty.mine)
        lab = Lab(client, sender, deployment)
        register(lab)
        yield lab


@pytest.fixture
def lab(_chain: Lab) -> Iterator[Lab]:
    """The market with its members registered, before anything is declared; undone afterwards."""
    snapshot = _chain.client.request("evm_snapshot")
    yield Lab(_chain.client, Sender(_chain.client, _chain.sender.chain_id), _chain.deployment)
    _chain.client.request("anvil_dropAllTransactions")
    assert _chain.client.request("evm_revert", snapshot)
