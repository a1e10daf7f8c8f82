"""The price field: what a producer's kWh costs at every place of a network.

Energy sent into an edge pays the edge's fee per kWh and loses a share on the way, so a price p
before the edge is ``(p + fee)/(1 − loss)`` after it. That map rises and never lies below p, so
Dijkstra's rule holds although losses compound: a shortest path search for each producer, started
at her own price.

Source: "Mean-field-type games in blockchain-based distributed power networks", 3.1 (spatial energy
price: production cost and the fee for moving energy to its point of use).
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Annotated, ClassVar, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Diagnostics, Problem, Solution, Table, read_only, timed
from oracle.games._fields import (
    Flag,
    FloatArray,
    Name,
    Names,
    NonNegative,
    Numbers,
    Tables,
    about,
    invalid,
)
from oracle.games._price_field_certificate import certify

__all__ = ["Edge", "PriceFieldProblem", "PriceFieldSolution", "Producer", "solve"]

_MOST_LOSS = 0.999999


class Edge(Table):
    """A line from one node to another, both ways unless one_way.

    fee per kWh sent in; loss: the share of it that does not arrive, below 1.
    """

    start: Annotated[str, Name()] = about("the node at one end", alias="from")
    to: Annotated[str, Name()] = about("the node at the other end")
    fee: NonNegative = about("for each kWh sent in", "currency/kWh")
    loss: Annotated[float, Numbers(ge=0, le=_MOST_LOSS)] = about(
        "the share of it that does not arrive", "–"
    )
    one_way: Annotated[bool, Flag()] = about(
        "whether energy can go only from `from` to `to`", default=False
    )

    @property
    def ends(self) -> tuple[str, str]:
        """Where it comes from and where it leads."""
        return self.start, self.to


class Producer(Table):
    """Who offers energy at a node, and her price per kWh there."""

    node: Annotated[str, Name()] = about("where she is")
    price: NonNegative = about("what she asks there", "currency/kWh")


class PriceFieldProblem(Problem):
    """nodes: their names; edges between them; producers."""

    game: ClassVar[str] = "price_field"

    nodes: Annotated[tuple[str, ...], Names()] = about("names of the places", "", "[nodes]")
    edges: Annotated[tuple[Edge, ...], Tables(most=1_000_000)] = about(
        "lines between places; several between the same two are allowed"
    )
    producers: Annotated[tuple[Producer, ...], Tables()] = about("who offers energy")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = set(self.nodes)
        for i, edge in enumerate(self.edges):
            for name, end in zip(("from", "to"), edge.ends, strict=True):
                if end not in known:
                    raise invalid(f"edges[{i}].{name}", end, "a name in nodes")
            if edge.ends[0] == edge.to:
                raise invalid(f"edges[{i}].to", edge.to, "another node than from")
        for i, producer in enumerate(self.producers):
            if producer.node not in known:
                raise invalid(f"producers[{i}].node", producer.node, "a name in nodes")
        return self


@dataclass(frozen=True)
class PriceFieldSolution(Solution):
    """price [producers][nodes] per kWh delivered, cheapest [nodes]: NaN where there is no path.

    supplier [nodes]: number of the cheapest producer (the first of equals); paths
    [producers][nodes]: the nodes' names on the way, both ends included. None: no path.
    """

    price: FloatArray
    cheapest: FloatArray
    supplier: tuple[int | None, ...]
    paths: tuple[tuple[tuple[str, ...] | None, ...], ...]


Arc = tuple[int, float, float]
"""The node that it leads to, the fee, and the share that arrives."""


@timed
def solve(problem: PriceFieldProblem) -> PriceFieldSolution:
    """All prices by one search for each producer: O(E log V) each. Ties: fewest edges, then first.

    A price that leaves the range of floats on the way counts as no path.
    """
    number = {name: i for i, name in enumerate(problem.nodes)}
    arcs: list[list[Arc]] = [[] for _ in problem.nodes]
    for edge in problem.edges:
        start, end = (number[name] for name in edge.ends)
        arcs[start].append((end, edge.fee, 1 - edge.loss))
        if not edge.one_way:
            arcs[end].append((start, edge.fee, 1 - edge.loss))
    rows, paths, settled = [], [], 0
    for producer in problem.producers:
        source = number[producer.node]
        prices, before, order = _search(arcs, source, producer.price)
        rows.append(prices)
        paths.append(_paths(problem.nodes, before, order))
        settled += len(order)
    price = np.array(rows)
    reached = np.isfinite(price)
    best = np.where(reached, price, np.inf).argmin(axis=0)
    price = np.where(reached, price, np.nan)
    cheapest = price[best, np.arange(len(problem.nodes))]
    supplier = [int(k) if np.isfinite(p) else None for k, p in zip(best, cheapest, strict=True)]
    residual = certify(problem, price, paths)
    return PriceFieldSolution(
        diagnostics=Diagnostics(
            converged=residual == 0, residual=residual, exploitability=None, iterations=settled
        ),
        price=read_only(price),
        cheapest=read_only(cheapest),
        supplier=tuple(supplier),
        paths=tuple(paths),
    )


def _search(
    arcs: list[list[Arc]], source: int, price: float
) -> tuple[list[float], list[int], list[int]]:
    """Prices of all nodes (infinite: none), each node's predecessor, and the order of settling."""
    prices = [float("inf")] * len(arcs)
    hops = [0] * len(arcs)
    before = [-1] * len(arcs)
    done = [False] * len(arcs)
    order = []
    prices[source] = price
    queue = [(price, 0, source)]
    while queue:
        here, steps, node = heappop(queue)
        if done[node]:
            continue
        done[node] = True
        order.append(node)
        for other, fee, arrives in arcs[node]:
            if done[other]:
                continue
            there = (here + fee) / arrives
            if there < prices[other] or (there == prices[other] and steps + 1 < hops[other]):
                if there == float("inf"):
                    continue
                prices[other], hops[other], before[other] = there, steps + 1, node
                heappush(queue, (there, steps + 1, other))
    return prices, before, order


def _paths(
    names: tuple[str, ...], before: list[int], order: list[int]
) -> tuple[tuple[str, ...] | None, ...]:
    """The names on the way to each node, predecessors first."""
    found: list[tuple[str, ...] | None] = [None] * len(names)
    for node in order:
        way = found[before[node]] if before[node] >= 0 else ()
        found[node] = (*(way or ()), names[node])
    return tuple(found)
