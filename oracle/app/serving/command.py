"""`wattmarket serve`: a store's prices, energy and bills, until it is told to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_network
from pathlib import Path
from types import FrameType

import click

from oracle import UserError
from oracle.app.serving.follow import Follower, following
from oracle.app.serving.head import ChainHead
from oracle.app.serving.instance import show_deployment
from oracle.app.serving.market import ChainMarket
from oracle.app.serving.operations import Operations, probes_of
from oracle.app.serving.statements import StoreStatements
from oracle.chain.client import Client
from oracle.devnet.accounts import CHAIN_ID
from oracle.service.live import LastHead, LivePort
from oracle.service.ports import Ports
from oracle.service.serve import Server
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import open_store


def serve(
    store_url: str,
    token: Path,
    node: str | None,
    port: int | None,
    hosts: Sequence[str],
    edge_servers: Sequence[str] = (),
    deployment: Path | None = None,
    community: Path | None = None,
    proxies: Sequence[str] = (),
    over: threading.Event | None = None,
    echo: Callable[[str], None] = click.echo,
) -> int:
    """Serves until SIGINT or SIGTERM, or until `over` is set. Raises UserError, one line.

    With a deployment and a node, the chain's events are followed into the store meanwhile.
    """
    if community is not None and deployment is None:
        raise UserError("--community: it says more of a --deployment, which is not named")
    done = over or threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        done.set()

    if over is None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
    live: LivePort = LastHead() if node is None else ChainHead(node)
    probes = probes_of(edge_servers)
    settings = ServiceSettings(
        token_path=token,
        port=port,
        allowed_hosts=tuple(hosts),
        trusted_proxies=tuple(map(_network, proxies)),
        rpc_url=node,
        development_chain=CHAIN_ID,
    )
    with open_store(store_url) as store:
        follower = None
        if deployment is not None:
            shown, described = show_deployment(store, deployment, node, community)
            if node is not None:
                follower = Follower(Client(node), shown, store, described, echo)
        market = None if node is None else ChainMarket(node, store)
        nodes = () if node is None else (node,)
        ports = Ports(
            market=market,
            operations=Operations(nodes, store, probes),
            statements=StoreStatements(store),
        )
        with Server(settings, store, live=live, ports=ports) as server:
            echo(f"serving {store.database.shown} at {server.url}; token in {token}")
            if follower is not None and described is None:
                echo("without --community: bills have no lines of the grid")
            with following(follower):
                done.wait()
    return 0


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        raise UserError(
            f"--trusted-proxy: {text}: must be an address or a network, such as 127.0.0.1 or "
            "10.8.0.0/24"
        ) from None
