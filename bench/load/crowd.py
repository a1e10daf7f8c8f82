"""A market with as many members as one likes on an Anvil of its own, its contracts the real ones.

Members are registered and declare by the contracts' own functions, called in thousands by a loop
that Anvil is told is the code of the administrator and of `StandingOrders`: nobody waits for 10⁵
keys. What is measured afterwards is done as edge servers do it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from oracle.chain.client import Client, Receipt
from oracle.chain.deploy import Plan, deploy
from oracle.chain.deployment import Deployment
from oracle.chain.interface import checksum, interface
from oracle.chain.market import MARKET, ORACLE, ORDERS, Market
from oracle.chain.signer import Signer
from oracle.chain.transactions import Sender, Sent, Transaction
from oracle.devnet import anvil
from oracle.devnet.accounts import development_key
from oracle.rounds.clock import Schedule, ring_length
from oracle.rounds.finish_stackelberg import ElecoinTerms
from oracle.rounds.oracle_terms import MINIMUM_BOND
from oracle.rounds.words import Target
from oracle.units import WAD

T0 = 1_800_000_000
SCHEDULE = Schedule(
    start=T0, period=900, step=900, declaration_lead=300, reading_grace=200, trade_window=500,
    rating_window=400, elecoin_lead=250, epoch_periods=2, round_periods=2,
    ring_length=ring_length(900, 300, 200, 500, 400),
)  # fmt: skip
TERMS = ElecoinTerms(
    97 * WAD // 100, 102 * WAD // 100, 97 * WAD // 100, 105 * WAD // 100, 83_232 * 10**15
)
FLOOR_TICKS, FEED_IN_TICKS = 84_537, 82_001
BLOCK_GAS = 1_000_000_000
CALLS, CALL_GAS = 1000, 400_000
# For each chunk of the calldata after (target, length): call the target with it, or revert with it.
LOOP = bytes.fromhex(
    "60405b80361115603657602035816000376000600060203560006000600035"
    "5af115602c5760203501600256" "5b3d6000803e3d6000fd5b00"
)  # fmt: skip


def key(name: str) -> Signer:
    return Signer(development_key(0, f"load {name}"))


ADMIN, OPENER = key("admin"), key("opener")
SERVERS = [key(f"server {n}") for n in range(3)]
OPERATORS = [key(f"operator {n}") for n in range(3)]


def member(number: int) -> str:
    """Addresses that no key is known of."""
    return checksum((0xC0DE << 144 | number + 1).to_bytes(20, "big"))


def targets(count: int, period: int = 0, seed: int = 0) -> list[Target]:
    """Two fifths have a surplus; quarter-hours of a street, prices as tariffs spread."""
    rng = np.random.default_rng(seed)
    sells = rng.random(count) < 0.4
    wh = rng.integers(50, 900, count)
    value = rng.integers(230_000, 330_000, count)
    ask = FLOOR_TICKS + rng.integers(0, 30_000, count)
    return [
        Target(period, int(w), int(a), 0) if s else Target(period, -int(w), int(v), 340_000)
        for s, w, v, a in zip(sells, wh, value, ask, strict=True)
    ]


@dataclass
class Crowd:
    """The chain, its market, and the clock that the bench turns."""

    client: Client
    sender: Sender
    now: int
    process: int
    deployment: Deployment | None = None

    @property
    def market(self) -> Market:
        assert self.deployment is not None
        return Market(self.client, self.deployment)

    def mine(self, sent: Sequence[Sent] = (), when: int | None = None) -> list[Receipt]:
        """One block, later than the last; raises TransactionFailed where one reverted."""
        self.now = max(self.now + 1, when or 0)
        self.client.request("evm_setNextBlockTimestamp", hex(self.now))
        self.client.request("evm_mine")
        return self.sender.check(sent, self.client.receipts([one.hash for one in sent]))

    def send(self, *transactions: Transaction, when: int | None = None) -> list[Receipt]:
        return self.mine(self.sender.send(transactions), when)

    def many(self, caller: str, target: str, calls: Sequence[bytes]) -> int:
        """The calls of one function, as if `caller` made them; the gas that they used."""
        code = self.client.code(caller)
        self.client.request("anvil_setCode", caller, "0x" + LOOP.hex())
        head = bytes.fromhex(target[2:]).rjust(32, b"\0") + len(calls[0]).to_bytes(32, "big")
        used = 0
        for start in range(0, len(calls), CALLS):
            part = calls[start : start + CALLS]
            data = head + b"".join(part)
            gas = min(BLOCK_GAS, CALL_GAS * len(part) + 1_000_000)
            (receipt,) = self.send(Transaction(OPENER, caller, data, "many", gas=gas))
            used += receipt.gas_used
        self.client.request("anvil_setCode", caller, "0x" + code.hex())
        return used


@contextmanager
def market_of(folder: Path) -> Iterator[Crowd]:
    """A market on its own Anvil, with three bonded edge servers and nobody else."""
    keys = [ADMIN, OPENER, *SERVERS, *OPERATORS]
    balances = {signer.address: 1000 * WAD for signer in keys}
    with anvil.running(folder, balances=balances, timestamp=T0 - 86_400) as chain:
        client = Client(chain.url, timeout=600)
        client.request("evm_setBlockGasLimit", hex(BLOCK_GAS))
        crowd = Crowd(client, Sender(client, client.chain_id()), T0 - 86_000, chain.process.pid)
        plan = Plan(
            administrator=ADMIN.address, total_elecoins=10**9 * WAD,
            unit_power_price=3 * WAD // 10, schedule=SCHEDULE, terms=TERMS,
            servers=tuple((s.address, o.address) for s, o in zip(SERVERS, OPERATORS, strict=True)),
            feed_in_ticks=FEED_IN_TICKS, tolerance_bps=1000, quality_threshold=60,
            network_account=ADMIN.address, tau=2 * WAD, initial_reputation=WAD,
            reward_bond=2 * WAD, reward_activation_wh=500, depth=3,
        )  # fmt: skip
        crowd.deployment = deploy(client, crowd.sender, plan, ADMIN, crowd.mine)
        send = crowd.market.transaction
        crowd.send(
            send(ADMIN, "setFee", 0, 0, 20_000, 8_000, True),
            *(send(s, "bond", value=MINIMUM_BOND, contract=ORACLE) for s in SERVERS),
            *(
                send(ADMIN, "empower", o.address, bytes([n]) * 32, 0, True, True, 10_000)
                for n, o in enumerate(OPERATORS)
            ),
        )
        yield crowd


def declare(crowd: Crowd, count: int, said: list[Target]) -> tuple[int, int]:
    """Registers members and has each declare for period 0; the gas of both."""
    market = crowd.market
    encode = interface(MARKET).encode
    addresses = [member(i) for i in range(count)]
    registered = crowd.many(
        ADMIN.address,
        market.address,
        [
            encode("empower", who, i.to_bytes(32, "big"), 0, True, True, 10_000)
            for i, who in enumerate(addresses)
        ],
    )
    declared = crowd.many(
        market.deployment.address(ORDERS),
        market.address,
        [
            encode("declareTargetFor", who, target.pack())
            for who, target in zip(addresses, said, strict=True)
        ],
    )
    return registered, declared
