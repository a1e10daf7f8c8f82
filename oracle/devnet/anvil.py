"""Anvil as a child process: our chain id, funded accounts, no automatic mining."""

from __future__ import annotations

import contextlib
import json
import platform
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from oracle import UserError
from oracle.devnet.accounts import CHAIN_ID
from oracle.devnet.child import spawn
from oracle.devnet.ports import HOST, free_port

GAS_LIMIT = 30_000_000
START_SECONDS = 20.0
STOP_SECONDS = 10.0
STATE = "chain.json"
"""The chain as Anvil dumps it when it ends, in the run folder."""
NEXT_STATE = STATE + ".part"
STATES_KEPT = 256
"""Blocks back at which a view can be called. Each holds the hashes of all blocks before it, some
hundred bytes a block: a chain of many blocks should keep fewer."""

_NATIVE = Path("node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil")


class AnvilError(UserError):
    """Anvil is not there, or did not start."""


@dataclass(frozen=True)
class Anvil:
    """A running Anvil."""

    url: str
    port: int
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Ends the process; it writes its state first if it was asked to."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def find_anvil() -> Path:
    """The native npm package of this checkout, else Anvil on PATH. Raises AnvilError, one line."""
    root = Path(__file__).resolve().parents[2]
    for folder in (root, Path.cwd()):
        if (folder / _NATIVE).is_file() and platform.machine() in ("x86_64", "AMD64"):
            return folder / _NATIVE
    found = shutil.which("anvil")
    if found is None:
        raise AnvilError("anvil is not installed: run `make setup`, or put anvil 1.7.1 on PATH")
    return Path(found)


def command(
    folder: Path,
    port: int,
    *,
    block_seconds: int | None,
    resume: bool,
    timestamp: int | None,
    keep: bool = False,
    states: int = STATES_KEPT,
) -> list[str]:
    """Anvil's command line. Fees are 0: the coin is the community's currency.

    With `block_seconds` it mines by its own clock and holds one unlocked, funded account.
    """
    line = [str(find_anvil()), "--host", HOST, "--port", str(port), "--chain-id", str(CHAIN_ID)]
    line += ["--accounts", "1" if block_seconds else "0", "--gas-limit", str(GAS_LIMIT)]
    line += ["--hardfork", "paris", "--block-base-fee-per-gas", "0", "--gas-price", "0"]
    # States older than a block's hash reaches are asked for by nobody; kept, they fill the disk.
    line += ["--order", "fifo", "--no-cors", "--prune-history", str(states)]
    line += ["--block-time", str(block_seconds)] if block_seconds else ["--no-mining"]
    if resume:
        line += ["--load-state", str(folder / STATE)]
        if not keep:
            return line
        # Its own first block goes into the dump: it has to be the very block that is there.
        line += ["--timestamp", str(_genesis_time(folder / STATE))]
        return [*line, "--dump-state", str(folder / NEXT_STATE)]
    line += ["--dump-state", str(folder / STATE)]
    return line if timestamp is None else [*line, "--timestamp", str(timestamp)]


def _genesis_time(state: Path) -> int:
    """When the first block of a dumped chain was made. Raises AnvilError."""
    try:
        headers = (block["header"] for block in json.loads(state.read_bytes())["blocks"])
        times = {int(h["timestamp"], 16) for h in headers if int(h["number"], 16) == 0}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AnvilError(f"{state}: not a chain that Anvil dumped: {error}") from None
    if len(times) != 1:
        raise AnvilError(f"{state}: {len(times)} first blocks")
    return times.pop()


def start(
    folder: Path,
    *,
    balances: Mapping[str, int] | None = None,
    timestamp: int | None = None,
    port: int | None = None,
    block_seconds: int | None = None,
    resume: bool = False,
    keep: bool = False,
    states: int = STATES_KEPT,
    flag: str = "--chain-port",
) -> Anvil:
    """Starts Anvil with its files in `folder` and waits until it answers.

    `resume` loads the state that an earlier run left there; with `keep` it is dumped again, beside
    it (see `running`). A view can be called `states` blocks back. Raises AnvilError or PortTaken.
    """
    chosen = free_port(port, flag)
    line = command(
        folder,
        chosen,
        block_seconds=block_seconds,
        resume=resume,
        timestamp=timestamp,
        keep=keep,
        states=states,
    )
    process = _spawn(line, folder / "anvil.log")
    chain = Anvil(f"http://{HOST}:{chosen}", chosen, process)
    try:
        _wait(chain, folder / "anvil.log")
        _fund(chain, balances or {})
    except BaseException:
        chain.stop()
        raise
    return chain


def _spawn(line: list[str], output: Path) -> subprocess.Popen[bytes]:
    try:
        return spawn(line, output)
    except OSError as error:
        raise AnvilError(f"{line[0]}: {error.strerror}") from error


@contextlib.contextmanager
def running(folder: Path, **options: Any) -> Iterator[Anvil]:
    """Anvil for the time of a `with` block.

    With `resume` and `keep` what happened in it replaces the state that was loaded, unless the
    block raises.
    """
    chain = start(folder, **options)
    try:
        yield chain
    except BaseException:
        chain.stop()
        (folder / NEXT_STATE).unlink(missing_ok=True)
        raise
    chain.stop()
    if options.get("resume") and options.get("keep"):
        (folder / NEXT_STATE).replace(folder / STATE)


def _fund(chain: Anvil, balances: Mapping[str, int]) -> None:
    calls = [
        {"jsonrpc": "2.0", "id": i, "method": "anvil_setBalance", "params": [account, hex(wei)]}
        for i, (account, wei) in enumerate(balances.items())
    ]
    if not calls:
        return
    answers = httpx.post(chain.url, json=calls, timeout=START_SECONDS).raise_for_status().json()
    for answer in answers:
        if "error" in answer:
            raise AnvilError(f"anvil_setBalance: {answer['error'].get('message')}")


def _wait(chain: Anvil, log: Path) -> None:
    question = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if chain.process.poll() is not None:
            said = log.read_text(errors="replace").strip().splitlines()
            reason = next((line for line in said if "rror" in line), "no message")
            raise AnvilError(f"anvil ended at once: {reason}")
        with contextlib.suppress(httpx.HTTPError):
            if httpx.post(chain.url, json=question, timeout=2.0).status_code == 200:
                return
        time.sleep(0.02)
    raise AnvilError(f"anvil did not answer within {START_SECONDS:g} s")
