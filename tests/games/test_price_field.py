"""The price field against all simple paths, exact fractions, and ordinary shortest paths."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

from oracle.games import InvalidProblem
from oracle.games.price_field import PriceFieldProblem, solve
from oracle.games.price_field.certificate import certify


def random_network(rng: np.random.Generator, n: int, m: int) -> dict[str, Any]:
    edges = []
    for _ in range(m):
        a, b = rng.choice(n, 2, replace=False)
        edges.append(
            {
                "from": f"n{a}",
                "to": f"n{b}",
                "fee": float(rng.choice([0.0, rng.uniform(0, 0.5)])),
                "loss": float(rng.choice([0.0, rng.uniform(0, 0.4)])),
                "one_way": bool(rng.random() < 0.5),
            }
        )
    producers = [
        {"node": f"n{rng.integers(n)}", "price": float(rng.uniform(0, 1))} for _ in range(2)
    ]
    return {"nodes": [f"n{i}" for i in range(n)], "edges": edges, "producers": producers}


def over_all_paths(fields: dict[str, Any], producer: dict[str, Any]) -> dict[str, Fraction]:
    """The least delivered price at each node, by walking every simple path, exactly."""
    best: dict[str, Fraction] = {}

    def walk(node: str, price: Fraction, seen: frozenset[str]) -> None:
        if node not in best or price < best[node]:
            best[node] = price
        for edge in fields["edges"]:
            for a, b in ((edge["from"], edge["to"]), (edge["to"], edge["from"])):
                if a == node and b not in seen and (a == edge["from"] or not edge["one_way"]):
                    after = (price + Fraction(edge["fee"])) / (1 - Fraction(edge["loss"]))
                    walk(b, after, seen | {b})

    start = producer["node"]
    walk(start, Fraction(producer["price"]), frozenset({start}))
    return best


def test_every_simple_path_is_considered():
    rng = np.random.default_rng(151)
    unreached = 0
    for _ in range(40):
        fields = random_network(rng, 6, 9)
        problem = PriceFieldProblem(**fields)
        solution = solve(problem)
        assert solution.diagnostics.converged
        assert solution.diagnostics.residual == 0.0
        for k, producer in enumerate(fields["producers"]):
            best = over_all_paths(fields, producer)
            for i, name in enumerate(fields["nodes"]):
                way = solution.paths[k][i]
                if name not in best:
                    unreached += 1
                    assert way is None
                    assert np.isnan(solution.price[k, i])
                    continue
                assert float(solution.price[k, i]) == pytest.approx(float(best[name]), rel=1e-13)
                assert (way[0], way[-1]) == (producer["node"], name)
                assert len(set(way)) == len(way)
        with np.errstate(invalid="ignore"):
            least = np.fmin.reduce(solution.price)
        assert np.array_equal(solution.cheapest, least, equal_nan=True)
        for i, who in enumerate(solution.supplier):
            assert (who is None) == bool(np.isnan(least[i]))
            if who is not None:
                assert solution.price[who, i] == least[i]
    assert unreached > 10


@pytest.mark.parametrize("what", ["fee", "loss"])
def test_one_of_the_two_alone_is_an_ordinary_shortest_path(what: str):
    """Without losses fees add up; without fees the logarithms of what arrives do."""
    rng = np.random.default_rng(152)
    fields = random_network(rng, 120, 500)
    for edge in fields["edges"]:
        edge["loss" if what == "fee" else "fee"] = 0.0
        edge[what] = float(rng.uniform(0.01, 0.3))
    solution = solve(PriceFieldProblem(**fields))
    length: dict[tuple[int, int], float] = {}
    for edge in fields["edges"]:
        a, b = int(edge["from"][1:]), int(edge["to"][1:])
        one = edge["fee"] if what == "fee" else -np.log1p(-edge["loss"])
        for pair in ((a, b),) if edge["one_way"] else ((a, b), (b, a)):
            length[pair] = min(length.get(pair, np.inf), one)
    rows, columns = np.array(list(length)).T
    graph = coo_array((list(length.values()), (rows, columns)), shape=(120, 120)).tocsr()
    for k, producer in enumerate(fields["producers"]):
        far = shortest_path(graph, indices=int(producer["node"][1:]))
        price = producer["price"]
        expected = price + far if what == "fee" else price * np.exp(far)
        expected[np.isinf(far)] = np.nan
        assert solution.price[k] == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_the_best_way_depends_on_the_price():
    """A dear line without losses against a free one that loses half."""
    edges = [
        {"from": "a", "to": "b", "fee": 1.0, "loss": 0.0},
        {"from": "a", "to": "c", "fee": 0.0, "loss": 0.5},
        {"from": "c", "to": "b", "fee": 0.0, "loss": 0.0},
    ]
    producers = [{"node": "a", "price": 0.5}, {"node": "a", "price": 2.0}]
    problem = PriceFieldProblem(nodes=["a", "b", "c"], edges=edges, producers=producers)
    solution = solve(problem)
    assert solution.paths[0][1] == ("a", "c", "b")
    assert solution.paths[1][1] == ("a", "b")
    assert solution.price[:, 1].tolist() == [1.0, 3.0]
    assert solution.supplier == (0, 0, 0)


def test_ties_go_to_fewer_edges_and_the_first_producer():
    edges = [
        {"from": "a", "to": "b", "fee": 0.5, "loss": 0.0},
        {"from": "b", "to": "c", "fee": 0.5, "loss": 0.0},
        {"from": "a", "to": "c", "fee": 1.0, "loss": 0.0},
    ]
    producers = [{"node": "c", "price": 1.0}, {"node": "a", "price": 1.0}]
    solution = solve(PriceFieldProblem(nodes=["a", "b", "c"], edges=edges, producers=producers))
    assert solution.paths[1][2] == ("a", "c")
    assert solution.supplier == (1, 0, 0)  # at b both cost 1.5


def test_a_long_line():
    """Losses compound: after n edges p/(1 − l)^n plus the fees' series."""
    n, fee, kept = 400, 0.01, 0.99
    edges = [{"from": f"n{i}", "to": f"n{i + 1}", "fee": fee, "loss": 1 - kept} for i in range(n)]
    nodes = [f"n{i}" for i in range(n + 1)]
    solution = solve(
        PriceFieldProblem(nodes=nodes, edges=edges, producers=[{"node": "n0", "price": 1.0}])
    )
    growth = kept ** -np.arange(n + 1.0)
    assert solution.price[0] == pytest.approx(growth + fee * (growth - 1) / (1 - kept), rel=1e-12)
    assert solution.paths[0][-1] == tuple(nodes)
    # Beyond the range of floats there is no price.
    for edge in edges:
        edge["loss"] = 0.999999
    lost = solve(
        PriceFieldProblem(nodes=nodes, edges=edges, producers=[{"node": "n0", "price": 1.0}])
    )
    assert lost.diagnostics.converged
    assert lost.paths[0][-1] is None
    assert lost.document()["price"][0][-1] is None
    assert lost.document()["supplier"][-1] is None


def test_the_certificate_sees_wrong_answers():
    rng = np.random.default_rng(153)
    problem = PriceFieldProblem(**random_network(rng, 8, 16))
    solution = solve(problem)
    for i in np.flatnonzero(np.isfinite(solution.price[0])):
        for factor in (0.99, 1.01):
            wrong = solution.price.copy()
            wrong[0, i] = wrong[0, i] * factor + (0.01 if factor > 1 else -0.01)
            assert certify(problem, wrong, solution.paths) > 1e-3
    wrong_way = [list(ways) for ways in solution.paths]
    i = next(i for i, way in enumerate(wrong_way[0]) if way and len(way) > 1)
    wrong_way[0][i] = None
    assert certify(problem, solution.price, wrong_way) == float("inf")
    assert all(a != b for way in solution.paths[0] if way for a, b in pairwise(way))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"nodes": ["a", "a"]}, r"nodes\[1\]: value 'a'; allowed: a list of names, all different"),
        ({"nodes": ["a", ""]}, r"nodes\[1\]: value ''; allowed"),
        ({"producers": [{"node": "x", "price": 1.0}]}, r"producers\[0\].node: value 'x'; allowed"),
        ({"edges": [{"from": "a", "to": "x", "fee": 0, "loss": 0}]}, r"edges\[0\].to: value 'x'"),
        ({"edges": [{"from": "a", "to": "a", "fee": 0, "loss": 0}]}, r"edges\[0\].to: value 'a'"),
        ({"edges": [{"from": "a", "to": "b", "fee": 0, "loss": 1}]}, r"edges\[0\].loss: value 1"),
        ({"edges": [{"to": "b", "fee": 0, "loss": 0}]}, r"edges\[0\].from: missing; required"),
        (
            {"edges": [{"from": "a", "to": "b", "fee": 0, "loss": 0, "one_way": 1}]},
            r"edges\[0\].one_way: value 1; allowed: true or false",
        ),
    ],
)
def test_one_line_for_what_is_wrong(change: dict, line: str):
    fields = {
        "nodes": ["a", "b"],
        "edges": [{"from": "a", "to": "b", "fee": 0.0, "loss": 0.0}],
        "producers": [{"node": "a", "price": 1.0}],
    }
    with pytest.raises(InvalidProblem, match=f"^{line}"):
        PriceFieldProblem(**(fields | change))
