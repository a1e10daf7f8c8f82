"""Real daemons in one process, looked at by a Prometheus of ours; a test moves the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from faulty_node import FaultyNode, faulty_node
from market_lab import BUYER, SCHEDULE, SELLER, SERVERS, STRANGER, THIRD, Lab
from processes import PASSWORD, Network

from oracle.app.daemon.keystore import write_keystore
from oracle.app.daemon.start import Daemon, build
from oracle.devnet.ports import free_port
from oracle.rounds.words import Target
from tests.prometheus import History

EACH = 20
"""Chain seconds between two blocks, looks and scrapes."""


@dataclass
class Watched:
    """Three servers and an odd one, whose key is in no set and whose two nodes fail on demand."""

    lab: Lab
    servers: list[Daemon]
    odd: Daemon
    nodes: list[FaultyNode]
    now: int
    skew: float = 0.0
    history: History = field(default_factory=lambda: History("wattmarket-oracle"))

    def fresh(self) -> None:
        self.history = History("wattmarket-oracle")

    def scrape(self, daemon: Daemon, url: str | None = None) -> None:
        try:
            text = httpx.get(f"{url or daemon.listener.url}/metrics").text
        except httpx.HTTPError:
            text = None
        self.history.scrape(self.now + self.skew, text)

    def mine(self, when: int) -> None:
        self.lab.client.request("evm_setNextBlockTimestamp", hex(when))
        self.lab.client.request("evm_mine")
        self.now = when

    def live(
        self, seconds: int, *, who: tuple[Daemon, ...] = (), seen: Daemon | None = None,
        each: int = EACH, blocks: bool = True, looks: bool = True,
        before: Callable[[], Any] = lambda: None,
    ) -> None:  # fmt: skip
        """Blocks, looks (of the first server alone, unless `who` says others) and scrapes."""
        who = who or (self.servers[0],)
        for _ in range(seconds // each):
            before()
            if blocks:
                self.mine(self.now + each)
            else:
                self.now += each
            for daemon in who if looks else ():
                daemon.look()
            self.scrape(seen or who[0])

    def declare(self) -> int:
        """A seller and two buyers for the next period that can be; the chain is at its deadline."""
        behind = self.now + 60 + SCHEDULE.declaration_lead - SCHEDULE.start
        period = max(0, -(-behind // SCHEDULE.period))
        words = {SELLER: (2000, 90_000, 0), BUYER: (-900, 310_000, 330_000),
                 THIRD: (-700, 250_000, 330_000)}  # fmt: skip
        deadline = SCHEDULE.declaration_deadline(period)
        self.lab.at(
            deadline - 40,
            *(
                self.lab.call(who, "declareTarget", Target(period, net, price, limit).pack())
                for who, (net, price, limit) in words.items()
            ),
        )
        self.mine(deadline - 5)
        return period

    def until(self, true: Callable[[], bool], patience: float = 20) -> None:
        """Letters go out in threads of their own."""
        end = time.monotonic() + patience
        while not true():
            assert time.monotonic() < end
            time.sleep(0.02)


@contextmanager
def watched(lab: Lab, folder: Path) -> Iterator[Watched]:
    ports = [free_port() for _ in SERVERS]
    network = Network(lab, None, folder, ports)  # type: ignore[arg-type]  # its clock is ours
    (folder / "deployment.toml").write_text(lab.deployment.to_toml())
    with ExitStack() as stack:
        nodes = [stack.enter_context(faulty_node(lab.client.url)) for _ in range(2)]
        servers = [build(network.config(i), stack) for i in range(3)]
        odd = build(_odd(network, nodes), stack)
        now = lab.client.block().timestamp
        made = Watched(lab, servers, odd, nodes, now)
        for daemon in (*servers, odd):
            daemon.wall = lambda: made.now + made.skew
            daemon.pool.endpoints.every = 0.0
        yield made


def _odd(network: Network, nodes: list[FaultyNode]) -> Path:
    model = network.config(0).read_text()
    folder = network.folder / "odd"
    folder.mkdir()
    write_keystore(folder / "key.json", STRANGER.key, PASSWORD, iterations=2)
    (folder / "password").touch(0o600)
    (folder / "password").write_text(PASSWORD)
    urls = ", ".join(f'"{node.url}"' for node in nodes)
    text = model.replace(
        f'endpoints = ["{network.lab.client.url}"]', f"endpoints = [{urls}]\nagree = 2"
    ).replace(f"port = {network.ports[0]}", "port = 0")
    for port in network.ports[1:]:
        text = text.replace(f":{port}", f":{free_port()}")
    (folder / "oracle.toml").write_text(text)
    return folder / "oracle.toml"
