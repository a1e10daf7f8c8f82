"""The equilibrium of price field, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from oracle.games._base import Diagnostics, Solution, read_only, timed
from oracle.games._fields import FloatArray
from oracle.games.price_field.certificate import certify
from oracle.games.price_field.problem import PriceFieldProblem


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
