"""One Geth as a child process."""

from __future__ import annotations

import contextlib
import secrets
import signal
import subprocess
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oracle.devnet.child import spawn
from oracle.devnet.geth import files
from oracle.devnet.geth.files import Facts, GethError, NodeFacts
from oracle.devnet.geth.ipc import NodeSilent, call
from oracle.devnet.ports import HOST

START_SECONDS = 30.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.05
LOG = "geth.log"


@dataclass(frozen=True)
class Head:
    """A node's newest block. `difficulty` is the chain's in total."""

    number: int
    hash: str
    difficulty: int
    timestamp: int


class Node:
    """A node of the network, running or not."""

    def __init__(self, binary: Path, folder: Path, facts: Facts, index: int) -> None:
        self.index, self.facts = index, facts.nodes[index]
        self._binary, self._folder, self._network = binary, folder, facts
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the process that runs or ran last. Raises GethError before the first."""
        if self._process is None:
            raise GethError(f"{self.facts.name}: was never started")
        return self._process.pid

    @property
    def log(self) -> Path:
        return self._folder / self.facts.name / LOG

    def initialise(self) -> None:
        """Writes the first block where there is none. Raises GethError."""
        place = self._folder / self.facts.name
        if (place / "geth" / "chaindata").is_dir():
            return
        line: list[str | Path] = [
            self._binary, "--datadir", place, "--state.scheme", "hash",
            "init", self._folder / files.GENESIS,
        ]  # fmt: skip
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise GethError(f"{self.facts.name}: geth init: {_reason(done.stderr)}")

    def start(self, linked: Collection[int]) -> None:
        """Starts the process with these peers; it follows the chain and does not seal yet."""
        if self.running:
            raise GethError(f"{self.facts.name}: runs already")
        settings = files.write_peers(self._folder, self._network, self.index, linked)
        try:
            self._process = spawn(self._command(settings), self.log, append=True)
        except OSError as error:
            raise GethError(f"{self._binary}: {error.strerror}") from error

    def _command(self, settings: Path) -> list[str]:
        own, network = self.facts, self._network
        words: list[object] = [
            self._binary, "--datadir", self._folder / own.name, "--config", settings,
            "--networkid", network.chain_id, "--nat", "none", "--netrestrict", f"{HOST}/8",
            "--ipcpath", own.socket, "--authrpc.port", own.auth_port,
            "--http", "--http.addr", HOST, "--http.port", own.rpc_port,
            "--http.api", "eth,net,web3", "--ws", "--ws.addr", HOST,
            "--ws.port", own.rpc_port, "--ws.api", "eth,net,web3",
            "--syncmode", "full", "--gcmode", "archive", "--state.scheme", "hash",
            "--snapshot=false", "--cache", "128",
            # A wei is the least that Geth takes; miners' own default is a gwei.
            "--miner.gasprice", "1", "--miner.etherbase", network.faucet,
            "--unlock", f"{own.sealer},{network.faucet}", "--allow-insecure-unlock",
            "--password", self._folder / files.PASSWORD,
        ]  # fmt: skip
        return [str(word) for word in words]

    def ready(self) -> None:
        """Waits until it answers. Raises GethError where it ended or does not."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.running:
                raise GethError(f"{self.facts.name}: geth ended at once: {self._last_words()}")
            with contextlib.suppress(NodeSilent):
                self.call("admin_nodeInfo")
                return
            time.sleep(POLL_SECONDS)
        raise GethError(f"{self.facts.name}: geth did not answer within {START_SECONDS:g} s")

    def follow(self) -> None:
        """Has it take blocks from its peers and seal none. Raises NodeSilent.

        A Geth that has neither caught up with anyone nor begun to seal throws new blocks away. So
        it begins, in the name of an account that is no sealer.
        """
        self.call("miner_start")

    def seal(self) -> None:
        """Has it seal its share of blocks. Raises NodeSilent."""
        self.call("miner_stop")
        self._await_mining(False)
        self.call("miner_setEtherbase", self.facts.sealer)
        # A block like one that was tried before, as by `follow`, is not tried again.
        self.call("miner_setExtra", secrets.token_hex(8))
        self.call("miner_start")
        self._await_mining(True)

    def _await_mining(self, wanted: bool) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        while self.call("eth_mining") is not wanted:
            if time.monotonic() > deadline:
                raise NodeSilent(f"{self.facts.name}: eth_mining stays {not wanted}")
            time.sleep(POLL_SECONDS)

    def signal_stop(self, *, kill: bool = False) -> None:
        if self.running and self._process is not None:
            self._process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)

    def wait_stopped(self) -> None:
        """Returns when the process is gone; one that takes too long is killed."""
        if self._process is None:
            return
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def call(self, method: str, *params: Any) -> Any:
        """Over its control line. Raises NodeSilent."""
        return call(Path(self.facts.socket), method, *params)

    def block(self, number: int | None = None) -> Head | None:
        """A block of its chain, the newest without a number; None where there is none.

        Raises NodeSilent.
        """
        tag = "latest" if number is None else hex(number)
        raw = self.call("eth_getBlockByNumber", tag, False)
        if raw is None:
            return None
        return Head(
            int(raw["number"], 16),
            raw["hash"],
            int(raw["totalDifficulty"], 16),
            int(raw["timestamp"], 16),
        )

    def head(self) -> Head:
        """Its newest block. Raises NodeSilent."""
        found = self.block()
        assert found is not None
        return found

    def peers(self) -> int:
        """How many it is connected to. Raises NodeSilent."""
        return int(self.call("net_peerCount"), 16)

    def _last_words(self) -> str:
        said = self.log.read_text(errors="replace") if self.log.exists() else ""
        return _reason(said)


def _reason(said: str) -> str:
    lines = [line.strip() for line in said.strip().splitlines()]
    return next((line for line in reversed(lines) if "Fatal" in line), lines[-1] if lines else "")


__all__ = ["Head", "Node", "NodeFacts"]
