"""The halves of the frequency game apart: the population's dynamics, and the swing equations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from measure import least
from scipy.integrate import solve_ivp
from scipy.optimize import root

from bench.beside.ask import Row, ask, largest, mine
from oracle.games import frequency

EXACT = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-15}
EQUAL = {"method": "RK45", "rtol": 1e-3, "atol": 1e-6}


def populations(repeats: int) -> list[Row]:
    """Shares of n activities with rising marginal costs; Smith's with a most for each."""
    rows: list[Row] = []
    for dynamics, count in (("smith", 20), ("smith", 200), ("smith", 1000), ("replicator", 1000)):
        rng = np.random.default_rng(14)
        slope, cut = rng.uniform(0.5, 2.0, count) * count, rng.uniform(-1.0, 1.0, count)
        start = np.full(count, 1 / count)
        most = np.full(count, 3 / count) if dynamics == "smith" else np.full(count, np.inf)
        rows += _population(dynamics, slope, cut, start, most, repeats)
    return rows


def _population(
    dynamics: str, slope: np.ndarray, cut: np.ndarray, start: np.ndarray, most: np.ndarray,
    repeats: int,
) -> list[Row]:  # fmt: skip
    count, horizon = len(start), 10.0
    one = np.ones(count)

    def by_sorting(_: float, x: np.ndarray) -> np.ndarray:
        payoff = -(slope * x + cut)
        if dynamics == "smith":
            return frequency.smith(payoff, x, np.maximum(most - x, 0))
        return frequency.replicator(payoff, x, one)

    def by_pairs(_: float, x: np.ndarray) -> np.ndarray:
        payoff = -(slope * x + cut)
        if dynamics == "replicator":
            return x * (payoff - payoff @ x / x.sum())
        better = np.maximum(payoff[:, None] - payoff, 0)
        room = np.maximum(most - x, 0)
        return room * (better @ x) - x * (room @ better)

    def end(field: Any, options: dict[str, Any]) -> np.ndarray:
        return solve_ivp(field, (0, horizon), start, **options).y[:, -1]

    exact = end(by_pairs if count < 1000 else by_sorting, EXACT)
    seconds, _, found = least(lambda: end(by_sorting, {**EXACT, "rtol": 1e-9}), repeats)
    loose, _, near = least(lambda: end(by_sorting, EQUAL), repeats)
    name, size = f"population, {dynamics}", f"{count:,} activities"
    rows = [
        mine(name, size, (seconds, largest(found, exact), "DOP853 at 1e-9")),
        replace(
            mine(name, size, (loose, largest(near, exact), "RK45 at 1e-3, as popgames has it")),
            solver="wattmarket, 1e-3", ratio=loose / seconds,
        ),
    ]  # fmt: skip
    question = {
        "dynamics": dynamics,
        "slope": slope,
        "cut": cut,
        "start": start,
        "most": np.minimum(most, 1.0),
        "horizon": horizon,
        "method": EQUAL["method"],
        "repeats": repeats,
    }
    theirs = ask(
        name, size, seconds, "popgames:popgames", "popgames_dynamics", question,
        lambda a: largest(a, exact), "its tolerance is fixed at 1e-3",
    )  # fmt: skip
    if theirs.seconds:
        said = f"{theirs.note}; {theirs.seconds / loose:.2g} times ours at that"
        theirs = replace(theirs, note=said)
    return [*rows, theirs]


def ring(count: int) -> dict[str, Any]:
    """Machines on a lossless ring, per unit; powers add up to 0; a step at the first."""
    rng = np.random.default_rng(15)
    power = rng.uniform(-0.5, 0.5, count)
    return {
        "inertia": rng.uniform(6.0, 12.0, count),
        "damping": rng.uniform(1.0, 4.0, count),
        "power": power - power.mean(),
        "line": 0.4,
        "reactance": 0.3,
        "hertz": 50.0,
        "push": 0.1,
        "begin": 0.5,
        "horizon": 10.0,
    }


def reduced(case: dict[str, Any]) -> np.ndarray:
    """What each pair of internal voltages exchanges at most [n, n]: E_i E_j times the reactances'
    network without its buses."""
    power, own = case["power"], 1 / case["reactance"]
    count = len(power)
    net = np.zeros((count, count))
    for i in range(count if count > 2 else 1):
        j = (i + 1) % count
        net[[i, j], [i, j]] += 1 / case["line"]
        net[[i, j], [j, i]] -= 1 / case["line"]

    def excess(free: np.ndarray) -> np.ndarray:
        angles = np.append(0.0, free)
        return (np.sin(angles[:, None] - angles) * -net).sum(axis=1)[1:] - power[1:]

    angles = np.append(0.0, root(excess, np.zeros(count - 1), tol=1e-14).x)
    voltage = np.exp(1j * angles)
    inside = np.abs(voltage + 1j / own * (-1j * net @ voltage))
    coupling = own**2 * np.linalg.inv(net + own * np.eye(count))
    np.fill_diagonal(coupling, 0.0)
    return coupling * np.outer(inside, inside)


def swing(repeats: int) -> list[Row]:
    """Ten seconds after a step of power: frequency weighted by inertia, controls at rest."""
    rows: list[Row] = []
    for count in (2, 10):
        case = ring(count)
        most = reduced(case)
        base = 2 * np.pi * case["hertz"]
        node = {
            "kind": "generator",
            "cost_quadratic": 1.0,
            "cost_linear": 0.0,
            "control_bounds": [-1.0, 1.0],
        }
        triples = zip(case["inertia"] / base, case["damping"] / base, case["power"], strict=True)
        problem = frequency.FrequencyProblem(
            nodes=[node | {"inertia": m, "damping": d, "power": p} for m, d, p in triples],
            lines=[
                {"from": i, "to": j, "susceptance": most[i, j]}
                for i in range(count) for j in range(i)
            ],
            dynamics="smith", population_gain=0.0, integral_gain=0.0,
            nominal_frequency=case["hertz"],
            disturbances=[{"time": case["begin"], "node": 0, "power": case["push"]}],
            horizon=case["horizon"], steps=300,
        )  # fmt: skip
        exact = _exact_swing(case, most)
        seconds, _, found = least(lambda problem=problem: frequency.solve(problem), repeats)
        name, size = "swing equations", f"{count} machines, 10 s"
        gap = largest(found.frequency, exact(found.times))
        rows.append(mine(name, size, (seconds, gap, "error in Hz; with certificate")))
        for step in (1 / 30, 1 / 300):
            question = {**case, "step": step, "tolerance": 1e-9, "repeats": 2}
            rows.append(
                ask(
                    name, size, seconds, "andes:ANDES", "andes_swing", question,
                    lambda a, exact=exact: largest(a[1], exact(np.array(a[0]))),
                    f"trapezoids of {step:.3g} s; loading and power flow apart",
                )
            )  # fmt: skip
    return rows


def _exact_swing(case: dict[str, Any], most: np.ndarray) -> Any:
    """The frequency as a function of time, at 1e-12."""
    inertia, damping = (case[name] / (2 * np.pi * case["hertz"]) for name in ("inertia", "damping"))
    count = len(inertia)

    def surplus(angles: np.ndarray, power: np.ndarray) -> np.ndarray:
        return power - (most * np.sin(angles[:, None] - angles)).sum(axis=1)

    rest = root(
        lambda free: surplus(np.append(0.0, free), case["power"])[1:], np.zeros(count - 1),
        tol=1e-14,
    ).x  # fmt: skip
    pushed = case["power"] + np.append(case["push"], np.zeros(count - 1))

    def velocity(_: float, y: np.ndarray) -> np.ndarray:
        angles, speeds = y[:count], y[count:]
        return np.append(speeds, (surplus(angles, pushed) - damping * speeds) / inertia)

    start = np.concatenate([[0.0], rest, np.zeros(count)])
    lasting = case["horizon"] - case["begin"]
    path = solve_ivp(velocity, (0, lasting), start, **EXACT, dense_output=True).sol
    weight = inertia / inertia.sum() / (2 * np.pi)

    def hertz(times: np.ndarray) -> np.ndarray:
        return case["hertz"] + weight @ path(np.clip(times - case["begin"], 0, lasting))[count:]

    return hertz
