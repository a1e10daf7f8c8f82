"""Three edge servers as processes on a chain that goes on when they have seen it: whatever the
machine's load, a trial takes as much chain time as on a quiet one."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from community_of_servers import DEPTH, declare_targets
from faulty_node import FaultyNode, faulty_node
from market_lab import SCHEDULE, SERVERS, Lab, deployed
from processes import PASSWORD, ROOT

from chaos.faulty_peer import FaultyPeer, faulty_peer
from chaos.simulation import BLOCK_SECONDS
from chaos.trial import Outcome
from oracle.app.daemon.durable import Durable
from oracle.app.daemon.keystore import write_keystore
from oracle.devnet.ports import free_port
from oracle.rounds.price import price
from oracle.rounds.report import Feed
from oracle.service.store.database import Database

READY_SECONDS, SEEN_SECONDS, MOST_BLOCKS = 240.0, 20.0, 40


@dataclass
class Network:
    """`nodes` and `peers`: the proxies before each server's first node and each listener."""

    lab: Lab
    folder: Path
    ports: list[int]
    nodes: list[FaultyNode]
    peers: list[FaultyPeer]
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    period: int = -1
    now: int = 0
    injected_at: int | None = None
    healed_at: int | None = None

    # --- processes ----------------------------------------------------------------------------

    def home(self, i: int) -> Path:
        return self.folder / f"server-{i}"

    def configure(self, i: int) -> Path:
        folder = self.home(i)
        folder.mkdir()
        write_keystore(folder / "key.json", SERVERS[i].key, PASSWORD, iterations=2)
        secret = folder / "password"
        secret.touch(0o600)
        secret.write_text(PASSWORD + "\n")
        endpoints = [self.nodes[i].url, self.lab.client.url, self.lab.client.url + "/"]
        peers = "".join(
            f'[[peer]]\nsigner = "{SERVERS[j].address}"\nurl = "{self.peers[j].url}"\n'
            for j in range(3)
            if j != i
        )
        path = folder / "oracle.toml"
        path.write_text(
            f'deployment = "../deployment.toml"\npoll_seconds = 0.3\nlog = "json"\n'
            f"[node]\nendpoints = {json.dumps(endpoints)}\nagree = 2\n"
            f'[key]\nkeystore = "key.json"\npassword_file = "password"\n'
            f'[store]\nurl = "sqlite:///oracle.sqlite"\n'
            f"[listen]\nport = {self.ports[i]}\n{peers}"
        )
        return path

    def start(self, i: int, skew: int = 0) -> None:
        search = os.pathsep.join(map(str, (ROOT, ROOT / "tests" / "daemon")))
        self.running[i] = process = subprocess.Popen(
            [sys.executable, "-m", "chaos.launcher", self.home(i) / "oracle.toml"],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": search, "CHAOS_SKEW": str(skew)},
        )  # fmt: skip
        threading.Thread(target=self._copy, args=(i, process), daemon=True).start()

    def _copy(self, i: int, process: subprocess.Popen[bytes]) -> None:
        """Its log: not a file of its own, because its files are what may be limited."""
        assert process.stdout is not None
        with (self.folder / f"server-{i}.log").open("ab") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()

    def ready(self, *which: int) -> None:
        end = time.monotonic() + READY_SECONDS
        for i in which:
            while self._head_of(i) is None:
                assert self.running[i].poll() is None, self.said(i)
                assert time.monotonic() < end, self.said(i)
                time.sleep(0.2)

    def kill(self, *which: int) -> None:
        for i in which:
            process = self.running.pop(i)
            process.kill()
            process.wait()

    def said(self, i: int) -> str:
        return (self.folder / f"server-{i}.log").read_text()[-3000:]

    def arm(self, i: int, effect: str, when: str, do: str) -> None:
        for name in ("struck", "room"):
            (self.home(i) / name).unlink(missing_ok=True)
        part = self.home(i) / "armed.part"
        part.write_text(json.dumps({"effect": effect, "when": when, "do": do}))
        part.rename(self.home(i) / "armed.json")

    def struck(self, i: int) -> bool:
        return (self.home(i) / "struck").exists()

    def _head_of(self, i: int) -> int | None:
        with contextlib.suppress(httpx.HTTPError):
            text = httpx.get(f"http://127.0.0.1:{self.ports[i]}/metrics", timeout=5).text
            for line in text.splitlines():
                if line.startswith("wattmarket_head_block "):
                    return int(float(line.split()[1])) or None
        return None

    # --- the round ----------------------------------------------------------------------------

    @property
    def order(self) -> list[int]:
        addresses = [key.address for key in SERVERS]
        round_ = SCHEDULE.round_of(self.period)
        return [addresses.index(one) for one in self.lab.market.order_of(round_)]

    def next_period(self) -> None:
        """Its targets are declared."""
        self.period += 1
        self.injected_at = self.healed_at = None
        declare_targets(self.lab, self.period)
        self.mine(SCHEDULE.declaration_deadline(self.period) - 5)

    def begin(self) -> None:
        """The deadline passes, and the input block is deep enough."""
        deadline = SCHEDULE.declaration_deadline(self.period)
        for i in range(DEPTH + 1):
            self.mine(deadline + i)
        self.seen()

    def mine(self, when: int) -> None:
        self.lab.client.request("evm_setNextBlockTimestamp", hex(when))
        self.lab.client.request("evm_mine")
        self.now = when

    def seen(self, *but: int) -> None:
        """Waits until everybody who runs has finished a look at the head, and letters arrived."""
        head = self.lab.client.block().number
        end = time.monotonic() + SEEN_SECONDS
        for i in [one for one in self.running if one not in but]:
            while (self._head_of(i) or 0) < head and time.monotonic() < end:
                if i not in self.running or self.running[i].poll() is not None:
                    break
                time.sleep(0.03)
        time.sleep(0.15)

    def block(self, *but: int) -> None:
        self.mine(self.now + BLOCK_SECONDS)
        self.seen(*but)

    def injected(self) -> None:
        self.injected_at = self.injected_at or self.now

    def healed(self) -> None:
        self.healed_at = self.now

    def live(self, *but: int, blocks: int = MOST_BLOCKS) -> None:
        """Until the posting stands deep enough."""
        for _ in range(blocks):
            found = self.postings()
            head = self.lab.client.block().number
            if found and head > found[-1][1] + DEPTH + 1:
                return
            self.block(*but)

    def postings(self) -> list[tuple[int, int]]:
        """Value and block of each posting of this period."""
        last = self.lab.client.block().number
        return [
            (event.arguments["value"], event.log.block)
            for event in self.lab.market.events(self.lab.deployment.block, last)
            if event.name == "Posted" and event.arguments["epoch"] == self.period
        ]

    def outcome(self, kind: str, place: str) -> Outcome:
        found, client = self.postings(), self.lab.client
        number = client.block().number
        while client.block(number).timestamp >= SCHEDULE.declaration_deadline(self.period):
            number -= 1
        priced = price(self.lab.market.observe(Feed.ELECTRICITY, self.period, number))
        assert priced is not None
        recovered = None
        if found:
            began = self.healed_at if self.healed_at is not None else (self.injected_at or 0)
            recovered = max(0, client.block(found[0][1]).timestamp - began)
        return Outcome(
            "As processes", kind, place, True, int(self.injected_at is not None), bool(found),
            not found, max(0, len(found) - 1),
            sum(value != priced.report.value for value, _ in found), self._equivocations(),
            recovered, 0,
        )  # fmt: skip

    def _equivocations(self) -> int:
        total = 0
        for i, key in enumerate(SERVERS):
            database = Database(self.home(i) / "oracle.sqlite")
            total += Durable(database, self.lab.market.domain, key.address).equivocations()
            database.dispose()
        return total

    def freeze(self, i: int, on: bool) -> None:
        self.running[i].send_signal(signal.SIGSTOP if on else signal.SIGCONT)


@contextmanager
def network(folder: Path) -> Iterator[Network]:
    with ExitStack() as stack:
        lab = stack.enter_context(deployed(folder))
        (folder / "deployment.toml").write_text(lab.deployment.to_toml())
        ports = [free_port() for _ in SERVERS]
        nodes = [stack.enter_context(faulty_node(lab.client.url)) for _ in SERVERS]
        peers = [stack.enter_context(faulty_peer(f"http://127.0.0.1:{port}")) for port in ports]
        made = Network(lab, folder, ports, nodes, peers)
        for i in range(3):
            made.configure(i)
            made.start(i)
        try:
            made.ready(0, 1, 2)
            yield made
        finally:
            made.kill(*list(made.running))
