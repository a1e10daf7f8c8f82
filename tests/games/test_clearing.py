"""The clearing against a QP, the agents' own enumerated optima, and the spec's edge cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import piqp
import pytest

from oracle.games.clearing import ClearingProblem, ClearingSolution, solve
from oracle.games.clearing.certificate import certify
from tests.games import markets


def market(
    consumers: list[tuple[float, ...]],
    prosumers: list[tuple[float, ...]],
    bounds: tuple[float, float] = (0.0, 100.0),
) -> ClearingProblem:
    return markets.market(consumers, prosumers, price_bounds=bounds)


def random_market(rng: np.random.Generator, *, round_numbers: bool) -> ClearingProblem:
    draw = markets.drawing(rng, round_numbers=round_numbers)
    c, p = (int(rng.integers(1, 6)) for _ in range(2))
    bounds = np.sort(rng.choice([0.0, 0.5, 1.0, 2.0, 4.0, 8.0], 2))
    return ClearingProblem(**markets.agents(rng, draw, c, p), price_bounds=bounds)


# --- an agent's best answers by enumeration of every face of her feasible set -----------------


def best_demand(problem: ClearingProblem, i: int, price: float) -> float:
    c = problem.consumers
    h, target, capacity = c.curvature[i], c.target[i], c.capacity[i]
    options = [0.0, capacity, target - price / (2 * h)]
    feasible = [y for y in options if 0 <= y <= capacity]
    return max(feasible, key=lambda y: -h * (y - target) ** 2 - price * y)


def prosumer_utility(problem: ClearingProblem, i: int, paid: float, x: float, s: float) -> float:
    p = problem.prosumers
    made = x + s
    return float(
        -p.curvature[i] * (x - p.target[i]) ** 2
        + paid * s
        - p.cost_linear[i] * made
        - 0.5 * p.cost_quadratic[i] * made**2
    )


def best_offers(problem: ClearingProblem, i: int, paid: float) -> tuple[float, float, float]:
    """Her best utility, and the least and the largest offer that attain it."""
    p = problem.prosumers
    h, target, k = p.curvature[i], p.target[i], p.capacity[i]
    a, b = p.cost_linear[i], p.cost_quadratic[i]
    points = [(0.0, 0.0), (k, 0.0), (0.0, k)]
    points.append(((2 * h * target - a) / (2 * h + b), 0.0))  # s = 0
    use = target - paid / (2 * h)
    points.append((use, k - use))  # x + s = κ
    if b > 0:
        made = (paid - a) / b
        points += [(0.0, made), (use, made - use)]  # x = 0, interior
    elif paid == a:
        points.append((use, 0.0))
    good = [(x, s) for x, s in points if x >= 0 and s >= 0 and x + s <= k * (1 + 1e-15)]
    values = [prosumer_utility(problem, i, paid, x, s) for x, s in good]
    best = max(values)
    offers = [s for (_, s), u in zip(good, values, strict=True) if u >= best - 1e-12]
    return best, min(offers), max(offers)


def totals(problem: ClearingProblem, price: float, paid: float) -> tuple[float, float, float]:
    """Total demand, least and largest total supply."""
    demand = sum(best_demand(problem, i, price) for i in range(len(problem.consumers.target)))
    offers = [best_offers(problem, i, paid) for i in range(len(problem.prosumers.target))]
    return demand, sum(o[1] for o in offers), sum(o[2] for o in offers)


def check(problem: ClearingProblem, s: ClearingSolution) -> None:
    """Everything that defines the solution, from the agents' utilities alone."""
    low, high = problem.price_bounds
    tiny = 1e-9
    paid = s.price * s.matching_probability
    assert low <= s.price <= high
    demand, least, most = totals(problem, s.price, paid)
    for i in range(len(problem.consumers.target)):
        wanted = best_demand(problem, i, s.price)
        assert s.consumption[i] == pytest.approx(s.served_fraction * wanted, abs=1e-12)
    for i in range(len(problem.prosumers.target)):
        x, offered = float(s.own_consumption[i]), float(s.shared[i])
        assert x >= 0
        assert offered >= 0
        assert x + offered <= problem.prosumers.capacity[i] * (1 + 1e-15)
        best = best_offers(problem, i, paid)[0]
        assert prosumer_utility(problem, i, paid, x, offered) >= best - 1e-12
    supply = float(s.shared.sum())
    assert least - tiny <= supply <= most + tiny
    # Books, μ and the served fraction.
    assert float(s.consumption.sum()) == pytest.approx(s.matching_probability * supply, abs=1e-12)
    if supply == 0:
        assert s.matching_probability == 1.0
    else:
        ratio = min(s.served_fraction * demand / supply, 1.0)
        assert s.matching_probability == pytest.approx(ratio, abs=1e-12 * (1 + 1 / supply))
    if s.price > low:
        assert s.matching_probability == 1.0
        # No lower price would do.
        for step in (1e-7, 1e-4, 1e-2):
            below = max(low, s.price - step * (1 + s.price))
            demand_below, _, most_below = totals(problem, below, below)
            assert demand_below > most_below
    if s.price < high:
        assert s.served_fraction == 1.0


@pytest.mark.parametrize("round_numbers", [True, False])
def test_random_markets_meet_the_definition(round_numbers: bool):
    rng = np.random.default_rng(11)
    seen = {"inside": 0, "floor": 0, "cap": 0, "none sold": 0}
    for _ in range(400):
        problem = random_market(rng, round_numbers=round_numbers)
        solution = solve(problem)
        if float(solution.consumption.sum()) == 0 and solution.matching_probability == 0:
            seen["none sold"] += 1  # μ = 0 by rule: its own test
        else:
            check(problem, solution)
        assert solution.diagnostics.residual < 1e-13
        assert solution.diagnostics.exploitability < 1e-12
        seen["floor"] += solution.matching_probability < 1
        seen["cap"] += solution.served_fraction < 1
        seen["inside"] += problem.price_bounds[0] < solution.price < problem.price_bounds[1]
    assert min(seen["inside"], seen["floor"], seen["cap"]) > 30


def test_against_a_quadratic_program():
    """Where nothing is rationed the market maximises welfare; the price is the balance's dual."""
    rng = np.random.default_rng(12)
    compared = 0
    for _ in range(60):
        problem = random_market(rng, round_numbers=False).model_copy(
            update={"price_bounds": np.array([0.0, 1e4])}
        )
        solution = solve(problem)
        y, x, s, welfare = quadratic_program(problem)
        assert solution.consumption == pytest.approx(y, abs=1e-6)
        assert solution.welfare == pytest.approx(welfare, abs=1e-7)
        if (problem.prosumers.cost_quadratic > 0).all():
            assert solution.own_consumption == pytest.approx(x, abs=1e-6)
            assert solution.shared == pytest.approx(s, abs=1e-6)
            compared += 1
    assert compared > 5


def quadratic_program(problem: ClearingProblem) -> tuple[Any, Any, Any, float]:
    c, p = problem.consumers, problem.prosumers
    m, n = len(c.target), len(p.target)
    cost = np.zeros((m + 2 * n, m + 2 * n))
    cost[:m, :m] = np.diag(2 * c.curvature)
    quadratic = np.diag(p.cost_quadratic)
    cost[m : m + n, m : m + n] = np.diag(2 * p.curvature) + quadratic
    cost[m : m + n, m + n :] = cost[m + n :, m : m + n] = cost[m + n :, m + n :] = quadratic
    linear = np.concatenate(
        [
            -2 * c.curvature * c.target,
            -2 * p.curvature * p.target + p.cost_linear,
            p.cost_linear,
        ]
    )
    balance = np.concatenate([np.ones(m), np.zeros(n), -np.ones(n)])[None]
    together = np.hstack([np.zeros((n, m)), np.eye(n), np.eye(n)])
    solver = piqp.DenseSolver()
    solver.settings.eps_abs = solver.settings.eps_rel = 1e-10
    upper = np.concatenate([c.capacity, p.capacity, p.capacity])
    solver.setup(
        cost,
        linear,
        balance,
        np.zeros(1),
        together,
        np.full(n, -np.inf),
        p.capacity,
        np.zeros(m + 2 * n),
        upper,
    )
    solver.solve()
    z = np.asarray(solver.result.x)
    constant = float(np.sum(c.curvature * c.target**2) + np.sum(p.curvature * p.target**2))
    welfare = -float(0.5 * z @ cost @ z + linear @ z) - constant
    return z[:m], z[m : m + n], z[m + n :], welfare


def test_two_agents_by_hand():
    # y = 4 − p/2, s = p (a = 0, b = 1, no own use): p = 8/3.
    solution = solve(market([(4, 1, 10)], [(0, 1, 10, 0, 1)]))
    assert solution.price == pytest.approx(8 / 3, rel=1e-15)
    assert solution.consumption == pytest.approx([8 / 3])
    assert solution.welfare == pytest.approx(-((8 / 3 - 4) ** 2) - 0.5 * (8 / 3) ** 2)


def test_a_jump_is_shared_in_proportion_to_free_capacity():
    # Both make energy at cost 2, with capacities 3 and 1 free; y(2) = 4 − 1 = 3 of 4.
    solution = solve(market([(4, 1, 10)], [(0, 1, 3, 2, 0), (0, 1, 1, 2, 0)]))
    assert solution.price == 2.0
    assert solution.shared == pytest.approx([2.25, 0.75])
    # Own use takes capacity first: the second keeps x# − a/(2h) = 2 − 1 = 1 of her 2.
    solution = solve(market([(4, 1, 10)], [(0, 1, 3, 2, 0), (2, 1, 2, 2, 0)]))
    assert solution.shared == pytest.approx([2.25, 0.75])
    assert solution.own_consumption == pytest.approx([0.0, 1.0])


def test_where_an_interval_clears_its_lower_end_is_the_price():
    # All sold (2 of 2) from p = 1 + b κ = 2 on; all bought (κ = 2) until 2h(y# − κ) = 6.
    solution = solve(market([(5, 1, 2)], [(0, 1, 2, 1, 0.5)]))
    assert solution.price == 2.0
    # In sums that floats cannot make exactly: 0.1 + 0.2 against 0.3.
    solution = solve(market([(5, 1, 0.1), (5, 1, 0.2)], [(0, 1, 0.3, 1, 0.5)]))
    assert solution.price == 1.0 + 0.5 * 0.3
    # Nobody trades between the choke price 2h y# = 2 and the cost 5.
    solution = solve(market([(1, 1, 2)], [(0, 1, 2, 5, 0.5)]))
    assert solution.price == 2.0
    assert (solution.matching_probability, solution.served_fraction) == (1.0, 1.0)


def test_at_a_floor_the_fixed_point_is_not_the_naive_ratio():
    # y(4) = 4 − 2 = 2, s(q) = q: q² = p y = 8, so μ = √8/4; naively 2/4.
    solution = solve(market([(4, 1, 10)], [(0, 1, 10, 0, 1)], (4, 9)))
    assert solution.price == 4.0
    assert solution.matching_probability == pytest.approx(np.sqrt(8) / 4, rel=1e-15)
    assert solution.shared == pytest.approx([np.sqrt(8)])
    # A jump at p_e = 2: 2 Σs = 4 · 2, so 4 of the 6 are offered, 2:1.
    solution = solve(market([(4, 1, 10)], [(0, 1, 4, 2, 0), (0, 1, 2, 2, 0)], (4, 9)))
    assert solution.matching_probability == 0.5
    assert solution.shared == pytest.approx([8 / 3, 4 / 3])
    # A jump exactly at the floor is shared so that the market clears: μ = 1.
    solution = solve(market([(4, 1, 10)], [(0, 1, 4, 4, 0)], (4, 9)))
    assert (solution.price, solution.matching_probability) == (4.0, 1.0)
    assert solution.shared == pytest.approx([2.0])


def test_the_floor_zero():
    # At p = 0 all that costs nothing is offered: 2 wanted, 8 there.
    solution = solve(market([(2, 1, 10)], [(0, 1, 8, 0, 0), (0, 1, 5, 1, 0)]))
    assert solution.price == 0.0
    assert solution.matching_probability == 0.25
    assert solution.shared == pytest.approx([8.0, 0.0])


def test_a_cap_serves_a_fraction():
    # y(1) = 4 − 0.5 = 3.5, s(1) = 1.
    solution = solve(market([(4, 1, 10)], [(0, 1, 10, 0, 1)], (0, 1)))
    assert solution.price == 1.0
    assert solution.served_fraction == pytest.approx(1 / 3.5)
    assert solution.consumption == pytest.approx([1.0])
    assert solution.matching_probability == 1.0
    # Nothing offered at the cap: nobody is served, and μ = 1 by rule.
    solution = solve(market([(4, 1, 10)], [(0, 1, 10, 3, 1)], (0, 1)))
    assert (solution.served_fraction, solution.matching_probability) == (0.0, 1.0)


def test_without_demand():
    # Supply at the floor and nobody who wants it: μ = 0, so nobody makes any.
    solution = solve(market([(1, 1, 10)], [(0, 1, 10, 1, 1)], (3, 9)))
    assert (solution.price, solution.matching_probability) == (3.0, 0.0)
    assert solution.served_fraction == 1.0
    assert solution.shared == pytest.approx([0.0])
    # Free energy is offered in vain.
    solution = solve(market([(1, 1, 10)], [(0, 1, 10, 0, 0)], (3, 9)))
    assert solution.matching_probability == 0.0
    assert solution.shared == pytest.approx([10.0])
    # Neither demand nor supply.
    solution = solve(market([(1, 1, 10)], [(0, 1, 10, 5, 1)], (3, 4)))
    assert (solution.matching_probability, solution.served_fraction) == (1.0, 1.0)


def test_curvature_of_the_community_form():
    """Consumers want d at the floor and nothing at v (spec §A): the market sells to v alone."""
    d, v = np.array([0.1, 0.25]), np.array([0.12, 0.2])
    problem = market(
        [(d[i], v[i] / (2 * d[i]), d[i]) for i in range(2)],
        [(0, 1, 0.2, 0.0, 0), (0, 1, 0.3, 0.08, 0)],
        (0.0, 0.2),
    )
    solution = solve(problem)
    demand = d * (1 - solution.price / v)
    assert solution.consumption == pytest.approx(demand)
    assert solution.consumption.sum() == pytest.approx(solution.shared.sum())
    assert (solution.price <= v)[solution.consumption > 0].all()


def test_order_copies_and_units_do_not_matter():
    rng = np.random.default_rng(13)
    for _ in range(40):
        problem = random_market(rng, round_numbers=True)
        one = solve(problem)
        c, p = problem.consumers, problem.prosumers
        order = rng.permutation(len(p.target))
        doubled = ClearingProblem(
            consumers={name: np.tile(getattr(c, name), 2) for name in type(c).model_fields},
            prosumers={name: np.tile(getattr(p, name)[order], 2) for name in type(p).model_fields},
            price_bounds=problem.price_bounds,
        )
        two = solve(doubled)
        assert two.price == pytest.approx(one.price, rel=1e-12)
        assert two.matching_probability == pytest.approx(one.matching_probability, rel=1e-12)
        assert two.served_fraction == pytest.approx(one.served_fraction, rel=1e-12)
        assert two.shared[: len(order)] == pytest.approx(one.shared[order], abs=1e-12)


def test_large_markets_are_exact():
    rng = np.random.default_rng(14)
    for flat in (0.0, 0.5, 1.0):
        n = 20_000
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
                "cost_quadratic": rng.uniform(0.01, 2, n) * (rng.random(n) >= flat),
            },
            price_bounds=[0.0, 1e30],
        )
        solution = solve(problem)
        assert solution.diagnostics.residual < 1e-12
        assert solution.diagnostics.evaluations < 60
    # All costs alike: one jump of twenty thousand.
    same = ClearingProblem(
        consumers={"target": [9.0], "curvature": [0.01], "capacity": [9.0]},
        prosumers={
            "target": np.zeros(n),
            "curvature": np.ones(n),
            "capacity": np.ones(n),
            "cost_linear": np.full(n, 0.1),
            "cost_quadratic": np.zeros(n),
        },
        price_bounds=[0.0, 8.0],
    )
    solution = solve(same)
    assert solution.price == 0.1
    assert solution.shared == pytest.approx(np.full(n, 4.0 / n))


def test_the_certificate_sees_wrong_answers():
    problem = market([(4, 1, 10), (3, 2, 1)], [(1, 1, 10, 0.5, 1), (0, 1, 2, 1, 0)], (0.5, 3))
    s = solve(problem)
    right: dict[str, Any] = {
        "price": s.price,
        "matched": s.matching_probability,
        "served": s.served_fraction,
        "consumption": s.consumption,
        "own": s.own_consumption,
        "shared": s.shared,
    }
    assert certify(problem, **right)[0] < 1e-14
    for name in ("consumption", "own", "shared"):
        residual, _ = certify(problem, **(right | {name: right[name] * 0.99 + 0.001}))
        assert residual > 1e-4, name
    assert certify(problem, **(right | {"price": s.price + 0.1}))[0] > 1e-3
    assert certify(problem, **(right | {"matched": 0.9}))[0] > 1e-2
    gain = certify(problem, **(right | {"consumption": s.consumption + np.array([0.1, 0])}))[1]
    assert gain == pytest.approx(0.01, rel=1e-9)  # h 0.1²
