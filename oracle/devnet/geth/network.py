"""A private network of Geth nodes that seal with Clique, as children of this process."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from oracle.devnet.geth import files
from oracle.devnet.geth.files import GethError
from oracle.devnet.geth.ipc import NodeSilent
from oracle.devnet.geth.node import POLL_SECONDS, Head, Node
from oracle.devnet.geth.watch import Remedy, Restart, Rewind, Seen, TooFew, needed, remedies

PEERING_SECONDS = 40.0
"""A node that lost a peer dials it again after at most 35 s."""
SEALED_AT_START = 3
STILL_BLOCKS = 10
RECENT = 64


@dataclass(frozen=True)
class NodeStatus:
    """What one node says; `head` and `peers` are None where it does not answer."""

    name: str
    url: str
    sealer: str
    running: bool
    head: Head | None
    peers: int | None
    last_sealer: str | None


class GethNetwork:
    """`nodes` sealing nodes in `folder`: made there the first time, found there again later.

    `watch`: a thread mends a chain that stands still and a node that ended by itself. `say` hears
    what it does. Raises GethError, one line, for whatever is wrong.
    """

    def __init__(
        self,
        folder: Path,
        *,
        nodes: int = 3,
        block_seconds: int = 1,
        watch: bool = True,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        binary = files.find_geth()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = (folder / files.NETWORK).exists()
        self.folder = folder
        self.facts = files.load(folder) if there else files.create(folder, nodes, block_seconds)
        self.nodes = [Node(binary, folder, self.facts, i) for i in range(len(self.facts.nodes))]
        self._wanted: set[int] = set()
        self._cut: set[frozenset[int]] = set()
        self._say, self._watch = say, watch
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def urls(self) -> list[str]:
        """Where each node answers `eth`, `net` and `web3` over HTTP; WebSocket on the same port."""
        return [node.url for node in self.facts.nodes]

    @property
    def depth(self) -> int:
        """Blocks after which a block stays, but for a partition: ⌊sealers/2⌋ + 2."""
        return len(self.nodes) // 2 + 2

    # --- all together -----------------------------------------------------------------------

    def up(self) -> None:
        """Starts all nodes; they are peered, and every one has seen new blocks."""
        try:
            with self._lock:
                with ThreadPoolExecutor(len(self.nodes)) as pool:
                    list(pool.map(Node.initialise, self.nodes))
                self._start(range(len(self.nodes)))
            self.await_blocks(SEALED_AT_START)
        except BaseException:
            self.stop()
            raise
        if self._watch:
            self._watcher = threading.Thread(target=self._keep_watch, daemon=True)
            self._watcher.start()

    def stop(self) -> None:
        """Ends every node; the chain stays in the folder, and `up` goes on with it."""
        self._ended.set()
        if self._watcher is not None and self._watcher is not threading.current_thread():
            self._watcher.join()
        with self._lock:
            self._wanted.clear()
            self._stop(range(len(self.nodes)), kill=False)
            self._watcher = None
            self._ended.clear()

    def down(self) -> None:
        """Ends every node and removes what they left."""
        self.stop()
        files.remove(self.folder)

    def __enter__(self) -> GethNetwork:
        self.up()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.down()

    def await_blocks(self, count: int, seconds: float | None = None) -> None:
        """Returns when every running node's head is `count` blocks higher than the highest is now.

        Raises GethError where that takes longer than `seconds`.
        """
        limit = 60.0 + 4 * count * self.facts.block_seconds if seconds is None else seconds
        deadline = time.monotonic() + limit
        goal = max((head.number for head in self.heads().values()), default=0) + count
        while True:
            heads = self.heads()
            if heads and all(head.number >= goal for head in heads.values()):
                return
            if time.monotonic() > deadline:
                stand = ", ".join(f"node-{i} {head.number}" for i, head in sorted(heads.items()))
                raise GethError(f"no block {goal} within {limit:g} s: {stand or 'no node answers'}")
            time.sleep(POLL_SECONDS)

    def heads(self) -> dict[int, Head]:
        """The newest block of each node that answers."""
        found = {}
        for node in self.nodes:
            if node.running:
                with contextlib.suppress(NodeSilent):
                    found[node.index] = node.head()
        return found

    def status(self) -> list[NodeStatus]:
        return [node_status(node) for node in self.nodes]

    # --- one by one -------------------------------------------------------------------------

    def stop_node(self, index: int, *, kill: bool = False) -> None:
        """Ends one node, as a power cut does with `kill`; the watch leaves it alone."""
        with self._lock:
            self._wanted.discard(index)
            self._stop([index], kill=kill)

    def start_node(self, index: int) -> None:
        """Brings one back: it finds its peers, catches up, then seals."""
        with self._lock:
            self._start([index])

    def disconnect(self, one: int, other: int) -> None:
        """Cuts the line between two nodes, until `connect`."""
        with self._lock:
            self._cut.add(frozenset((one, other)))
            for node, peer in self._ends(one, other):
                for method in ("admin_removePeer", "admin_removeTrustedPeer"):
                    node.call(method, self.facts.nodes[peer].enode)

    def connect(self, one: int, other: int) -> None:
        """Mends that line. They find each other within about 35 s, how long Geth waits to dial."""
        with self._lock:
            self._cut.discard(frozenset((one, other)))
            for node, peer in self._ends(one, other):
                for method in ("admin_addTrustedPeer", "admin_addPeer"):
                    node.call(method, self.facts.nodes[peer].enode)

    def partition(self, *groups: Sequence[int]) -> None:
        """Cuts every line between nodes of different groups and mends those within one."""
        of = {index: place for place, group in enumerate(groups) for index in group}
        for one in of:
            for other in of:
                pair = frozenset((one, other))
                if one < other and (of[one] == of[other]) == (pair in self._cut):
                    (self.connect if of[one] == of[other] else self.disconnect)(one, other)

    def _ends(self, one: int, other: int) -> list[tuple[Node, int]]:
        pairs = ((self.nodes[one], other), (self.nodes[other], one))
        return [(node, peer) for node, peer in pairs if node.running]

    # --- starting and stopping --------------------------------------------------------------

    def _linked(self, index: int) -> list[int]:
        return [
            other
            for other in range(len(self.nodes))
            if other != index and frozenset((index, other)) not in self._cut
        ]

    def _start(self, indices: Iterable[int]) -> None:
        """Peers first, then sealing one after the other, beginning with whose turn it is.

        Sealers that begin before they know each other each make a first block of their own, and
        may wait for each other for ever.
        """
        started = [self.nodes[i] for i in indices]
        for node in started:
            node.start(self._linked(node.index))
            self._wanted.add(node.index)
        for node in started:
            node.ready()
            node.follow()
        for node in started:
            self._await_peers(node)
        self._await_weight(started)
        count = len(self.nodes)
        turn = 1 + max((head.number for head in self.heads().values()), default=0)
        for node in sorted(started, key=lambda each: (each.index - turn) % count):
            before = max(head.number for head in self.heads().values())
            node.seal()
            self._await_one_block(before)

    def _await_peers(self, node: Node) -> None:
        deadline = time.monotonic() + PEERING_SECONDS
        while True:
            expected = sum(self.nodes[other].running for other in self._linked(node.index))
            if node.peers() >= expected or time.monotonic() > deadline:
                return
            time.sleep(POLL_SECONDS)

    def _await_weight(self, started: Sequence[Node]) -> None:
        """Until these have a chain as heavy as any is now: who sealed earlier would split it.

        Branches of equal weight stay. With a peer missing Geth asks for blocks every 10 s only.
        """
        deadline = time.monotonic() + PEERING_SECONDS
        goal = max((head.difficulty for head in self.heads().values()), default=0)
        while time.monotonic() < deadline:
            if all(node.head().difficulty >= goal for node in started):
                return
            time.sleep(POLL_SECONDS)

    def _await_one_block(self, before: int) -> None:
        """Until all have the next block; it may be nobody's turn yet, so not for long."""
        deadline = time.monotonic() + 2 * self.facts.block_seconds + 0.5
        while time.monotonic() < deadline:
            if all(head.number > before for head in self.heads().values()):
                return
            time.sleep(POLL_SECONDS)

    def _stop(self, indices: Iterable[int], *, kill: bool) -> None:
        chosen = [self.nodes[i] for i in indices]
        for node in chosen:
            node.signal_stop(kill=kill)
        for node in chosen:
            node.wait_stopped()

    # --- the watch --------------------------------------------------------------------------

    def _keep_watch(self) -> None:
        period = self.facts.block_seconds
        best, since, tries = 0, time.monotonic(), 0
        while not self._ended.wait(period / 2):
            with self._lock, contextlib.suppress(NodeSilent, GethError):
                self._revive()
                weight = max((head.difficulty for head in self.heads().values()), default=0)
                if weight > best:
                    best, since, tries = weight, time.monotonic(), 0
                elif time.monotonic() - since > STILL_BLOCKS * period:
                    self.mend(tries)
                    # A branch that was given up may have been as heavy as the one that stays.
                    since, tries = time.monotonic(), tries + 1

    def _revive(self) -> None:
        """Starts a node again that ended by itself."""
        for index in sorted(self._wanted):
            if not self.nodes[index].running and not self._ended.is_set():
                self._say(f"node-{index} ended by itself: started again")
                self._start([index])

    def mend(self, tries: int = 0) -> list[Remedy]:
        """What helps a chain that stands still; see `watch.remedies`. Raises NodeSilent."""
        with self._lock:
            seen = [self._seen(self.nodes[i]) for i in sorted(self.heads()) if i in self._wanted]
            found = remedies(seen, len(self.nodes), tries)
            for remedy in found:
                self._apply(remedy)
            return found

    def _apply(self, remedy: Remedy) -> None:
        if isinstance(remedy, TooFew):
            self._say(f"the chain stands: {remedy.up} of {remedy.needed} sealers needed are up")
            return
        node = self.nodes[remedy.index]
        if isinstance(remedy, Rewind):
            self._say(f"the chain stands: {node.facts.name} leaves its branch at {remedy.to}")
            node.call("miner_stop")
            node.call("debug_setHead", hex(remedy.to))
        elif isinstance(remedy, Restart):
            self._say(f"the chain stands: {node.facts.name} starts again")
        self._stop([remedy.index], kill=False)
        self._start([remedy.index])

    def _seen(self, node: Node) -> Seen:
        head = node.head()
        recent = {head.number: head.hash}
        for number in range(max(0, head.number - RECENT), head.number):
            block = node.block(number)
            if block is not None:
                recent[number] = block.hash
        return Seen(node.index, head.number, head.difficulty, recent)


def node_status(node: Node) -> NodeStatus:
    """What the node says of itself, whoever started it."""
    own = node.facts
    try:
        head = node.head()
        sealer = node.call("clique_getSigner", hex(head.number)) if head.number else None
        return NodeStatus(own.name, own.url, own.sealer, True, head, node.peers(), sealer)
    except NodeSilent:
        return NodeStatus(own.name, own.url, own.sealer, node.running, None, None, None)


__all__ = ["GethNetwork", "NodeStatus", "needed", "node_status"]
