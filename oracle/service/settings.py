"""What the service is told, with its limits."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class ServiceSettings:
    """Where the operator's token lies, the port, and what each request may cost.

    token_path: a file for its owner alone (0600), made at the first start; port: None for a free
    one; allowed_hosts: further names under which a proxy reaches the service; trusted_proxies:
    addresses and networks whose X-Forwarded-For says who asks, for all rates; body_limit: bytes;
    solve_seconds: of one solve, its start excluded; solve_workers: processes; solve_waiting:
    requests that may queue for them; solve_memory: bytes of address space of a worker;
    answer_limit: bytes of a solution; solve_rate: solves a second and client, with solve_burst at
    once; signature_rate and signature_burst likewise for signed requests; in_flight: requests at
    once; stream_limit: event streams at once; body_seconds: to send a body.
    rpc_url: the node that `/rpc` reaches, None for none; rpc_rate: calls a second and client, with
    rpc_burst at once; rpc_at_once: requests to the node at once; rpc_seconds: for its answer;
    rpc_answer_limit: bytes of it. join_rate and join_burst: attempts to join by client and by
    account; join_requests: how many may wait for the operator. development_chain: the id on which
    visitors join by themselves.
    """

    token_path: Path
    port: int | None = None
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    body_limit: int = 1_000_000
    body_seconds: float = 10.0
    solve_seconds: float = 20.0
    solve_workers: int = 1
    solve_waiting: int = 3
    solve_memory: int = 4 << 30
    answer_limit: int = 16 << 20
    solve_rate: float = 2.0
    solve_burst: int = 10
    signature_rate: float = 10.0
    signature_burst: int = 40
    in_flight: int = 256
    stream_limit: int = 64
    rpc_url: str | None = None
    rpc_rate: float = 100.0
    rpc_burst: int = 1000
    rpc_at_once: int = 16
    rpc_seconds: float = 15.0
    rpc_answer_limit: int = 8 << 20
    join_rate: float = 0.2
    join_burst: int = 10
    join_requests: int = 500
    development_chain: int | None = None
    title: str = "wattmarket"

    @property
    def host_names(self) -> frozenset[str]:
        return frozenset(name.lower() for name in (*LOOPBACK_NAMES, *self.allowed_hosts))


def package_version() -> str:
    """The installed version, or "unpackaged" in a bare source tree."""
    try:
        return version("wattmarket")
    except PackageNotFoundError:
        return "unpackaged"
