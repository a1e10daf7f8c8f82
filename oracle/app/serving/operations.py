"""Nodes and edge servers, as the service's operator sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import requests
from eth_utils.address import is_address, to_checksum_address

from oracle import UserError
from oracle.app.serving.market import ChainMarket
from oracle.chain.client import ChainError, Client, sensible
from oracle.rounds.clock import Schedule
from oracle.service.ports import NodeStatus, ServerStatus
from oracle.service.store.store import Store

PATIENCE = 3.0
AT_ONCE = 8
LONGEST_STATUS = 300


class Operations:
    """The service's `OperationsPort`. `probes`: where edge servers answer, by signer."""

    def __init__(
        self, nodes: Sequence[str], store: Store, probes: Mapping[str, str] | None = None
    ) -> None:
        self._nodes, self._store = nodes, store
        self._market = ChainMarket(nodes[0], store) if nodes else None
        self._probes = {who.lower(): url for who, url in (probes or {}).items()}

    def nodes(self) -> Sequence[NodeStatus]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(_node, self._nodes))

    def servers(self) -> Sequence[ServerStatus] | None:
        instance = self._store.instance()
        if self._market is None or instance is None or not self._nodes:
            return None
        found = self._market.read([("EquilibriumOracle", "edgeServers")])
        if found is None:
            return None
        ranks = self._ranks(instance.deployment.get("schedule"))
        names = {who.lower(): name for who, name in instance.deployment.get("servers", {}).items()}
        servers = [
            ServerStatus(
                signer=str(to_checksum_address(signer)),
                operator=str(to_checksum_address(operator)),
                name=names.get(signer.lower()),
                rank=ranks.get(signer.lower()),
            )
            for signer, operator in found[0]
        ]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self._probed, servers))

    def _ranks(self, schedule: Mapping[str, int] | None) -> dict[str, int]:
        """Each signer's place in the present round's order; empty where nobody can say."""
        status = _node(self._nodes[0])
        if schedule is None or status.chain_time is None or self._market is None:
            return {}
        clock = Schedule(**schedule)
        now = max(0, clock.period_at(max(clock.start, status.chain_time)))
        order = self._market.read([("ReputationLedger", "orderOf", clock.round_of(now))])
        return {} if order is None else {who.lower(): i for i, who in enumerate(order[0])}

    def _probed(self, server: ServerStatus) -> ServerStatus:
        url = self._probes.get(server.signer.lower())
        if url is None:
            return server
        try:
            answer = requests.get(
                f"{url}/readyz", {"verbose": ""}, timeout=PATIENCE, allow_redirects=False
            )
        except requests.RequestException:
            return replace(server, reachable=False)
        said = " ".join(answer.text.split())[:LONGEST_STATUS]
        return replace(server, reachable=True, status="ready" if answer.ok else said)


def _node(url: str) -> NodeStatus:
    try:
        block, peers = Client(url, timeout=PATIENCE).batch_answers(
            [("eth_getBlockByNumber", ["latest", False]), ("net_peerCount", [])]
        )
        head, chain_time = _head(block.get("result"))
    except ChainError:
        return NodeStatus(_shown(url), False)
    try:
        count = int(peers["result"], 16)
    except (KeyError, TypeError, ValueError):  # Anvil has no peers, and does not answer
        count = None
    return NodeStatus(_shown(url), True, head, chain_time, count)


@sensible
def _head(raw: Any) -> tuple[int, int]:
    return int(raw["number"], 16), int(raw["timestamp"], 16)


def _shown(url: str) -> str:
    """Without whatever secret its user, path or query is."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"


def probes_of(pairs: Sequence[str]) -> dict[str, str]:
    """`SIGNER=URL` each. Raises UserError, one line."""
    found = {}
    for pair in pairs:
        signer, _, url = pair.partition("=")
        if not is_address(signer) or urlsplit(url).scheme not in {"http", "https"}:
            raise UserError(f"--edge-server: {pair!r}: allowed: 0x…=http://HOST:PORT")
        found[signer] = url.rstrip("/")
    return found
