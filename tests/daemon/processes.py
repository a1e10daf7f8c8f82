"""Edge servers as processes of their own, on a chain whose clock nobody holds."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from market_lab import ADMIN, BUYER, MEMBERS, METER, SELLER, SERVERS, THIRD, Lab, plan, zone_of

from oracle.app.daemon.keystore import write_keystore
from oracle.app.day.pace import ChainPace
from oracle.chain.client import Client
from oracle.chain.deploy import deploy
from oracle.chain.market import Market
from oracle.chain.transactions import Sender
from oracle.devnet import anvil
from oracle.devnet.ports import free_port
from oracle.rounds.clock import Schedule, ring_length
from oracle.rounds.words import Target
from oracle.units import WAD

PERIOD, LEAD = 14, 12
SETTING_UP = 14
PASSWORD = "a password of the tests"
DEPTH = 2
ROOT = Path(__file__).parents[2]


def schedule(start: int) -> Schedule:
    return Schedule(
        start=start, period=PERIOD, step=900, declaration_lead=LEAD, reading_grace=5,
        trade_window=8, rating_window=5, elecoin_lead=11, epoch_periods=4, round_periods=2,
        ring_length=ring_length(PERIOD, LEAD, 5, 8, 5),
    )  # fmt: skip


@dataclass
class Network:
    """A market in real time and its servers' folders; a server that runs is in `running`."""

    lab: Lab
    pace: ChainPace
    folder: Path
    ports: list[int]
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def config(self, i: int, **node: str) -> Path:
        endpoint = node.get("endpoint", self.lab.client.url)
        folder = self.folder / f"server-{i}"
        folder.mkdir(exist_ok=True)
        key = folder / "key.json"
        if not key.exists():
            # Few rounds of key stretching: what is tested is not how slow it is.
            write_keystore(key, SERVERS[i].key, PASSWORD, iterations=2)
            secret = folder / "password"
            secret.touch(0o600)
            secret.write_text(PASSWORD + "\n")
        peers = "".join(
            f'[[peer]]\nsigner = "{SERVERS[j].address}"\nurl = "http://127.0.0.1:{port}"\n'
            for j, port in enumerate(self.ports)
            if j != i
        )
        path = folder / "oracle.toml"
        path.write_text(
            f'deployment = "../deployment.toml"\npoll_seconds = 0.2\nlog = "json"\n'
            f'[node]\nendpoints = ["{endpoint}"]\n'
            f'[key]\nkeystore = "key.json"\npassword_file = "password"\n'
            f'[store]\nurl = "sqlite:///oracle.sqlite"\n'
            f"[listen]\nport = {self.ports[i]}\n{peers}"
        )
        return path

    def start(self, i: int, **environment: str) -> None:
        log = (self.folder / f"server-{i}.log").open("ab")
        self.running[i] = subprocess.Popen(
            [sys.executable, "-m", "oracle.cli", "oracle", "start", "--config", self.config(i)],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        )  # fmt: skip

    def ready(self, *which: int, patience: float = 90) -> None:
        """Waits until these servers say that they are."""
        end = time.monotonic() + patience
        for i in which:
            url = f"http://127.0.0.1:{self.ports[i]}/readyz"
            while True:
                assert self.running[i].poll() is None, self.said(i)
                assert time.monotonic() < end, self.said(i)
                with contextlib.suppress(httpx.HTTPError):
                    if httpx.get(url).status_code == 200:
                        break
                time.sleep(0.2)

    def kill(self, i: int) -> None:
        process = self.running.pop(i)
        process.kill()
        process.wait()

    def stop(self, i: int) -> int:
        process = self.running.pop(i)
        process.send_signal(signal.SIGTERM)
        return process.wait(15)

    def said(self, i: int) -> str:
        return (self.folder / f"server-{i}.log").read_text()

    # --- the market ---------------------------------------------------------------------------

    @property
    def market(self) -> Market:
        return self.lab.market

    @property
    def clock(self) -> Schedule:
        return self.lab.deployment.schedule

    def now(self) -> int:
        return self.lab.client.block().timestamp

    def next_period(self) -> int:
        """The first whose targets can still be declared, with some seconds to spare."""
        behind = self.now() + 5 + LEAD - self.clock.start
        return max(0, -(-behind // PERIOD))

    def declare(self, period: int) -> None:
        words = {SELLER: (2000, 90_000, 0), BUYER: (-900, 310_000, 330_000),
                 THIRD: (-700, 250_000, 330_000)}  # fmt: skip
        calls = [
            self.lab.call(
                who, "declareTarget", Target(period, net, price, limit, zone=zone_of(who)).pack()
            )
            for who, (net, price, limit) in words.items()
        ]
        self.pace.mine(self.lab.sender.send(calls))

    def wait_until(self, when: int, patience: float = 60) -> None:
        end = time.monotonic() + patience
        while self.now() < when:
            assert time.monotonic() < end, "the chain stands still"
            time.sleep(0.2)

    def postings(self) -> list[tuple[int, int]]:
        events = self.market.events(0, self.lab.client.block().number)
        return [(e.arguments["feed"], e.arguments["epoch"]) for e in events if e.name == "Posted"]


@contextmanager
def network(folder: Path) -> Iterator[Network]:
    keys = [ADMIN, METER, *SERVERS, *MEMBERS]
    balances = {signer.address: 1000 * WAD for signer in keys}
    with anvil.running(folder, balances=balances, block_seconds=1) as chain:
        client = Client(chain.url)
        sender = Sender(client, client.chain_id())
        pace = ChainPace(client, sender)
        start = client.block().timestamp + SETTING_UP + LEAD
        terms = plan(schedule=schedule(start), depth=DEPTH)
        lab = Lab(client, sender, deploy(client, sender, terms, ADMIN, pace.mine))
        members = [
            lab.call(ADMIN, "empower", m.address, bytes([n]) * 32, zone_of(m), n == 0, True, 10_000)
            for n, m in enumerate(MEMBERS)
        ]
        pace.mine(sender.send(members))
        (folder / "deployment.toml").write_text(lab.deployment.to_toml())
        made = Network(lab, pace, folder, [free_port() for _ in SERVERS])
        try:
            yield made
        finally:
            for process in made.running.values():
                process.kill()
                process.wait()
