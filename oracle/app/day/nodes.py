"""The node that a run uses: its own Anvil, or a development chain that is there already."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from oracle import UserError
from oracle.app.day.pace import POLL_SECONDS, ChainPace, Pace, WarpedPace
from oracle.app.day.plan import FUNDS, Roster, schedule
from oracle.chain.client import ChainError, Client, Receipt
from oracle.chain.transactions import Sender, Sent
from oracle.community.model import Community
from oracle.devnet import anvil
from oracle.devnet.accounts import require_development_chain
from oracle.rounds.clock import ScheduleError

BEFORE_START = 7200
"""Seconds before period 0 at which Anvil's chain begins."""
MARGIN = 60
"""Seconds before a deadline at which members declare."""
FUNDING_SECONDS = 60.0
SETTING_UP_BLOCKS = 15


@dataclass(frozen=True)
class Node:
    """A node to run on, who sets its clock, and when period 0 starts there.

    `block_seconds` is None where the run mines by itself.
    """

    client: Client
    sender: Sender
    pace: Pace
    mine: Callable[[Sequence[Sent]], list[Receipt]]
    start: int
    period_seconds: int
    margin: int
    depth: int = 0
    block_seconds: float | None = None


@contextlib.contextmanager
def own_anvil(
    community: Community, roster: Roster, profile_start: int, port: int | None, folder: Path
) -> Iterator[Node]:
    """An Anvil of the run's own: chain time is profile time."""
    balances = {signer.address: FUNDS for signer in roster.all_signers()}
    timestamp = profile_start - BEFORE_START
    with anvil.running(folder, balances=balances, timestamp=timestamp, port=port) as chain:
        client = Client(chain.url)
        sender = Sender(client, client.chain_id())
        pace = WarpedPace(client, sender)
        yield Node(client, sender, pace, pace.mine, profile_start, community.step, MARGIN)


def running_chain(
    url: str,
    community: Community,
    roster: Roster,
    period_seconds: int | None,
    meter_delay: int = 0,
) -> Node:
    """A development chain with a clock of its own. Members are funded from its unlocked account.

    Period 0 starts as soon as everybody can be registered and the first needs declared. Raises
    UserError where the chain's blocks do not fit the leads of such periods.
    """
    client = Client(url)
    chain_id = client.chain_id()
    require_development_chain(chain_id)
    block = _block_seconds(client)
    length = period_seconds or community.step
    clock = schedule(community, 1 << 39, length, meter_delay)
    try:
        clock.check(block, depth=0)
    except ScheduleError as error:
        raise UserError(f"--period-seconds: {length}: {error}") from None
    sender = Sender(client, chain_id, max_fee=2 * client.gas_price())
    pace = ChainPace(client, sender)
    _fund(client, roster)
    leads = clock.declaration_lead + clock.elecoin_lead
    # What is sent at a head is mined within two blocks of it, and that must be in time.
    least = math.ceil(2 * block) + 1
    margin = max(least, min(MARGIN, min(clock.declaration_lead, clock.elecoin_lead) // 2))
    # Twelve creations two a block, a few blocks of registrations, and as many to spare.
    start = int(client.block().timestamp + leads + margin + SETTING_UP_BLOCKS * block) + 1
    return Node(client, sender, pace, pace.mine, start, length, margin, block_seconds=block)


def _block_seconds(client: Client) -> float:
    head = client.block()
    if head.number == 0:
        return 1.0
    back = client.block(max(0, head.number - 10))
    return max(1.0, (head.timestamp - back.timestamp) / (head.number - back.number))


def _fund(client: Client, roster: Roster) -> None:
    unlocked = client.request("eth_accounts")
    if not unlocked:
        raise UserError("--node: the chain has no unlocked account to fund the members from")
    hashes = []
    for signer in roster.all_signers():
        lacking = FUNDS // 100 - client.balance(signer.address)
        if lacking > 0:
            fields = {"from": unlocked[0], "to": signer.address, "value": hex(lacking)}
            hashes.append(client.request("eth_sendTransaction", fields))
    raw = [bytes.fromhex(text.removeprefix("0x")) for text in hashes]
    deadline = time.monotonic() + FUNDING_SECONDS
    while any(receipt is None for receipt in client.receipts(raw)):
        if time.monotonic() > deadline:
            raise ChainError(f"the members' funds were not mined within {FUNDING_SECONDS:g} s")
        time.sleep(POLL_SECONDS)
