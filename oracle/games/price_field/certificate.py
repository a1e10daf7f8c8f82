"""The price field's certificate: Bellman's inequalities over all edges, and every path priced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oracle.games._fields import FloatArray
from oracle.games.price_field.problem import PriceFieldProblem


def certify(
    problem: PriceFieldProblem,
    price: FloatArray,
    paths: Sequence[Sequence[Sequence[str] | None]],
) -> float:
    """The largest relative violation; 0 for a right answer, since all operations are the same.

    No edge may offer a node less than its price (so no path can), and along each path stated the
    price must come out as stated, over the cheapest of parallel edges.
    """
    number = {name: i for i, name in enumerate(problem.nodes)}
    arcs = [
        (number[start], number[end], edge.fee, 1 - edge.loss)
        for edge in problem.edges
        for start, end in ((edge.ends, edge.ends[::-1]) if not edge.one_way else (edge.ends,))
    ]
    start, end = (np.array(column) for column in list(zip(*arcs, strict=True))[:2])
    fee, arrives = (np.array(column) for column in list(zip(*arcs, strict=True))[2:])
    known = np.where(np.isnan(price), np.inf, price)
    worst = 0.0
    parallel: dict[tuple[int, int], list[int]] = {}
    for i, (a, b, _, _) in enumerate(arcs):
        parallel.setdefault((a, b), []).append(i)
    for producer, row, ways in zip(problem.producers, known, paths, strict=True):
        with np.errstate(over="ignore", invalid="ignore"):
            offered = (row[start] + fee) / arrives
            short = np.where(offered < row[end], (row[end] - offered) / (1 + offered), 0.0)
        worst = max(
            worst, float(np.max(short)), max(0.0, row[number[producer.node]] - producer.price)
        )
        for node, way in enumerate(ways):
            if (way is None) != bool(np.isinf(row[node])):
                return float("inf")
            if way is None:
                continue
            if way[0] != producer.node or way[-1] != problem.nodes[node]:
                return float("inf")
            if len(way) == 1:
                stated = producer.price
            else:  # the way to the one before is a prefix, priced in its own turn
                last, here = number[way[-2]], number[way[-1]]
                if ways[last] != way[:-1] or (last, here) not in parallel:
                    return float("inf")
                stated = min(float(offered[i]) for i in parallel[last, here])
            worst = max(worst, abs(stated - float(row[node])) / (1 + stated))
    return worst
