"""One price per prosumer: a quadratic program, a linear one for the prices, and cases by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import piqp
import pytest
from scipy.optimize import linprog

from oracle.games import InvalidProblem
from oracle.games.clearing import ClearingProblem, ClearingSolution, solve
from oracle.games.clearing.certificate import certify_preferred
from tests.games import markets


def market(
    consumers: list[tuple[float, ...]],
    prosumers: list[tuple[float, ...]],
    preferences: list[list[float]],
) -> ClearingProblem:
    return markets.market(consumers, prosumers, preferences=preferences)


def random_market(rng: np.random.Generator, *, round_numbers: bool) -> ClearingProblem:
    draw = markets.drawing(rng, round_numbers=round_numbers)
    c, p = (int(rng.integers(1, 6)) for _ in range(2))
    return ClearingProblem(**markets.agents(rng, draw, c, p), preferences=draw((c, p), 2) - 0.5)


def program(problem: ClearingProblem, tie: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Trades, own use and welfare of the dense program in trades and own use alone.

    `tie` adds −½ tie Σ t² to the objective.
    """
    c, p, bonus = problem.consumers, problem.prosumers, problem.preferences
    assert bonus is not None
    m, n = bonus.shape
    row, column = np.kron(np.eye(m), np.ones((1, n))), np.kron(np.ones((1, m)), np.eye(n))
    made = np.hstack([column, np.eye(n)])
    cost = np.zeros((m * n + n, m * n + n))
    cost[: m * n, : m * n] = row.T @ np.diag(2 * c.curvature) @ row + tie * np.eye(m * n)
    cost[m * n :, m * n :] = np.diag(2 * p.curvature)
    cost += made.T @ np.diag(p.cost_quadratic) @ made
    linear = np.concatenate([-bonus.ravel(), -2 * p.curvature * p.target])
    linear[: m * n] += row.T @ (-2 * c.curvature * c.target)
    linear += made.T @ p.cost_linear
    limits = np.vstack([np.hstack([row, np.zeros((m, n))]), made])
    solver = piqp.DenseSolver()
    solver.settings.eps_abs = solver.settings.eps_rel = 1e-12
    solver.settings.max_iter = 500
    total = m * n + n
    solver.setup(
        cost, linear, np.zeros((0, total)), np.zeros(0), limits, np.full(m + n, -np.inf),
        np.concatenate([c.capacity, p.capacity]), np.zeros(total), np.full(total, np.inf),
    )  # fmt: skip
    solver.solve()
    z = np.asarray(solver.result.x)
    trades = z[: m * n].reshape(m, n)
    constant = float(np.sum(c.curvature * c.target**2) + np.sum(p.curvature * p.target**2))
    tied = 0.5 * tie * float(np.sum(trades**2))
    return trades, z[m * n :], -float(0.5 * z @ cost @ z + linear @ z) + tied - constant


@pytest.mark.parametrize("round_numbers", [True, False])
def test_against_a_quadratic_program(round_numbers: bool):
    rng = np.random.default_rng(61)
    for _ in range(80):
        problem = random_market(rng, round_numbers=round_numbers)
        solution = solve(problem)
        assert solution.diagnostics.converged
        assert solution.diagnostics.residual < 1e-10
        assert solution.diagnostics.exploitability < 1e-9
        trades, own, welfare = program(problem, 0.0)
        assert solution.welfare == pytest.approx(welfare, abs=1e-7)
        assert solution.consumption == pytest.approx(trades.sum(axis=1), abs=1e-3)
        assert solution.own_consumption == pytest.approx(own, abs=1e-3)
        # Ever smaller ties choose the trades of least Σ t².
        nearest, _, _ = program(problem, 1e-5)
        assert solution.trades == pytest.approx(nearest, abs=2e-3)
        assert float(np.sum(solution.trades**2)) <= float(np.sum(trades**2)) + 1e-2
        books(problem, solution)


def books(problem: ClearingProblem, s: ClearingSolution) -> None:
    assert s.trades is not None
    assert (s.trades >= 0).all()
    assert s.trades.sum(axis=1) == pytest.approx(s.consumption, abs=1e-12)
    assert s.trades.sum(axis=0) == pytest.approx(s.shared, abs=1e-12)
    assert (s.matching_probability, s.served_fraction) == (1.0, 1.0)
    assert (s.consumption <= problem.consumers.capacity + 1e-11).all()
    made = s.own_consumption + s.shared
    assert (made <= problem.prosumers.capacity + 1e-11).all()
    # Who sells nothing has her marginal cost as price, unless own use takes all she can make.
    p = problem.prosumers
    idle = (s.shared == 0) & (made < p.capacity)
    cost = p.cost_linear + p.cost_quadratic * s.own_consumption
    assert np.asarray(s.price)[idle] == pytest.approx(cost[idle], abs=1e-12)


def test_prices_are_the_least_that_support_the_trades():
    rng = np.random.default_rng(62)
    for _ in range(60):
        problem = random_market(rng, round_numbers=True)
        s = solve(problem)
        low, high = price_ranges(problem, s)
        selling = s.shared > 1e-9
        assert np.asarray(s.price)[selling] == pytest.approx(low[selling], abs=1e-7)
        assert (high >= low - 1e-7).all()


def test_where_an_interval_of_prices_supports_the_trades_the_least():
    # All of 1 is bought (κ = 1, worth 2 · (4 − 1) = 6) and all of 1 sold (c'(1) = 2): 2 to 6.
    solution = solve(market([(4, 1, 1)], [(0, 1, 1, 1, 1)], [[0.0]]))
    assert solution.price == pytest.approx([2.0])
    # A second, cheaper consumer who gets nothing would buy below 3: that is the least.
    solution = solve(market([(4, 1, 1), (1.5, 1, 9)], [(0, 1, 1, 1, 1)], [[0.0], [0.0]]))
    assert solution.price == pytest.approx([3.0])
    assert solution.trades == pytest.approx(np.array([[1.0], [0.0]]))
    # A third, with a seller who is full too, is tied by the consumer who buys from both.
    solution = solve(
        market(
            [(9, 1, 2), (1.5, 1, 9)], [(0, 1, 1, 1, 1), (0, 1, 1, 0, 1)], [[0.0, 0.5], [0.0, 0.0]]
        )
    )
    assert solution.price == pytest.approx([3.0, 3.5])


def price_ranges(problem: ClearingProblem, s: ClearingSolution) -> tuple[np.ndarray, np.ndarray]:
    """Each prosumer's least and largest price over all (p, v) that support the quantities."""
    c, p, bonus, trades = problem.consumers, problem.prosumers, problem.preferences, s.trades
    assert bonus is not None
    assert trades is not None
    m, n = bonus.shape
    value = 2 * c.curvature * (c.target - s.consumption)
    cost = p.cost_linear + p.cost_quadratic * (s.own_consumption + s.shared)
    worth = 2 * p.curvature * (p.target - s.own_consumption)
    limits = []
    for k in range(n):
        full = s.own_consumption[k] + s.shared[k] >= p.capacity[k] - 1e-10
        if s.shared[k] > 1e-9:
            least = max(cost[k], worth[k]) if full else cost[k]
            top = (worth[k] if s.own_consumption[k] > 1e-9 else 1e3) if full else cost[k]
            limits.append((least - 1e-9, top + 1e-9))
        else:  # without capacity no price makes her sell
            limits.append((-1e3, max(cost[k], worth[k]) if p.capacity[k] > 0 else 1e3))
    for i in range(m):
        full = s.consumption[i] >= c.capacity[i] - 1e-10
        limits.append((-1e3 if full else value[i] - 1e-9, value[i] + 1e-9))
    rows, right = [], []
    for i in range(m):
        for k in range(n):
            row = np.zeros(n + m)
            row[k], row[n + i] = -1.0, 1.0  # v_i + b ≤ p_k, equal where they trade
            rows.append(row)
            right.append(-bonus[i, k] + 1e-9)
            if trades[i, k] > 1e-9:
                rows.append(-row)
                right.append(bonus[i, k] + 1e-9)
    ends = []
    for sign in (1.0, -1.0):
        found = []
        for k in range(n):
            aim = np.zeros(n + m)
            aim[k] = sign
            result = linprog(aim, A_ub=np.array(rows), b_ub=np.array(right), bounds=limits)
            assert result.status == 0, result.message
            found.append(sign * result.fun)
        ends.append(np.array(found))
    return ends[0], ends[1]


def test_two_prosumers_and_a_bonus_by_hand():
    # The bonus 1 for the first is worth exactly one more per kWh: p1 − p2 = 1.
    # s1 = p1, s2 = p2 (a = 0, b = 1), y = 4 − p2/2 = s1 + s2 = 2 p2 + 1: p2 = 6/5.
    solution = solve(market([(4, 1, 10)], [(0, 1, 10, 0, 1), (0, 1, 10, 0, 1)], [[1.0, 0.0]]))
    assert solution.price == pytest.approx([2.2, 1.2], rel=1e-14)
    assert solution.trades == pytest.approx(np.array([[2.2, 1.2]]), rel=1e-14)
    expected = -((3.4 - 4) ** 2) - 0.5 * 2.2**2 - 0.5 * 1.2**2 + 2.2
    assert solution.welfare == pytest.approx(expected, rel=1e-14)


def test_a_bonus_too_small_and_nobody_who_sells():
    # The second costs 3 more and is liked 1 more: she sells nothing, at her marginal cost.
    solution = solve(market([(4, 1, 10)], [(0, 1, 10, 0, 1), (0, 1, 10, 6, 1)], [[0.0, 1.0]]))
    assert solution.price == pytest.approx([8 / 3, 6.0], rel=1e-14)
    assert solution.trades == pytest.approx(np.array([[8 / 3, 0.0]]))
    # Too dear for all.
    none = solve(market([(1, 1, 10)], [(0, 1, 10, 6, 1)], [[1.0]]))
    assert none.price == pytest.approx([6.0])
    assert none.trades == pytest.approx(np.array([[0.0]]))
    assert none.diagnostics.converged


def test_equal_preferences_are_the_market_without():
    """A common bonus is a subsidy: without any, the uniform price and its quantities."""
    rng = np.random.default_rng(63)
    for _ in range(40):
        problem = random_market(rng, round_numbers=False)
        assert problem.preferences is not None
        plain = problem.model_copy(
            update={"preferences": None, "price_bounds": np.array([0.0, 1e4])}
        )
        one = solve(plain)
        if one.price == 0:
            continue  # free energy is offered in vain there, and not traded here
        each = solve(problem.model_copy(update={"preferences": 0 * problem.preferences}))
        assert each.consumption == pytest.approx(one.consumption, abs=1e-9)
        assert float(each.shared.sum()) == pytest.approx(float(one.shared.sum()), abs=1e-9)
        sells = each.shared > 1e-9
        assert np.asarray(each.price)[sells] == pytest.approx(one.price, abs=1e-9)
        assert each.welfare == pytest.approx(one.welfare, abs=1e-9)


def test_trades_are_spread_as_evenly_as_the_sums_allow():
    # Two alike on both sides, indifferent: everybody trades a half with everybody.
    problem = market([(4, 1, 10)] * 2, [(0, 1, 10, 0, 1)] * 2, [[0.5, 0.5], [0.5, 0.5]])
    trades = solve(problem).trades
    assert trades is not None
    assert trades == pytest.approx(np.full((2, 2), trades[0, 0]), rel=1e-12)
    # Linear costs that tie: the sellers' sums are free too.
    flat = market([(4, 1, 10)] * 2, [(0, 1, 10, 1, 0)] * 2, [[0.0, 0.0], [0.0, 0.0]])
    assert solve(flat).trades == pytest.approx(np.full((2, 2), 1.75), rel=1e-12)


def test_order_does_not_matter():
    rng = np.random.default_rng(64)
    for _ in range(30):
        problem = random_market(rng, round_numbers=True)
        assert problem.preferences is not None
        one = solve(problem)
        c, p = problem.consumers, problem.prosumers
        i, k = rng.permutation(len(c.target)), rng.permutation(len(p.target))
        other = solve(
            ClearingProblem(
                consumers={name: getattr(c, name)[i] for name in type(c).model_fields},
                prosumers={name: getattr(p, name)[k] for name in type(p).model_fields},
                preferences=problem.preferences[np.ix_(i, k)],
            )
        )
        assert other.trades == pytest.approx(one.trades[np.ix_(i, k)], abs=1e-9)
        assert other.price == pytest.approx(np.asarray(one.price)[k], abs=1e-9)


def test_a_hundred_by_a_hundred():
    rng = np.random.default_rng(65)
    n = 100
    problem = ClearingProblem(
        consumers={
            "target": rng.uniform(0, 4, n),
            "curvature": rng.uniform(0.2, 2, n),
            "capacity": rng.uniform(0, 4, n),
        },
        prosumers={
            "target": rng.uniform(0, 2, n),
            "curvature": rng.uniform(0.2, 2, n),
            "capacity": rng.uniform(0, 6, n),
            "cost_linear": rng.uniform(0, 2, n),
            "cost_quadratic": rng.uniform(0.01, 2, n),
        },
        preferences=rng.uniform(0, 1, (n, n)),
    )
    solution = solve(problem)
    assert solution.diagnostics.residual < 1e-11
    books(problem, solution)


def test_the_certificate_sees_wrong_answers():
    problem = market(
        [(4, 1, 10), (3, 2, 1)], [(1, 1, 10, 0.5, 1), (0, 1, 2, 1, 0)], [[1, 0], [0, 1]]
    )
    s = solve(problem)
    right: dict[str, Any] = {"price": s.price, "trades": s.trades, "own": s.own_consumption}
    assert max(certify_preferred(problem, **right)) < 1e-12
    for name in right:
        wrong = right | {name: right[name] * 1.01 + 0.001}
        residual, gain = certify_preferred(problem, **wrong)
        assert residual > 1e-4, name
        assert gain > 1e-6, name


def test_what_is_refused():
    sides: dict[str, Any] = {
        "consumers": {"target": [4.0], "curvature": [1.0], "capacity": [9.0]},
        "prosumers": {
            "target": [0.0],
            "curvature": [1.0],
            "capacity": [9.0],
            "cost_linear": [0.0],
            "cost_quadratic": [1.0],
        },
    }
    for fields, message in [
        ({}, r"^price_bounds: value missing; allowed: floor and cap, without preferences"),
        ({"preferences": [[1.0]], "price_bounds": [0, 1]}, r"^price_bounds: .* none, with pref"),
        ({"preferences": [[1.0], [1.0]]}, r"^preferences: value a list of 2; allowed: 1, as many"),
        ({"preferences": [[1.0, 2.0]]}, r"^preferences\[0\]: value a list of 2; allowed: 1, as"),
        ({"price_bounds": [0, 1], "method": "simplex"}, r"^method: .*'exact' or 'admm'"),
    ]:
        with pytest.raises(InvalidProblem, match=message):
            ClearingProblem(**sides, **fields)


def test_magnitudes_far_apart():
    """Four orders of magnitude in every number: solved, or the certificate says that it is not."""
    rng = np.random.default_rng(66)

    def draw(n: int, zero: float = 0.15) -> np.ndarray:
        return np.where(rng.random(n) < zero, 0.0, 10 ** rng.uniform(-2, 2, n))

    for _ in range(60):
        c, p = (int(rng.integers(1, 6)) for _ in range(2))
        problem = ClearingProblem(
            consumers={"target": draw(c), "curvature": draw(c, 0), "capacity": draw(c)},
            prosumers={
                "target": draw(p),
                "curvature": draw(p, 0),
                "capacity": draw(p),
                "cost_linear": draw(p),
                "cost_quadratic": draw(p, 0.4),
            },
            preferences=rng.normal(size=(c, p)) * 10 ** rng.uniform(-2, 2),
        )
        solution = solve(problem)
        assert solution.diagnostics.converged
        assert solution.diagnostics.residual < 1e-9
