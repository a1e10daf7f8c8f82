"""`wattmarket oracle start`: one edge server, from its file to its end."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import structlog

from oracle.app.daemon.config import GWEI, OracleConfig, load_config, password_of
from oracle.app.daemon.durable import Durable
from oracle.app.daemon.edge_server import POST_GAS, TRANSIENT, EdgeServer
from oracle.app.daemon.keystore import open_keystore, refuse_development_key
from oracle.app.daemon.logs import configure_logs
from oracle.app.daemon.metrics import DaemonMetrics
from oracle.app.daemon.nodes import next_nonce, nodes_of
from oracle.app.daemon.peers import Wire
from oracle.app.daemon.recovery import Recovery
from oracle.app.daemon.staked import Staked
from oracle.app.daemon.standing import Note
from oracle.app.daemon.telling import Telling
from oracle.app.daemon.watcher import Watcher
from oracle.chain.client import Block, ChainError, Client
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.chain.outbox.fees import FeePolicy
from oracle.chain.outbox.sender import OutboxSender
from oracle.chain.rpc_pool import RpcPool
from oracle.chain.signer import Signer
from oracle.rounds.agree import quorum
from oracle.rounds.peer_messages import PeerMessageError
from oracle.rounds.report import Domain, Feed
from oracle.service.errors import StoreError
from oracle.service.peer.api import PeerPort, Refused, peer_app
from oracle.service.peer.server import PeerServer
from oracle.service.settings import package_version
from oracle.service.store.database import Database

log = structlog.get_logger("oracle")
LONGEST_PAUSE = 30.0
DEVELOPMENT_NAMES = ("administrator", "network", *(f"server server-{i}" for i in range(10)))
STALE_TICKS = 30
"""Polls without a look at the chain after which the loop counts as dead."""


@dataclass
class Daemon:
    """Everything that one process holds."""

    config: OracleConfig
    deployment: Deployment
    signer: Signer
    store: Durable
    pool: RpcPool
    server: EdgeServer
    metrics: DaemonMetrics
    telling: Telling
    wire: Wire
    listener: PeerServer
    over: threading.Event
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    last_tick: float = 0.0

    def run(self) -> None:
        """Looks at the chain until it is told to end. What fails is waited for."""
        pause = self.config.poll_seconds
        while not self.over.is_set():
            seen = self.look()
            pause = self.config.poll_seconds if seen else min(2 * pause, LONGEST_PAUSE)
            self.over.wait(pause)
        log.info("stopped")

    def look(self) -> bool:
        """Once: everything that can be done now. False where the chain cannot be read."""
        with self.metrics.ticks.time():
            try:
                self._tick()
            except TRANSIENT as error:
                self.metrics.failed(error)
                # What cannot be stored is neither signed nor sent: the next look begins anew.
                what = "the chain" if isinstance(error, ChainError) else "the store"
                log.warning(f"{what} cannot be used", reason=" ".join(str(error).split()))
                return False
        return True

    def _tick(self) -> None:
        try:
            open_now = self.server.tick()
        finally:
            self.metrics.nodes(self.pool.endpoints.all)
        head = self.pool.block()
        self.last_tick = self.clock()
        self._measure(head)
        self.telling.in_round_of(head.timestamp)
        log.debug("tick", head=head.number, duties=[duty.name for duty in open_now])

    def _measure(self, head: Block) -> None:
        seen, key = self.metrics, self.signer.address
        seen.last_tick.set(self.wall())
        seen.head.set(head.number)
        seen.head_time.set(head.timestamp)
        balance = self.pool.balance(key)
        seen.balance.set(balance)
        seen.affordable.set(balance // max(1, round(self.config.fees.cap_gwei * GWEI) * POST_GAS))
        seen.outbox(self.store.open_entries(key), head.number)
        seen.equivocations.set(self.store.equivocations())
        seen.paused.set(1 if self.store.paused() else 0)
        servers = self.server.servers
        seen.in_set.set(1 if key in servers else 0)
        seen.peers_needed.set(quorum(len(servers)) - 1)
        if (free := free_bytes(self.config.store.url)) is not None:
            seen.free.set(free)

    # --- what probes ask --------------------------------------------------------------------

    def alive(self) -> Mapping[str, str]:
        age = self.clock() - self.last_tick
        if age > STALE_TICKS * max(self.config.poll_seconds, 1.0) + LONGEST_PAUSE:
            return {"loop": f"the last look at the chain was {age:.0f} s ago"}
        return {}

    def ready(self) -> Mapping[str, str]:
        wrong = dict(self.alive())
        if not self.pool.endpoints.well():
            wrong["nodes"] = "none is well"
        try:
            if self.store.paused():
                wrong["paused"] = "by the operator"
        except StoreError:
            wrong["store"] = "cannot be used"
        return wrong


def build(path: Path, stack: ExitStack, *, dry_run: bool = False) -> Daemon:
    """Puts a daemon together; what it opens closes with `stack`.

    Raises UserError, one line, where the file, the key, the store or the chain are not as they
    should be.
    """
    config = load_config(path)
    deployment = Deployment.load(config.deployment)
    signer = open_keystore(config.key.keystore, password_of(config.key))
    refuse_development_key(signer, deployment.chain_id, DEVELOPMENT_NAMES)
    urls = {peer.signer: peer.url for peer in config.peer if peer.signer != signer.address}
    metrics = DaemonMetrics(config.node.endpoints, urls.values(), package_version())
    over = threading.Event()
    pool = nodes_of(config, deployment, metrics.asked)
    deployment.check(pool)
    store = open_store(config, deployment, signer, stack)
    telling = Telling(metrics, deployment.schedule)
    outbox = outbox_of(
        config, deployment, pool, signer, store, trouble=telling.trouble, moved=telling.moved
    )
    wire = Wire(store.domain, signer.address, urls, lambda: server.chain_time, telling.delivered)
    stack.callback(wire.close)
    recovery = Recovery(
        pool, store, store.domain, signer.address, wire.ask_own,
        lambda: next_nonce(pool, signer.address), time.time,
        lambda text, alarm: telling.note(Note("recovery", text, alarm)),
    )  # fmt: skip
    recovery.begin()
    market = Market(pool, deployment)
    watcher = Watcher(
        market, pool, Staked(store.database, store.domain, signer.address), outbox,
        challenge=config.watch.challenge and not dry_run, answer=not dry_run,
        note=telling.note, judged=metrics.judged,
    )  # fmt: skip
    server = EdgeServer(
        market, pool, signer, store, outbox, wire.tell, wire.ask,
        watch=watcher.tick, dry_run=dry_run, recovery=recovery,
        note=telling.note, timed=metrics.timed,
    )  # fmt: skip
    server.look()
    listener = PeerServer(config.listen.host, config.listen.port)
    stack.callback(listener.stop)
    daemon = Daemon(
        config, deployment, signer, store, pool, server, metrics, telling, wire, listener, over,
        last_tick=time.monotonic(),
    )  # fmt: skip
    listener.start(peer_app(_port(daemon)))
    return daemon


def open_store(
    config: OracleConfig, deployment: Deployment, signer: Signer, stack: ExitStack
) -> Durable:
    database = Database(config.store.url, durable=True)
    stack.callback(database.dispose)
    database.upgrade()
    domain = Domain(deployment.chain_id, deployment.address("EquilibriumOracle"))
    return Durable(database, domain, signer.address)


def outbox_of(
    config: OracleConfig,
    deployment: Deployment,
    client: Client,
    signer: Signer,
    store: Durable,
    **told: Callable[..., None],
) -> OutboxSender:
    """The server's outbox by its file; `told` as in OutboxSender."""
    policy = FeePolicy(
        cap=round(config.fees.cap_gwei * GWEI),
        tip=round(config.fees.tip_gwei * GWEI),
        patience=config.fees.patience_blocks,
    )
    depth = None if config.node.finality == "tag" else deployment.depth
    return OutboxSender(client, signer, store, policy, deployment.chain_id, depth, **told)


def free_bytes(url: str) -> int | None:
    """Room on the disk of a SQLite store; None for a database that is served."""
    if not url.startswith("sqlite:///"):
        return None
    return shutil.disk_usage(Path(url.removeprefix("sqlite:///")).parent).free


def _port(daemon: Daemon) -> PeerPort:
    def hear(body: bytes) -> None:
        try:
            daemon.server.hear(body)
        except PeerMessageError as error:
            daemon.metrics.peer_messages.labels(error.reason).inc()
            raise Refused(error.reason) from None
        daemon.metrics.peer_messages.labels("heard").inc()

    return PeerPort(
        hear=hear,
        answer=lambda feed, epoch, to: daemon.server.answer(Feed(feed), epoch, to),
        alive=daemon.alive,
        ready=daemon.ready,
        metrics=daemon.metrics.text,
        kept=lambda feed, epoch, sender: daemon.server.kept(Feed(feed), epoch, sender),
    )


def start(path: Path, *, dry_run: bool) -> int:
    """Runs until SIGINT or SIGTERM; what is under way is finished first."""
    with ExitStack() as stack:
        config = load_config(path)
        configure_logs(config.log)
        daemon = build(path, stack, dry_run=dry_run)

        def stop(_: int, __: FrameType | None) -> None:
            log.info("stopping")
            daemon.over.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        log.info(
            "started", signer=daemon.signer.address, listening=daemon.listener.url,
            chain_id=daemon.deployment.chain_id, dry_run=dry_run,
        )  # fmt: skip
        daemon.run()
    return 0
