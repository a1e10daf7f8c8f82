"""A market to deploy on an Anvil whose clock the tests set, with its keys and constants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest

from oracle.chain.client import Client, Receipt
from oracle.chain.deploy import Plan, deploy
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.chain.signer import Signer
from oracle.chain.transactions import Sender, Sent, Transaction, TransactionFailed
from oracle.devnet import anvil
from oracle.devnet.accounts import development_key
from oracle.rounds.clock import Schedule, ring_length
from oracle.rounds.finish_stackelberg import ElecoinTerms
from oracle.units import WAD

T0 = 1_800_000_000
SCHEDULE = Schedule(
    start=T0,
    period=900,
    step=900,
    declaration_lead=300,
    reading_grace=200,
    trade_window=500,
    rating_window=400,
    elecoin_lead=250,
    epoch_periods=2,
    round_periods=2,
    ring_length=ring_length(900, 300, 200, 500, 400),
)
TERMS = ElecoinTerms(
    redemption=97 * WAD // 100,
    target=102 * WAD // 100,
    least=97 * WAD // 100,
    most=105 * WAD // 100,
    theta=83_232_000_000_000_000_000,
)
FEED_IN_TICKS = 82_001
NORTH, SOUTH = 0, 1
_COINBASES = count(1)


def key(name: str) -> Signer:
    return Signer(development_key(0, name))


ADMIN, NETWORK, STRANGER = key("admin"), key("network"), key("stranger")
SERVERS = [key(f"server {n}") for n in range(3)]
SELLER, BUYER, THIRD = MEMBERS = [key(f"member {n}") for n in range(3)]
METER = key("meter")


def plan(**changes: object) -> Plan:
    fields: dict[str, object] = {
        "administrator": ADMIN.address,
        "total_elecoins": 1_000_000 * WAD,
        "unit_power_price": 3 * WAD // 10,
        "servers": tuple((s.address, m.address) for s, m in zip(SERVERS, MEMBERS, strict=True)),
        "schedule": SCHEDULE,
        "terms": TERMS,
        "feed_in_ticks": FEED_IN_TICKS,
        "tolerance_bps": 1000,
        "quality_threshold": 60,
        "network_account": NETWORK.address,
        "tau": 2 * WAD,
        "initial_reputation": WAD,
        "reward_bond": 2 * WAD,
        "reward_activation_wh": 500,
        "depth": 3,
    }
    return Plan(**fields | changes)  # type: ignore[arg-type]


@dataclass
class Lab:
    """A chain that stands still between the blocks that a test mines."""

    client: Client
    sender: Sender
    deployment: Deployment

    @property
    def market(self) -> Market:
        return Market(self.client, self.deployment)

    def mine(self, sent: Sequence[Sent], when: int | None = None) -> list[Receipt]:
        """Mines until all are in a block, the first of them at the time given."""
        receipts: list[Receipt | None] = [None]
        for _ in range(10):
            if when is not None:
                self.client.request("evm_setNextBlockTimestamp", hex(when))
                when += 1
            self.client.request("evm_mine")
            receipts = self.client.receipts([one.hash for one in sent])
            if None not in receipts:
                break
        return self.sender.check(sent, receipts)

    def at(self, when: int, *transactions: Transaction) -> list[Receipt]:
        """Mines the transactions in one block of that time."""
        return self.mine(self.sender.send(transactions), when)

    def refused(self, when: int, transaction: Transaction) -> str:
        """The reason for which a block of that time refuses it."""
        with pytest.raises(TransactionFailed) as failure:
            self.at(when, transaction)
        return failure.value.reason

    def call(self, signer: Signer, function: str, *args: object, **options: object) -> Transaction:
        if function == "declareTarget" and isinstance(args[0], int):
            args = (args[0] | zone_of(signer) << 120,)
        return self.market.transaction(signer, function, *args, **options)  # type: ignore[arg-type]


def zone_of(member: Signer) -> int:
    """The seller is in the north, the others in the south; a target names its account's zone."""
    return NORTH if member is SELLER else SOUTH


def register(lab: Lab) -> None:
    fees = [
        lab.call(ADMIN, "setFee", NORTH, NORTH, 20_000, 8_000, True),
        lab.call(ADMIN, "setFee", NORTH, SOUTH, 45_001, 8_003, True),
    ]
    members = [
        lab.call(ADMIN, "empower", m.address, bytes([n]) * 32, zone_of(m), n == 0, True, 10_000)
        for n, m in enumerate(MEMBERS)
    ]
    meters = [lab.call(ADMIN, "installMeter", m.address, METER.address, 0, 0, 3) for m in MEMBERS]
    lab.at(T0 - 3000, *fees, *members, *meters)


@contextmanager
def deployed(folder: Path, servers: Sequence[tuple[str, str]] = ()) -> Iterator[Lab]:
    """An Anvil of its own with the market on it and its members registered.

    Few as they are, their servers may post on stakes. `servers`: signers and operators, where they
    are not the three of `plan`.
    """
    keys = [ADMIN, STRANGER, METER, *SERVERS, *MEMBERS]
    balances = {signer.address: 1000 * WAD for signer in keys}
    balances |= {signer: 1000 * WAD for signer, _ in servers}
    changes: dict[str, object] = {
        "oracle_terms": replace(plan().oracle, inline_members=0),
        **({"servers": tuple(servers)} if servers else {}),
    }
    with anvil.running(folder, balances=balances, timestamp=T0 - 7200) as chain:
        client = Client(chain.url)
        sender = Sender(client, client.chain_id())
        empty = Lab(client, sender, None)  # type: ignore[arg-type]
        lab = Lab(client, sender, deploy(client, sender, plan(**changes), ADMIN, empty.mine))
        register(lab)
        yield lab


@contextmanager
def undone(chain: Lab) -> Iterator[Lab]:
    """The same market; what is done to it is undone afterwards."""
    snapshot = chain.client.request("evm_snapshot")
    # Anvil forgets the state of a block when an equal one of an earlier test grows old: no two
    # tests make equal blocks.
    chain.client.request("anvil_setCoinbase", f"0x{next(_COINBASES):040x}")
    yield Lab(chain.client, Sender(chain.client, chain.sender.chain_id), chain.deployment)
    chain.client.request("anvil_dropAllTransactions")
    assert chain.client.request("evm_revert", snapshot)
