"""Token supply: stationary gains, tracking over a horizon, and the game of many small suppliers.

And a regulator who is averse to risk. One price or one stock, linear and quadratic throughout.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from measure import least
from scipy.integrate import solve_ivp

from bench.beside.ask import Row, ask, beside, largest, mine
from oracle.games import dispatch, mean_field_type, regulation
from oracle.games.regulation.feedback import Feedback, grid_of, target_price

SPEED, RHO, Q, Q_BAR = 2.0, 0.5, 1.0, 4.0
EXACT = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-14, "dense_output": True}


def supply_problem(strategy: str, **changes: Any) -> regulation.RegulationProblem:
    """A price that starts below its band's middle and is pushed up by demand. Nothing jumps."""
    fields: dict[str, Any] = {
        "price_band": [0.8, 1.2],
        "initial_price": 0.9,
        "adjustment_speed": SPEED,
        "demand": 1.1,
        "supply": 1.0,
        "volatility": 0.3,
        "common_volatility": 0.0,
        "horizon": 1.0,
        "steps": 1000,
        "paths": 2,
        "weights": {"q": Q, "q_bar": Q_BAR, "rho": RHO},
        "outage_cost": 1.0,
        "strategies": [strategy],
    }
    return regulation.RegulationProblem(**(fields | changes))


def exact_moments(problem: regulation.RegulationProblem) -> tuple[Any, float, float]:
    """Mean log-price as a function, mean squared error and energy of continuous feedback.

    The equations of docs/games/regulation.md, at 1e-12: gains backward, then moments forward.
    """
    end, push = problem.horizon, float(problem.demand - problem.supply)

    def aim(t: float) -> float:
        return float(np.log(target_price(problem, np.array(t))))

    def back(left: float, y: np.ndarray) -> list[float]:
        p, g = y
        strong = SPEED + SPEED**2 / RHO * p
        return [
            Q - SPEED * p - strong * p,
            -Q * aim(end - left) + SPEED * push * p - strong * g,
        ]

    gains = solve_ivp(back, (0, end), [Q, -Q * aim(end)], **EXACT).sol

    def forward(t: float, y: np.ndarray) -> list[float]:
        m, v, _, _ = y
        slope, constant = SPEED / RHO * gains(end - t)
        supplied = slope * m + constant
        return [
            SPEED * (push - m - supplied),
            -2 * SPEED * (1 + slope) * v + problem.volatility**2,
            v + (m - aim(t)) ** 2,
            supplied**2 + slope**2 * v,
        ]

    path = solve_ivp(forward, (0, end), [np.log(problem.first_price), 0.0, 0.0, 0.0], **EXACT).sol
    last = path(end)
    return (lambda t: path(t)[0]), float(last[2] / end), float(last[3])


def stationary_supply(repeats: int) -> list[Row]:
    """Gains for two weights: ours at the start of a long horizon, theirs by algebra."""
    problem = supply_problem("lqr", horizon=4.0)
    weights = np.array([Q, Q + Q_BAR])
    exact = -1 + np.sqrt(1 + weights / RHO)
    seconds, _, found = least(lambda: Feedback(problem, grid_of(problem)).at(0.0)[0], repeats)
    name, size = "token supply, for ever", "2 weights"
    rows = [mine(name, size, (seconds, largest(found, exact), "horizon 4, tracking included"))]
    question = {"speed": SPEED, "rho": RHO, "weights": weights, "repeats": repeats * 20}
    rows.append(
        ask(
            name, size, seconds, "control:python-control lqr", "control_lqr", question,
            lambda a: largest(a, exact), "an algebraic equation (slycot): no horizon, no target",
        )
    )  # fmt: skip
    rows += [
        ask(
            name, size, seconds, "quantecon:QuantEcon LQ", "quantecon_lq",
            {**question, "dt": dt, "repeats": repeats}, lambda a: largest(a, exact),
            f"steps of {dt:g}",
        )
        for dt in (0.01, 0.001)
    ]  # fmt: skip
    return rows


def tracking(repeats: int) -> list[Row]:
    """The mean path that follows a moving target over a horizon, at 26 times."""
    problem = supply_problem("lqr", volatility=0.0)
    mean, _, _ = exact_moments(problem)
    seconds, _, found = least(lambda: regulation.solve(problem), repeats)
    every = np.linspace(0, problem.horizon, problem.steps + 1)
    gap = largest(np.log(found.strategies["lqr"].mean_price), mean(every))
    times = np.linspace(0, problem.horizon, 26)
    low, high = problem.price_band
    question = {
        "speed": SPEED,
        "push": 0.1,
        "rho": RHO,
        "weight": Q,
        "start": float(np.log(problem.first_price)),
        "times": times,
        "target": np.append((low + high) / 2, (high - low) / np.array([100, 150, 200, 250])),
        "tolerance": 1e-9,
        "repeats": 1,
    }
    return beside(
        "token supply, tracking", "horizon 1", (seconds, gap, "1000 steps; with certificate"),
        "control:python-control optimal", "control_tracking", question,
        lambda a: largest(a, mean(times)), "collocation at 26 times, SLSQP at 1e-9",
    )  # fmt: skip


def mean_field_supply(repeats: int) -> list[Row]:
    """Many small suppliers; each minds the mean price, which none of them moves."""
    problem = supply_problem("mean_field")
    _, error, energy = exact_moments(problem)
    exact = np.array([error, energy])
    seconds, _, found = least(lambda: regulation.solve(problem), repeats)
    mine_found = found.strategies["mean_field"]
    ours = np.array([mine_found.mean_squared_error, mine_found.control_energy])
    name = "token supply, mean-field game"
    steps = 40
    times = np.linspace(0, problem.horizon, steps + 1)
    slope, constant = Feedback(problem, grid_of(problem)).at(times)
    rows = [mine(name, "horizon 1", (seconds, largest(ours / exact, 1), "error: relative"))]
    question = {
        "speed": SPEED,
        "push": 0.1,
        "rho": RHO,
        "q": Q,
        "q_bar": Q_BAR,
        "volatility": problem.volatility,
        "start": float(np.log(problem.first_price)),
        "horizon": problem.horizon,
        "target": np.log(target_price(problem, times)),
        "slope": slope[0],
        "constant": constant[0],
        "steps": steps,
        "states": 57,
        "width": 0.7,
        "actions": 41,
        "most": 1.0,
        "iterations": 2,
        "repeats": 0,
    }
    rows.append(
        ask(
            name, "57 prices, 41 supplies", seconds, "mfglib:mfglib", "mfglib_supply", question,
            lambda a: largest(np.array(a[:2]) / exact, 1),
            lambda a: f"{steps} steps of a grid; exploitable there by {a[2]:.0e}, our gains on it "
            f"by {a[3]:.0e}",
        )
    )  # fmt: skip
    return rows + _lin_quad(repeats)


def _lin_quad(repeats: int) -> list[Row]:
    """OpenSpiel's own linear-quadratic mean-field game, by the gain at time 0.

    dx = (K(m − x) + u) dt + σ dB, cost ½u² − q u(m − x) + ½κ(m − x)²; at the equilibrium
    u = (q + P)(m − x), −Ṗ = κ − q² − 2(K + q)P − P².
    """
    revert, cross, kappa, last, horizon = 0.0, 0.01, 0.5, 1.0, 10.0

    def back(_: float, p: np.ndarray) -> np.ndarray:
        return kappa - cross**2 - 2 * (revert + cross) * p - p**2

    exact = cross + float(solve_ivp(back, (0, horizon), [last], **EXACT).y[0, -1])
    problem = mean_field_type.MeanFieldTypeProblem(
        horizon=horizon,
        drift={"b1": -(revert + cross), "b2": 1.0},
        cost={"q": kappa - cross**2, "r": 1.0, "q_T": last},
    )
    form = mean_field_type.as_linear_quadratic(problem)
    seconds, _, found = least(lambda: mean_field_type.Equilibrium(form).at(0.0), repeats)
    name = "mean-field game, OpenSpiel's"
    gap = abs(cross + float(found[0, 0, 0]) - exact)
    question = {
        "revert": revert,
        "cross": cross,
        "kappa": kappa,
        "last": last,
        "horizon": 10,
        "size": 10,
        "iterations": 40,
        "repeats": 1,
    }
    return beside(
        name, "horizon 10", (seconds, gap, "error: of the gain at time 0"),
        "openspiel:OpenSpiel mirror descent", "openspiel_linquad", question,
        lambda a: abs(a[0] - exact),
        lambda a: f"40 iterations; ten states in a circle, whole moves; NashConv {a[1]:.2g}",
    )  # fmt: skip


def risk_averse(repeats: int) -> list[Row]:
    """One stock, exponential utility; QuantEcon's robust control is the same in steps of dt."""
    weight, demand, terminal = 2.0, 1.5, 0.8
    risk = {
        "sensitivity": 0.4,
        "volatility": 0.8,
        "terminal_weight": terminal,
        "target_stock": 3.0,
        "initial_stock": 2.0,
        "inflow": 1.2,
        "horizon": 4.0,
    }
    problem = dispatch.DispatchProblem(
        demand=demand, loss={"shortage": weight, "surplus": weight}, risk=risk
    )
    kappa = 1 / weight - risk["sensitivity"] * risk["volatility"] ** 2
    drift = risk["inflow"] - demand

    def back(_: float, y: np.ndarray) -> list[float]:
        p, g = y
        return [-kappa * p * p, p * drift - kappa * p * g]

    p, g = solve_ivp(back, (0, risk["horizon"]), [terminal, 0.0], **EXACT).y[:, -1]
    away = risk["initial_stock"] - risk["target_stock"]
    exact = np.array([p, (p * away + g) / weight])  # Riccati, supply beyond demand at time 0
    seconds, _, found = least(lambda: dispatch.solve(problem), repeats)
    ours = [found.riccati[0], found.supply[0, 0] if found.supply.ndim > 1 else found.supply[0]]
    gap = largest(np.array(ours) - [0, demand], exact)
    name, size = "risk-sensitive control", "horizon 4"
    rows = [mine(name, size, (seconds, gap, "closed form; checked against its equations"))]
    for dt in (1.0, 0.01):
        question = {
            "weight": weight,
            "drift": drift,
            "terminal": terminal,
            "volatility": risk["volatility"],
            "sensitivity": risk["sensitivity"],
            "horizon": risk["horizon"],
            "dt": dt,
            "repeats": repeats,
        }
        rows.append(
            ask(
                name, size, seconds, "quantecon:QuantEcon RBLQ", "quantecon_rblq", question,
                lambda a: largest([a[0], a[1] * away + a[2]], exact),
                f"steps of {dt:g}: exact here, where stock costs nothing on the way",
            )
        )  # fmt: skip
    return rows
