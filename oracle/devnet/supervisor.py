"""The program that holds a development chain: `python -m oracle.devnet.supervisor`.

Arguments: folder, kind, nodes, seconds a block. SIGTERM ends it in order.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

import httpx

from oracle import UserError
from oracle.devnet import anvil
from oracle.devnet.accounts import CHAIN_ID
from oracle.devnet.background import LOCK, Served
from oracle.devnet.geth import GethNetwork

Say = Callable[[str], None]


def main(folder: Path, kind: str, nodes: int, block_seconds: int, say: Say) -> int:
    """Holds the chain until SIGTERM; the last line of what it says tells why it did not start."""
    signal.signal(signal.SIGTERM, _interrupt)
    os.umask(0o077)
    start = {"geth": _geth, "anvil": _anvil}[kind]
    with _held(folder):
        try:
            with start(folder, nodes, block_seconds, say) as chain:
                chain.write(folder)
                threading.Event().wait()
        except KeyboardInterrupt:
            say("stopped")
        except UserError as error:
            say(str(error))
            return 2
    return 0


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextlib.contextmanager
def _geth(folder: Path, nodes: int, block_seconds: int, say: Say) -> Iterator[Served]:
    network = GethNetwork(folder, nodes=nodes, block_seconds=block_seconds, say=say)
    try:
        network.up()
        urls = tuple(network.urls)
        yield Served("geth", CHAIN_ID, first_block(urls[0]), urls, network.depth)
    finally:
        network.stop()


@contextlib.contextmanager
def _anvil(folder: Path, nodes: int, block_seconds: int, say: Say) -> Iterator[Served]:
    resume = (folder / anvil.STATE).exists()
    with anvil.running(folder, block_seconds=block_seconds, resume=resume, keep=resume) as chain:
        try:
            yield Served("anvil", CHAIN_ID, first_block(chain.url), (chain.url,), 0)
        except KeyboardInterrupt:
            # An end in order: what Anvil dumps takes the place of what it was started from.
            say("stopped")


def first_block(url: str) -> str:
    """The hash of a chain's first block."""
    params = ["0x0", False]
    question = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": params}
    answer = httpx.post(url, json=question, timeout=10.0).raise_for_status().json()
    return str(answer["result"]["hash"])


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), _print))
