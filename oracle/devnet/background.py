"""A development chain that outlives the command that starts it: up, found again, down.

One program holds it (`oracle.devnet.supervisor`): the nodes are its children and end with it. It
keeps a lock in the folder, with its process id in it, and writes what it serves once all is up.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from oracle import UserError
from oracle.devnet import anvil
from oracle.devnet.geth import NodeStatus
from oracle.devnet.geth import files as geth_files
from oracle.devnet.geth.network import node_status
from oracle.devnet.geth.node import Node

KINDS = ("geth", "anvil")
LOCK, SERVED, LOG = "lock", "served.json", "supervisor.log"
UP_SECONDS = 180.0
DOWN_SECONDS = 40.0
POLL_SECONDS = 0.1


class DevnetError(UserError):
    """The chain is up already, is not there, or did not come up."""


@dataclass(frozen=True)
class Served:
    """A chain that is up: its kind, first block and endpoints, and how deep a block stays."""

    node: str
    chain_id: int
    genesis: str
    urls: tuple[str, ...]
    depth: int

    def write(self, folder: Path) -> None:
        part = folder / (SERVED + ".part")
        part.write_text(json.dumps(asdict(self)) + "\n", encoding="utf-8")
        part.replace(folder / SERVED)


def served(folder: Path) -> Served | None:
    """What is up in this folder; None if nothing is."""
    if holder(folder) is None:
        return None
    try:
        document = json.loads((folder / SERVED).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Served(**{**document, "urls": tuple(document["urls"])})


def holder(folder: Path) -> int | None:
    """The process that holds the folder's chain, or None."""
    try:
        with (folder / LOCK).open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return int(lock.read() or 0) or None
    except FileNotFoundError:
        pass
    return None


def up(folder: Path, node: str, nodes: int, block_seconds: int) -> Served:
    """Starts a chain in `folder`, or again the one that `down(keep=True)` left there.

    Raises UserError, one line, where it does not come up.
    """
    if node not in KINDS:
        raise DevnetError(f"--node: {node!r}: one of {', '.join(KINDS)}")
    geth_files.check(nodes, block_seconds)
    if node == "geth":
        geth_files.find_geth()
    else:
        anvil.find_anvil()
    if holder(folder) is not None:
        raise DevnetError(
            f"--folder: {folder}: a chain is up there; `wattmarket devnet down` ends it"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / SERVED).unlink(missing_ok=True)
    line = [
        sys.executable, "-m", "oracle.devnet.supervisor",
        str(folder.resolve()), node, str(nodes), str(block_seconds),
    ]  # fmt: skip
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        return _await_served(folder, process)
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _await_served(folder: Path, process: subprocess.Popen[bytes]) -> Served:
    deadline = time.monotonic() + UP_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = (folder / LOG).read_text(errors="replace").strip().splitlines()
            raise DevnetError(said[-1] if said else "the chain ended at once")
        found = served(folder)
        if found is not None:
            return found
        time.sleep(POLL_SECONDS)
    raise DevnetError(f"the chain did not come up within {UP_SECONDS:g} s: {folder / LOG}")


def geth_status(folder: Path) -> list[NodeStatus]:
    """What each Geth node says. Raises GethError where there is no network."""
    facts = geth_files.load(folder)
    return [node_status(Node(Path(), folder, facts, i)) for i in range(len(facts.nodes))]


def down(folder: Path, *, keep: bool = False) -> None:
    """Ends the chain and removes what it left; with `keep` it can be started again.

    Raises DevnetError where there is nothing.
    """
    process = holder(folder)
    if process is None and not (folder / LOG).exists():
        raise DevnetError(f"--folder: {folder}: no chain there")
    if process is not None:
        _end(folder, process)
    (folder / SERVED).unlink(missing_ok=True)
    if keep:
        return
    for name in (LOCK, LOG, anvil.STATE, anvil.NEXT_STATE, "anvil.log"):
        (folder / name).unlink(missing_ok=True)
    geth_files.remove(folder)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _end(folder: Path, process: int) -> None:
    os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_SECONDS
    # It lets go of the folder a moment before it is gone.
    while holder(folder) is not None or not _gone(process):
        if time.monotonic() > deadline:
            # Its children get the signal of its end from the kernel.
            os.kill(process, signal.SIGKILL)
            deadline += DOWN_SECONDS
        time.sleep(POLL_SECONDS)


def _gone(process: int) -> bool:
    try:
        ended, _ = os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        # Started by another program than this one.
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        return False
    return ended == process
