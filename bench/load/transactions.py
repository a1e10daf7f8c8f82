"""Transactions a second end to end: signed by members' own keys, sent, mined by the chain's own
clock, each receipt read. What is sent is the market's recurring one: a member's declaration."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.load.crowd import FEED_IN_TICKS, OPERATORS, SERVERS, TERMS, key
from bench.load.rounds import Steps
from oracle.chain.client import Client, Receipt
from oracle.chain.deploy import Plan, deploy
from oracle.chain.market import Market
from oracle.chain.signer import Signer
from oracle.chain.transactions import Sender, Sent, Transaction
from oracle.devnet import anvil
from oracle.rounds.clock import Schedule
from oracle.rounds.words import Target
from oracle.units import WAD

MEMBERS, PERIODS, SECONDS = 300, 8, 1
WAIT_SECONDS = 120.0


@dataclass
class Chain:
    """A chain that mines by its own clock, and who has coins there."""

    client: Client
    sender: Sender
    rich: Signer

    def mined(self, sent: Sequence[Sent]) -> list[Receipt]:
        """All receipts, asked for until they are there. Raises TransactionFailed."""
        hashes = [one.hash for one in sent]
        found: dict[bytes, Receipt] = {}
        until = time.monotonic() + WAIT_SECONDS
        while len(found) < len(hashes) and time.monotonic() < until:
            missing = [hash_ for hash_ in hashes if hash_ not in found]
            for receipt in self.client.receipts(missing):
                if receipt is not None:
                    found[receipt.hash] = receipt
            if len(found) < len(hashes):
                time.sleep(0.1)
        return self.sender.check(sent, [found.get(hash_) for hash_ in hashes])

    def send(self, transactions: Sequence[Transaction]) -> list[Receipt]:
        return self.mined(self.sender.send(transactions))


@contextmanager
def anvil_chain(folder: Path) -> Iterator[Chain]:
    """Anvil with a block each second."""
    rich = key("rich")
    with anvil.running(
        folder, balances={rich.address: 10**6 * WAD}, block_seconds=SECONDS
    ) as chain:
        client = Client(chain.url)
        yield Chain(client, Sender(client, client.chain_id()), rich)


@contextmanager
def geth_chain(folder: Path) -> Iterator[Chain]:
    """Three Geth nodes that seal in turn, a block each second; one of them is talked to."""
    from oracle.devnet.geth import GethNetwork, faucet_key

    with GethNetwork(folder, nodes=3, block_seconds=SECONDS) as network:
        client = Client(network.urls[0])
        sender = Sender(client, client.chain_id(), max_fee=10**9, tip=1)
        yield Chain(client, sender, Signer(faucet_key()))


CHAINS: dict[str, Callable[[Path], Any]] = {"anvil": anvil_chain, "geth": geth_chain}


def prepare(chain: Chain, members: Sequence[Signer]) -> Market:
    """Coins for everybody, a market whose periods lie far ahead, and its members."""
    keys = [*SERVERS, *OPERATORS, *members]
    chain.send([Transaction(chain.rich, k.address, b"", "coins", WAD, 21_000) for k in keys])
    schedule = Schedule(
        start=chain.client.block().timestamp + 10_800, period=900, step=900, declaration_lead=150,
        reading_grace=200, trade_window=500, rating_window=400, elecoin_lead=150,
        epoch_periods=2, round_periods=2, ring_length=PERIODS,
    )  # fmt: skip
    plan = Plan(
        administrator=chain.rich.address, total_elecoins=10**9 * WAD,
        unit_power_price=3 * WAD // 10, schedule=schedule, terms=TERMS,
        servers=tuple((s.address, o.address) for s, o in zip(SERVERS, OPERATORS, strict=True)),
        feed_in_ticks=FEED_IN_TICKS, tolerance_bps=1000, quality_threshold=60,
        network_account=chain.rich.address, tau=2 * WAD, initial_reputation=WAD,
        reward_bond=2 * WAD, reward_activation_wh=500, depth=3,
    )  # fmt: skip
    deployment = deploy(chain.client, chain.sender, plan, chain.rich, chain.mined)
    market = Market(chain.client, deployment)
    empower = [
        market.transaction(
            chain.rich, "empower", m.address, i.to_bytes(32, "big"), 0, True, True, 10_000
        )
        for i, m in enumerate(members)
    ]
    for start in range(0, len(empower), 100):
        chain.send(empower[start : start + 100])
    return market


def declare_all(
    chain: Chain, market: Market, members: Sequence[Signer], periods: int
) -> dict[str, Any]:
    """Every member declares for every period, in one go; from the first signature on."""
    sender, step = chain.sender, Steps()
    sender.load_nonces([m.address for m in members])
    calls = [
        market.transaction(
            m, "declareTarget", Target(period, -400 - i, 250_000, 340_000).pack(), gas=120_000
        )
        for period in range(periods)
        for i, m in enumerate(members)
    ]
    began = time.perf_counter()
    sent = step("signing", lambda: [sender.sign(call) for call in calls])
    step("sending", lambda: chain.client.send_raw([one.raw for one in sent]))
    receipts = step("waiting", lambda: chain.mined(sent))
    seconds = time.perf_counter() - began
    blocks = sorted({receipt.block for receipt in receipts})
    return {
        "transactions": len(receipts),
        "members": len(members),
        "seconds": seconds,
        "rate": len(receipts) / seconds,
        "gas": sum(receipt.gas_used for receipt in receipts) // len(receipts),
        "blocks": len(blocks),
        "fullest_block": max(sum(r.block == block for r in receipts) for block in blocks),
        "wall": step.wall,
        "cpu": step.cpu,
    }


def measure(nodes: Sequence[str] = ("anvil", "geth"), members: int = MEMBERS) -> dict[str, Any]:
    """By node. Raises what the node's start raises where it is not there."""
    signers = [key(f"member {n}") for n in range(members)]
    found = {}
    for node in nodes:
        with (
            tempfile.TemporaryDirectory(prefix="wattmarket-load-") as name,
            CHAINS[node](Path(name)) as chain,
        ):
            market = prepare(chain, signers)
            # A few first, so that nothing is done for the first time.
            declare_all(chain, market, signers[:5], 1)
            found[node] = declare_all(chain, market, signers[5:], PERIODS)
        print(json.dumps({node: found[node]}), file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    measure(sys.argv[1:] or ("anvil", "geth"))
