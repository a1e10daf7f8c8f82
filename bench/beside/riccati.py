"""Coupled Riccati equations: over a horizon, for ever, with regimes, seen through noise."""

from __future__ import annotations

from typing import Any

import numpy as np
from measure import least
from scipy.integrate import solve_ivp

from bench.beside.ask import Row, ask, beside, largest, mine
from oracle.games import mean_field_type


def players(count: int) -> dict[str, Any]:
    """Players of one state; `b` falls with their number, so that any number can play."""
    rng = np.random.default_rng(11)
    return {
        "a": -0.5,
        "b": rng.uniform(0.5, 1.5, count) / np.sqrt(count),
        "q": rng.uniform(0.5, 2.0, count),
        "r": rng.uniform(0.5, 2.0, count),
        "q_end": rng.uniform(0.5, 1.5, count),
        "horizon": 1.0,
    }


def backward(game: dict[str, Any], tolerance: float) -> np.ndarray:
    """α at 0 by the textbook's equations: −α̇ = q + 2aα + s α² − 2α Σ s α, s = b²/r."""
    s = game["b"] ** 2 / game["r"]

    def slope(_: float, y: np.ndarray) -> np.ndarray:
        return game["q"] + 2 * game["a"] * y + s * y**2 - 2 * y * (s @ y)

    end = np.broadcast_to(game["q_end"], game["q"].shape)
    options = {"method": "DOP853", "rtol": tolerance, "atol": tolerance}
    return solve_ivp(slope, (0, game["horizon"]), end, **options).y[:, -1]


def as_problem(game: dict[str, Any]) -> mean_field_type.MeanFieldTypeProblem:
    return mean_field_type.MeanFieldTypeProblem(
        horizon=game["horizon"],
        drift={"b1": game["a"], "b2": game["b"]},
        cost={"q": game["q"], "r": game["r"], "q_T": game["q_end"]},
        initial={"mean": 1.0},
    )


def riccati(repeats: int) -> list[Row]:
    rows = []
    for count in (3, 10, 30, 1000):
        game = players(count)
        problem = as_problem(game)
        exact = backward(game, 1e-13)
        form = mean_field_type.as_linear_quadratic(problem)
        seconds, _, found = least(
            lambda form=form: mean_field_type.Equilibrium(form).at(0.0), repeats
        )
        name, size = "Riccati, finite horizon", f"{count:,} players"
        ours = (seconds, largest(found[0, :, 0], exact), "the equations, dense output, 1e-10")
        if count > 30:
            rows.append(Row(name, size, "wattmarket", *(seconds, 1.0), *ours[1:]))
            continue
        question = {**game, "samples": 1000, "repeats": repeats}
        rows += beside(
            name, size, ours, "pydiffgame:PyDiffGame", "pydiffgame_riccati", question,
            lambda a, exact=exact: largest(a[0], exact), "its own tolerance, 1e-8; 1000 samples",
        )  # fmt: skip
        whole, _, _ = least(lambda problem=problem: mean_field_type.solve(problem), repeats)
        note = "with the certificate: every player's best reply, six grids"
        rows.append(Row(name, size, "wattmarket, solve", whole, whole / seconds, ours[1], note))
    return rows


def stationary(repeats: int) -> list[Row]:
    """Two players for ever: our long horizon beside steps of dt, whose error is of first order."""
    game = {
        "a": -0.5,
        "b": np.array([1.0, 0.5]),
        "q": np.array([1.0, 2.0]),
        "r": np.array([1.0, 1.0]),
        "q_end": np.zeros(2),
        "horizon": 30.0,
    }
    exact = backward(game, 1e-13) * game["b"] / game["r"]
    form = mean_field_type.as_linear_quadratic(as_problem(game))
    seconds, _, found = least(lambda: mean_field_type.Equilibrium(form).at(0.0), repeats)
    name = "stationary duopoly"
    ours = largest(found[0, :, 0] * game["b"] / game["r"], exact)
    rows = [Row(name, "2 players", "wattmarket", seconds, 1.0, ours, "horizon 30")]
    for dt in (0.01, 0.001):
        question = {**game, "dt": dt, "tolerance": 1e-10, "repeats": repeats}
        rows.append(
            ask(
                name, "2 players", seconds, "quantecon:QuantEcon nnash", "quantecon_nnash",
                question, lambda a: largest(a, exact), f"steps of {dt:g}",
            )
        )  # fmt: skip
    question = {**game, "dt": 0.01, "tolerance": 1e-10, "iterations": 2000, "repeats": 1}
    rows.append(
        ask(
            name, "2 players", seconds, "nashopt:nashopt NashLQR", "nashopt_lqr", question,
            lambda a: largest(a, exact), "steps of 0.01; compilation by JAX included",
        )
    )  # fmt: skip
    return rows


def noisy(repeats: int) -> list[Row]:
    """Two players who see the state, beside the limit of seeing it through less and less noise."""
    game = {
        "a": -0.5,
        "b": np.ones(2),
        "q": np.array([1.0, 1.5]),
        "r": np.array([0.1, 0.2]),
        "q_end": np.zeros(2),
        "horizon": 1.0,
    }
    s = 1 / game["r"]

    def slope(_: float, y: np.ndarray) -> np.ndarray:
        """α, and half its integral: what noise of variance 1 costs from a start at 0."""
        alpha = y[:2]
        rate = game["q"] + 2 * game["a"] * alpha + s * alpha**2 - 2 * alpha * (s @ alpha)
        return np.append(rate, alpha / 2)

    options = {"method": "DOP853", "rtol": 1e-13, "atol": 1e-13}
    exact = solve_ivp(slope, (0, 1.0), np.zeros(4), **options).y[2:, -1]
    problem = mean_field_type.MeanFieldTypeProblem(
        horizon=game["horizon"],
        drift={"b1": game["a"], "b2": game["b"]},
        cost={"q": game["q"], "r": game["r"]},
        volatility={"c0": 1.0},
    )
    seconds, _, found = least(lambda: mean_field_type.solve(problem), repeats)
    name, size = "two players and noise", "2 players"
    ours = largest(found.values, exact)
    rows = [mine(name, size, (seconds, ours, "the state is seen; with certificate"))]
    for precision, nodes in ((1e2, 12), (1e3, 12)):
        question = {**game, "precision": precision, "sigma": 1.0, "nodes": nodes, "repeats": 0}
        rows.append(
            ask(
                name, size, seconds, "noisestate:noisestate", "noisestate_pair", question,
                lambda a: largest(np.array(a) / 2, exact),  # its costs have no ½
                f"seen with precision {precision:g}: the error is the price of that noise",
            )
        )  # fmt: skip
    return rows


def regimes(repeats: int) -> list[Row]:
    """One player, two regimes; discounting is a third one without costs."""
    a, b, q, r = [-0.5, 0.1], [1.0, 0.5], [1.0, 2.0], [1.0, 1.0]
    discount, switch = 0.1, np.array([[-0.5, 0.5], [1.0, -1.0]])
    generator = np.zeros((3, 3))
    generator[:2, :2] = switch - discount * np.eye(2)
    generator[:2, 2] = discount
    problem = mean_field_type.MeanFieldTypeProblem(
        horizon=60.0,
        generator=generator,
        drift={"b1": [*a, 0.0], "b2": [[*b, 0.0]]},
        cost={"q": [[*q, 0.0]], "r": [[*r, 1.0]]},
    )

    def slope(_: float, y: np.ndarray) -> np.ndarray:
        pulled = np.array(b) ** 2 / np.array(r) * y**2
        return np.array(q) + (2 * np.array(a) - discount) * y - pulled + switch @ y

    options = {"method": "DOP853", "rtol": 1e-13, "atol": 1e-13}
    exact = solve_ivp(slope, (0, 60.0), np.zeros(2), **options).y[:, -1]
    form = mean_field_type.as_linear_quadratic(problem)
    seconds, _, found = least(lambda: mean_field_type.Equilibrium(form).at(0.0), repeats)
    name = "control with regimes"
    ours = largest(found[0, 0, :2], exact)
    rows = [Row(name, "2 regimes", "wattmarket", seconds, 1.0, ours, "horizon 60")]
    for dt in (0.01, 0.001):
        question = {
            "a": a,
            "b": b,
            "q": q,
            "r": r,
            "generator": switch.tolist(),
            "dt": dt,
            "discount": discount,
            "repeats": repeats,
        }
        rows.append(
            ask(
                name, "2 regimes", seconds, "quantecon:QuantEcon LQMarkov", "quantecon_markov",
                question, lambda a: largest(a, exact), f"steps of {dt:g}",
            )
        )  # fmt: skip
    return rows
