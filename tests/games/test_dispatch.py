"""Dispatch against brute force, cutting planes by HiGHS, and simulation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from oracle.games import InvalidProblem
from oracle.games.dispatch import DispatchProblem, solve
from oracle.games.dispatch.certificate import Storage, certify

RISK = {
    "sensitivity": 0.4,
    "volatility": 0.8,
    "terminal_weight": 1.5,
    "target_stock": 2.0,
    "initial_stock": 3.0,
    "inflow": 1.0,
    "horizon": 1.0,
    "steps": 50,
}


def loss_of(problem: DispatchProblem, z: Any) -> Any:
    return np.where(z > 0, problem.loss.shortage, problem.loss.surplus) * np.square(z) / 2


def test_merit_order_by_hand():
    stations = {"cost": [3.0, 1.0, 2.0], "capacity": [1.0, 1.0, 1.0]}
    loss = {"shortage": 5.0, "surplus": 2.0}
    solution = solve(DispatchProblem(stations=stations, demand=[0.1, 1.5, 2.5, 9.0], loss=loss))
    # Station 1 first: D − 1/5; then station 2: D − 2/5, once that exceeds what 1 can do.
    assert solution.supply.tolist()[0] == [0.0, 0.0, 0.0]
    assert solution.supply[1] == pytest.approx([0.0, 1.0, 0.1])
    assert solution.supply[2] == pytest.approx([0.0, 1.0, 1.0])
    assert solution.supply[3] == pytest.approx([1.0, 1.0, 1.0])
    assert solution.marginal_cost == pytest.approx([0.5, 2.0, 2.5, 30.0])
    assert solution.period_cost[1] == pytest.approx(1.0 + 0.2 + 5 * 0.4**2 / 2)
    assert solution.total_cost == pytest.approx(float(solution.period_cost.sum()))
    assert set(solution.document()) == {
        *("supply", "shortfall", "marginal_cost", "period_cost", "total_cost")
    }


def test_merit_order_against_an_optimiser():
    rng = np.random.default_rng(91)
    for _ in range(25):
        k = int(rng.integers(1, 6))
        problem = DispatchProblem(
            stations={
                "cost": rng.choice([0.0, 1.0, 2.5, 4.0], k),
                "capacity": rng.uniform(0, 2, k),
                "active": rng.random(k) < 0.8,
            },
            demand=float(rng.uniform(0, 6)),
            loss={"shortage": rng.uniform(0.5, 5), "surplus": rng.uniform(0.5, 5)},
        )
        solution = solve(problem)
        assert solution.diagnostics.residual < 1e-14
        assert solution.diagnostics.exploitability < 1e-12
        stations = problem.stations

        def cost(s: np.ndarray, problem: Any = problem) -> float:
            return float(s @ problem.stations.cost + loss_of(problem, problem.demands[0] - s.sum()))

        other = minimize(
            cost,
            stations.available / 2,
            bounds=[(0, top) for top in stations.available],
            method="L-BFGS-B",
            options={"ftol": 1e-15, "gtol": 1e-10},
        )
        assert solution.total_cost <= other.fun + 1e-12
        assert solution.total_cost == pytest.approx(other.fun, abs=1e-6)
        assert (solution.supply[0][stations.available == 0] == 0).all()


def test_equal_costs_are_filled_in_order():
    stations = {"cost": [2.0, 1.0, 2.0], "capacity": [1.0, 1.0, 1.0]}
    loss = {"shortage": 1.0, "surplus": 1.0}
    solution = solve(DispatchProblem(stations=stations, demand=3.5, loss=loss))
    assert solution.supply.tolist() == [[0.5, 1.0, 0.0]]


def random_storage(rng: np.random.Generator, periods: int, k: int) -> dict[str, Any]:
    capacity = rng.uniform(0.2, 2, k)
    return {
        "stations": {
            "cost": rng.choice([0.0, 0.5, 1.0, 2.0], k),
            "capacity": capacity,
            "active": rng.random(k) < 0.9,
        },
        "demand": rng.uniform(0, 4, periods),
        "loss": {"shortage": float(rng.uniform(0.5, 3)), "surplus": float(rng.uniform(0.5, 3))},
        "stock": {
            "initial": rng.uniform(0, 1, k),
            "inflow": rng.uniform(0, 1.5, (k, periods)),
            "limit": rng.uniform(1, 3, k),
            "terminal_value": rng.choice([0.0, 0.3, 1.5], k),
        },
    }


def cutting_planes(problem: DispatchProblem) -> float:
    """The least cost by HiGHS: tangents of the loss are added until they meet it."""
    held, stations = problem.stock, problem.stations
    periods, k = problem.inflows.shape
    n = periods * k
    # s, e (after each period), v, z, l.
    cost = np.concatenate([np.tile(stations.cost, periods), np.zeros(2 * n + periods)])
    cost = np.append(cost, np.ones(periods))
    cost[2 * n - k : 2 * n] = -held.terminal_value
    rows, right = [], []
    for t in range(periods):
        for j in range(k):
            row = np.zeros(len(cost))
            row[[t * k + j, n + t * k + j, 2 * n + t * k + j]] = 1
            if t:
                row[n + (t - 1) * k + j] = -1
            rows.append(row)
            right.append(problem.inflows[t, j] + (0.0 if t else held.initial[j]))
        row = np.zeros(len(cost))
        row[t * k : (t + 1) * k] = 1
        row[3 * n + t] = 1
        rows.append(row)
        right.append(problem.demands[t])
    top = np.concatenate([np.tile(stations.available, periods), np.tile(held.limit, periods)])
    bounds = [(0, u) for u in top] + [(0, None)] * n + [(None, None)] * (2 * periods)
    cuts, below = [], []
    points = [np.linspace(-1, 4, 12)] * periods
    for _ in range(60):
        for t in range(periods):
            for z in points[t]:
                w = problem.loss.shortage if z > 0 else problem.loss.surplus
                row = np.zeros(len(cost))
                row[3 * n + t], row[3 * n + periods + t] = w * z, -1
                cuts.append(row)
                below.append(w * z * z / 2)
        found = linprog(cost, np.array(cuts), below, np.array(rows), right, bounds)
        z = found.x[3 * n : 3 * n + periods]
        gap = float(np.sum(loss_of(problem, z) - found.x[3 * n + periods :]))
        if gap < 1e-10:
            break
        points = [np.array([value]) for value in z]
    return float(found.fun)


def test_storage_against_cutting_planes():
    rng = np.random.default_rng(92)
    for _ in range(8):
        problem = DispatchProblem(
            **random_storage(rng, int(rng.integers(1, 7)), int(rng.integers(1, 4)))
        )
        solution = solve(problem)
        assert solution.diagnostics.converged
        assert solution.diagnostics.residual < 1e-8
        assert 0 <= solution.diagnostics.exploitability < 1e-7
        assert solution.total_cost == pytest.approx(cutting_planes(problem), abs=2e-7)
        # The books, from the solution alone.
        change = problem.inflows - solution.supply - solution.spilled
        assert np.diff(solution.stock, axis=0) == pytest.approx(change, abs=1e-12)
        assert solution.stock[0] == pytest.approx(problem.stock.initial)
        assert (solution.stock >= 0).all()
        assert (solution.stock <= problem.stock.limit).all()
        assert (solution.supply >= 0).all()
        assert (solution.supply <= problem.stations.available).all()
        assert (solution.spilled >= 0).all()
        z = problem.demands - solution.supply.sum(axis=1)
        paid = solution.supply @ problem.stations.cost + loss_of(problem, z)
        assert solution.period_cost == pytest.approx(paid)
        kept = float(problem.stock.terminal_value @ solution.stock[-1])
        assert solution.total_cost == pytest.approx(float(paid.sum()) - kept)


def test_a_stock_that_never_binds_is_the_merit_order():
    rng = np.random.default_rng(93)
    fields = random_storage(rng, 30, 4)
    plenty = {"initial": [1e3] * 4, "inflow": 0.0, "limit": [1e3] * 4, "terminal_value": [0.0] * 4}
    stored = solve(DispatchProblem(**(fields | {"stock": plenty})))
    del fields["stock"]
    static = solve(DispatchProblem(**fields))
    assert stored.total_cost == pytest.approx(static.total_cost, abs=1e-6)
    assert stored.shortfall == pytest.approx(static.shortfall, abs=1e-6)


def test_a_scarce_stock_goes_where_it_is_worth_most():
    """One free station, 2 kWh for two periods: marginal costs are equalised."""
    problem = DispatchProblem(
        stations={"cost": [0.0], "capacity": [5.0]},
        demand=[1.0, 4.0],
        loss={"shortage": 1.0, "surplus": 1.0},
        stock={"initial": [3.0], "inflow": 0.0, "limit": [3.0], "terminal_value": [0.0]},
    )
    solution = solve(problem)
    assert solution.marginal_cost == pytest.approx([1.0, 1.0], abs=1e-7)
    assert solution.supply[:, 0] == pytest.approx([0.0, 3.0], abs=1e-7)


def test_a_year_of_hours():
    rng = np.random.default_rng(94)
    solution = solve(DispatchProblem(**random_storage(rng, 2000, 4)))
    assert solution.diagnostics.converged
    assert solution.diagnostics.residual < 1e-8
    assert solution.diagnostics.exploitability < 1e-6 * (1 + abs(solution.total_cost))


def test_the_certificate_sees_wrong_answers():
    rng = np.random.default_rng(95)
    fields = random_storage(rng, 6, 2)
    fields["stations"]["active"] = [True, True]
    problem = DispatchProblem(**fields)
    solution = solve(problem)
    # Supplying less and spilling the rest instead keeps the books but not the optimum.
    less = solution.supply * 0.9
    spilled = solution.spilled + solution.supply - less
    z = problem.demands - less.sum(axis=1)
    kept = float(problem.stock.terminal_value @ solution.stock[-1])
    total = float(np.sum(less @ problem.stations.cost + loss_of(problem, z))) - kept
    values = np.zeros_like(less)
    residual, gain = certify(problem, less, total, Storage(solution.stock, spilled, values))
    assert residual > 1e-3
    assert gain >= total - solution.total_cost - 1e-6
    static = DispatchProblem(**{k: v for k, v in fields.items() if k != "stock"})
    right = solve(static)
    residual, gain = certify(static, right.supply * 0.9, right.total_cost + 0.1)
    assert residual > 1e-3
    assert gain > 0.05


def risky(**change: Any) -> DispatchProblem:
    return DispatchProblem(demand=1.5, loss={"shortage": 2.0, "surplus": 2.0}, risk=RISK | change)


@pytest.mark.parametrize("sensitivity", [0.4, 0.0, -1.0, 1 / (2 * 0.64)])
def test_risk_by_simulation(sensitivity: float):
    """The simulated plan's certainty equivalent is the value; other gains cost more."""
    problem = risky(sensitivity=sensitivity)
    solution = solve(problem)
    assert solution.diagnostics.converged
    assert solution.diagnostics.residual < 1e-9
    risk, w, demand = problem.risk, 2.0, 1.5
    steps, paths = 200, 40_000
    dt = risk.horizon / steps
    kappa = 1 / w - sensitivity * risk.volatility**2
    rng = np.random.default_rng(96)
    noise = rng.standard_normal((steps, paths // 2)) * risk.volatility * np.sqrt(dt)
    noise = np.concatenate([noise, -noise], axis=1)

    def certainty_equivalent(gain: float) -> tuple[float, float]:
        e = np.full(paths, risk.initial_stock)
        cost = np.zeros(paths)
        mean = [e.mean()]
        for i in range(steps):
            left = risk.horizon - (i + 0.5) * dt
            p = risk.terminal_weight / (1 + risk.terminal_weight * kappa * left)
            ahead = e - risk.target_stock + (risk.inflow - demand) * (left + 0.5 * dt)
            s = demand + gain * p * ahead / w
            cost += w * (demand - s) ** 2 / 2 * dt
            e = e + (risk.inflow - s) * dt + noise[i]
            mean.append(e.mean())
        cost += risk.terminal_weight * (e - risk.target_stock) ** 2 / 2
        if gain == 1.0:
            assert mean[:: steps // risk.steps] == pytest.approx(solution.stock, abs=0.02)
        if sensitivity == 0:
            return float(cost.mean()), float(cost.std() / np.sqrt(paths))
        weights = np.exp(sensitivity * cost)
        spread = weights.std() / weights.mean() / np.sqrt(paths) / abs(sensitivity)
        return float(np.log(weights.mean()) / sensitivity), float(spread)

    value, error = certainty_equivalent(1.0)
    assert abs(value - solution.total_cost) < 4 * error + 0.01
    for gain in (0.7, 1.4):
        assert certainty_equivalent(gain)[0] > value


def test_risk_reaches_its_longest_horizon():
    """Pτ grows without bound at τ = 1/(q (ρσ² − 1/w))."""
    longest = 1 / (1.5 * (2.0 * 0.64 - 0.5))
    for horizon, fine in ((longest * 0.99, True), (longest * 1.0001, False), (9.0, False)):
        solution = solve(risky(sensitivity=2.0, horizon=horizon))
        assert solution.diagnostics.converged is fine
        assert solution.longest_horizon == pytest.approx(longest)
        if fine:
            assert solution.riccati[0] == pytest.approx(150.0, rel=1e-6)
        else:
            assert f"{longest:.8g}" in solution.diagnostics.message
            assert solution.document()["supply"][0] is None
    assert solve(risky(sensitivity=0.1)).document()["longest_horizon"] is None


def test_risk_shapes_and_limits():
    solution = solve(risky())
    assert solution.supply.shape == solution.stock.shape == solution.riccati.shape == (51,)
    assert solution.riccati[-1] == 1.5
    assert solution.marginal_cost == pytest.approx(2.0 * (1.5 - solution.supply))
    # Without noise the plan is deterministic: no sensitivity matters.
    calm = [solve(risky(volatility=0.0, sensitivity=r)) for r in (0.0, 5.0)]
    assert calm[0].supply == pytest.approx(calm[1].supply)
    assert calm[0].supply == pytest.approx([calm[0].supply[0]] * 51)  # constant: l is convex
    station = {"cost": [1.0], "capacity": [1.0]}
    told = solve(DispatchProblem(**{k: getattr(risky(), k) for k in ("demand", "loss", "risk")}))
    assert told.diagnostics.message == ""
    told = solve(
        DispatchProblem(
            stations=station, demand=1.5, loss={"shortage": 2.0, "surplus": 2.0}, risk=RISK
        )
    )
    assert told.diagnostics.converged
    assert "play no part" in told.diagnostics.message


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"stations": None}, "stations: value missing; allowed: cost and capacity"),
        ({"risk": RISK, "demand": [1.0]}, r"demand: value \[1.0\]; allowed: one number"),
        ({"risk": RISK}, "loss.surplus: value 2.0; allowed: equal to shortage"),
        (
            {"stations": {"cost": [1.0], "capacity": [1.0], "active": [1]}},
            r"stations.active: value \[1\]; allowed: a list of true and false",
        ),
        (
            {"stations": {"cost": [1.0], "capacity": [1.0], "active": [True, True]}},
            "stations.active: value a list of 2; allowed: 1, as many as cost",
        ),
        ({"loss": {"shortage": 0.0, "surplus": 1.0}}, "loss.shortage: value 0.0; allowed"),
        (
            {"stock": {"initial": [2.0], "inflow": 0.0, "limit": [1.0], "terminal_value": [0.0]}},
            r"stock.initial\[0\]: value 2.0; allowed: at most the limit",
        ),
        (
            {
                "stock": {
                    "initial": [0.0],
                    "inflow": [[1.0, 2.0]],
                    "limit": [1.0],
                    "terminal_value": [0.0],
                }
            },
            "stock.inflow: value 1×2 numbers; allowed: a number, 1",
        ),
        ({"risk": RISK | {"horizon": 0.0}}, "risk.horizon: value 0.0; allowed"),
        ({"risk": RISK | {"steps": 0}}, "risk.steps: value 0; allowed: a whole number from 1"),
    ],
)
def test_one_line_for_what_is_wrong(change: dict, line: str):
    fields = {
        "stations": {"cost": [1.0], "capacity": [1.0]},
        "demand": 1.0,
        "loss": {"shortage": 1.0, "surplus": 2.0},
    }
    with pytest.raises(InvalidProblem, match=f"^{line}"):
        DispatchProblem(**(fields | change))
