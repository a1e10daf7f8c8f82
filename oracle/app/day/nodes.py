"""The node that a run uses: its own Anvil or Geth network, or a development chain that is there."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from oracle import UserError
from oracle.app.day.pace import POLL_SECONDS, ChainPace, EvenPace, LivePace, WarpedPace
from oracle.app.day.plan import FUNDS, Roster, schedule
from oracle.chain.client import ChainError, Client, Receipt, RpcError
from oracle.chain.transactions import Sender, Sent
from oracle.community.model import Community
from oracle.devnet import anvil, background
from oracle.devnet.accounts import require_development_chain
from oracle.devnet.geth import GethNetwork
from oracle.devnet.geth.files import remove as remove_geth
from oracle.rounds.clock import ScheduleError

BEFORE_START = 7200
"""Seconds before period 0 at which Anvil's chain begins."""
MARGIN = 60
"""Seconds before a deadline at which members declare."""
FUNDING_SECONDS = 60.0
SETTING_UP_BLOCKS, SETTING_UP_BLOCKS_ON_GETH = 18, 40
HIGHEST_FEE = 10**9
"""Wei per gas offered at least where gas costs anything: a base fee near 0 can rise fast."""
GETH, DEVNET = "geth", "devnet"
"""Folders within the run's: a network of its own, and the one that `wattmarket devnet` has up."""
GETH_PERIOD_SECONDS = 20
LIVE_STATES_KEPT = 64
"""Blocks back at which a view can be called, two minutes: see `anvil.STATES_KEPT`."""
LEAD_TO_SPARE = 3
"""Blocks that leads on Geth have beyond what the schedule must have: sealers miss their turns."""


@dataclass(frozen=True)
class Node:
    """A node to run on, who sets its clock, and when period 0 starts there.

    `block_seconds` is None where the run mines by itself. `least_lead` is what leads have at least.
    `urls`: of all the chain's nodes, where there are several.
    """

    client: Client
    sender: Sender
    pace: WarpedPace | ChainPace
    mine: Callable[[Sequence[Sent]], list[Receipt]]
    start: int
    period_seconds: int
    margin: int
    depth: int = 0
    block_seconds: float | None = None
    least_lead: int = 1
    urls: tuple[str, ...] = ()

    def live_pace(self, since: int, rate: float) -> LivePace:
        """For a market that goes on by itself: the chain's own clock, or Anvil's moved evenly from
        `since` (chain time) on, `rate` chain seconds a second."""
        if isinstance(self.pace, ChainPace):
            return self.pace
        return EvenPace(self.client, self.sender, since=since, rate=rate)


@contextlib.contextmanager
def own_anvil(
    community: Community,
    roster: Roster,
    profile_start: int,
    port: int | None,
    folder: Path,
    *,
    live: bool = False,
) -> Iterator[Node]:
    """An Anvil of the run's own: chain time is profile time. `live`: for hours."""
    remove_geth(folder / GETH)
    balances = {signer.address: FUNDS for signer in roster.all_signers()}
    timestamp = profile_start - BEFORE_START
    states = LIVE_STATES_KEPT if live else anvil.STATES_KEPT
    with anvil.running(
        folder, balances=balances, timestamp=timestamp, port=port, states=states
    ) as chain:
        client = Client(chain.url)
        sender = Sender(client, client.chain_id())
        pace = WarpedPace(client, sender)
        yield Node(client, sender, pace, pace.mine, profile_start, community.step, MARGIN)


@contextlib.contextmanager
def geth_network(
    community: Community,
    roster: Roster,
    period_seconds: int | None,
    meter_delay: int,
    folder: Path,
) -> Iterator[Node]:
    """The Geth network that `wattmarket devnet` has up in the folder, else one of the run's own.

    Its own ends with the run; its chain stays in the folder.
    """
    length = period_seconds or GETH_PERIOD_SECONDS
    (folder / anvil.STATE).unlink(missing_ok=True)
    remove_geth(folder / GETH)
    with contextlib.ExitStack() as stack:
        there = background.served(folder / DEVNET)
        if there is None or there.node != "geth":
            network = GethNetwork(folder / GETH)
            stack.callback(network.stop)
            network.up()
            urls, depth = tuple(network.urls), network.depth
        else:
            urls, depth = there.urls, there.depth
        url = urls[0]
        least = math.ceil((depth + 4 + LEAD_TO_SPARE) * _block_seconds(Client(url)))
        node = running_chain(
            url,
            community,
            roster,
            length,
            meter_delay,
            depth=depth,
            least_lead=least,
            setting_up_blocks=SETTING_UP_BLOCKS_ON_GETH,
        )
        yield replace(node, urls=urls)


def running_chain(
    url: str,
    community: Community,
    roster: Roster,
    period_seconds: int | None,
    meter_delay: int = 0,
    *,
    depth: int = 0,
    least_lead: int = 1,
    setting_up_blocks: int = SETTING_UP_BLOCKS,
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
    clock = schedule(community, 1 << 39, length, meter_delay, least_lead)
    try:
        clock.check(block, depth)
    except ScheduleError as error:
        raise UserError(f"--period-seconds: {length}: {error}") from None
    max_fee, tip = _fees(client)
    sender = Sender(client, chain_id, max_fee=max_fee, tip=tip)
    pace = ChainPace(client, sender, depth=depth)
    _fund(client, roster)
    leads = clock.declaration_lead + clock.elecoin_lead
    # What is sent at a head is mined within two blocks of it, and that must be in time.
    least = math.ceil(2 * block) + 1
    margin = max(least, min(MARGIN, min(clock.declaration_lead, clock.elecoin_lead) // 2))
    # Twelve creations two a block, registrations, orders, and as many blocks to spare.
    start = int(client.block().timestamp + leads + margin + setting_up_blocks * block) + 1
    return Node(
        client,
        sender,
        pace,
        pace.mine,
        start,
        length,
        margin,
        depth=depth,
        block_seconds=block,
        least_lead=least_lead,
    )


def _fees(client: Client) -> tuple[int, int]:
    """The most per gas, and the tip of it; both 0 where gas costs nothing."""
    price = client.gas_price()
    if price == 0:
        return 0, 0
    try:
        tip = int(client.request("eth_maxPriorityFeePerGas"), 16)
    except RpcError:
        tip = 0  # a chain without tips
    return max(2 * price, HIGHEST_FEE), min(tip, price)


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
