"""Nodes that fail, lag and lie, from every step of a round on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from time import monotonic

from faulty_node import FaultyNode, faulty_node

from chaos.quick import QuickClient
from chaos.simulation import Simulation
from chaos.taps import AFTER
from chaos.trial import Fault, Strike
from oracle.chain.client import Client
from oracle.chain.rpc_pool import AgreedClient, Endpoint, Endpoints, Identity

FAILING = ("down", "silent", "429", "502", "not json", "half an answer", "no result",
           "fewer answers", "other types")  # fmt: skip
LYING = ("lags", "other chain", "other genesis", "lies", "stale", "ahead", "other logs",
         "no logs", "no receipts", "receipts too early")  # fmt: skip
STEPS = ("claim", "keep signature", "tell 2", "hear 1", "save built", "send", "save broadcast",
         "save mined")  # fmt: skip
HEALS_AFTER = 5
TIMEOUT, EVERY = 0.4, 0.05


@dataclass
class Nodes:
    """A proxy in front of the chain for each server, beside which it has two honest nodes or none.

    `alone`: it is the server's only node.
    """

    proxies: Sequence[FaultyNode]
    url: str
    identity: Identity
    alone: bool

    def client_of(self, i: int) -> AgreedClient:
        honest = [] if self.alone else [QuickClient(self.url), QuickClient(self.url)]
        # The sick one is asked first wherever its head allows it.
        clients: list[Client] = [Client(self.proxies[i].url, TIMEOUT), *honest]
        endpoints = Endpoints([Endpoint(one) for one in clients], self.identity, monotonic,
                              every=EVERY)  # fmt: skip
        return AgreedClient(endpoints, 1 if self.alone else 2)


@contextmanager
def nodes_of(simulation: Simulation, alone: bool) -> Iterator[Nodes]:
    client = simulation.lab.client
    identity = Identity(client.chain_id(), client.block(0).hash)
    with ExitStack() as stack:
        proxies = [stack.enter_context(faulty_node(client.url)) for _ in simulation.keys]
        made = Nodes(proxies, client.url, identity, alone)
        simulation.client_of = made.client_of
        yield made


def faults() -> Iterator[Fault]:
    for fault in (*FAILING, *LYING):
        for step in (None, *STEPS):
            place = "from the start" if step is None else f"from {step} on"
            yield Fault(
                f"a node of three at every server: {fault}", place, _sick(fault, step, None)
            )
    for fault in FAILING:
        for step in (None, "claim", "save built", "send", "save broadcast"):
            place = "from the start" if step is None else f"from {step} on"
            yield Fault(
                f"the only node of the first: {fault}", place, _sick(fault, step, None, ranks=(0,))
            )
            yield Fault(
                f"every node of all, for {HEALS_AFTER} blocks: {fault}", place,
                _sick(fault, step, HEALS_AFTER, ranks=(0, 1, 2)),
            )  # fmt: skip
    for fault in LYING:
        place = "from the start"
        yield Fault(
            f"the only node of the first: {fault}", place, _sick(fault, None, None, ranks=(0,))
        )


def _sick(fault: str, step: str | None, heals: int | None, ranks: Sequence[int] = ()) -> Strike:
    """`ranks`: whose only node it is; none: it is one of three at every server."""

    def strike(simulation: Simulation) -> None:
        nodes = simulation.stack.enter_context(nodes_of(simulation, alone=bool(ranks)))
        order = simulation.order
        sick = [nodes.proxies[order[rank]] for rank in ranks] or list(nodes.proxies)

        def begin() -> None:
            simulation.injected()
            for proxy in sick:
                proxy.fault = fault
            if heals is not None:
                simulation.later(heals, end)

        def end() -> None:
            for proxy in sick:
                proxy.fault = ""
            simulation.healed()

        if step is None:
            simulation.later(1, begin)
        else:
            simulation.trap(order[0], step, AFTER, begin)

    return strike
