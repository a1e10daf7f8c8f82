"""The slides' power system: the merit order, and frequency steered by a population game."""

from __future__ import annotations

import numpy as np

from oracle.app.papers.section import SLIDES, Picture, Section, Table, num
from oracle.games import FloatArray
from oracle.games.dispatch import DispatchProblem, solve
from oracle.games.frequency import FrequencyProblem
from oracle.games.frequency import solve as solve_frequency
from oracle.plots.papers import Line, Panel

__all__ = ["frequency_control", "merit_order", "printed_supply"]

_COST = (0.02, 0.08, 0.15)
_CAPACITY = (3.0, 4.0, 2.0)
_WEIGHT = 0.1


def printed_supply(demand: FloatArray) -> FloatArray:
    """The slides' rule [T]: S = D − (l')⁻¹(p_n) for D in the n-th step of capacity."""
    ends = np.cumsum(_CAPACITY)
    step = np.minimum(np.searchsorted(ends, demand, side="left"), len(ends) - 1)
    return np.asarray(demand - np.array(_COST)[step] / _WEIGHT)


def merit_order() -> Section:
    """Supply by station over demand, and the printed rule beside it."""
    demand = np.linspace(0.0, 11.0, 221)
    problem = DispatchProblem.from_document(
        {
            "stations": {"cost": list(_COST), "capacity": list(_CAPACITY)},
            "demand": demand.tolist(),
            "loss": {"shortage": _WEIGHT, "surplus": _WEIGHT},
        }
    )
    solution = solve(problem)
    total, printed = solution.supply.sum(axis=1), printed_supply(demand)
    shown = [30, 64, 100, 150, 190, 220]
    rows = tuple(
        (
            f"D = {demand[at]:g}",
            " + ".join(num(value, 3) for value in solution.supply[at]),
            num(total[at], 4),
            num(solution.marginal_cost[at], 3),
            num(printed[at], 4),
            num(printed[at] - total[at], 3),
        )
        for at in shown
    )
    stacked = np.cumsum(solution.supply, axis=1)
    return Section(
        "Structure of the merit order",
        f"{SLIDES}, demand-supply matching, structure of the solution",
        (
            "Stations supply in the order of their costs until the mismatch `½w(D − S)²` is worth "
            "less than the next one's cost. The slides' pictures name no numbers. Ours: costs "
            f"{_COST[0]:g}, {_COST[1]:g}, {_COST[2]:g} and capacities {_CAPACITY[0]:g}, "
            f"{_CAPACITY[1]:g}, {_CAPACITY[2]:g}, w = {_WEIGHT:g}.",
            Table(
                "Supply by station, cheapest first",
                ("demand", "supply", "total", "marginal cost", "printed rule", "off by"),
                rows,
            ),
            Picture(
                "merit-order",
                "Left: cumulative supply of three stations over demand; each runs at capacity "
                "before the next begins, and between steps supply rests while demand grows. Right: "
                "the printed rule jumps at the ends of the steps and passes the capacity of 9.",
                "Supply over demand, and the slides' rule.",
                (
                    Panel(
                        "Supply, cumulative",
                        "demand",
                        tuple(
                            Line(f"stations 1 to {k + 1}" if k else "station 1", demand, each, k)
                            for k, each in enumerate(stacked.T)
                        ),
                    ),
                    Panel(
                        "Total supply",
                        "demand",
                        (
                            Line("exact", demand, total, 0),
                            Line("printed rule", demand, printed, 1, "--"),
                        ),
                    ),
                ),
            ),
            "**Difference.** The structure is as published. The printed rule takes the step in "
            "which the demand lies; it must be the step in which supply lies, clamped to its "
            "ends. Just above the end of a step the printed supply is too low, and beyond the last "
            "it exceeds what the stations have; for demand near 0 it is negative.",
        ),
    )


def frequency_control() -> Section:
    """A disturbance of three nodes, with Smith and with replicator dynamics."""
    found = {name: solve_frequency(_grid(name)) for name in ("smith", "replicator")}
    rows = tuple(
        (
            name,
            num(solution.nadir, 6),
            _below(abs(solution.final_deviation)),
            _below(float(np.abs(solution.controls - solution.static_controls).max())),
            "yes" if solution.settled else "no",
        )
        for name, solution in found.items()
    )
    nadir = found["smith"].nadir
    return Section(
        "Frequency control by a population game",
        f"{SLIDES}, closed-loop frequency control",
        (
            "The slides give the swing equations and the static problem and show a figure without "
            "its parameters. Ours: two generators and a frequency-responsive load, a loss of 0.4 "
            "at 1 s. At rest the controls must solve the static problem.",
            Table(
                "After 40 s",
                (
                    "dynamics",
                    "lowest frequency, Hz",
                    "deviation at the end, Hz",
                    "from the static optimum",
                    "settled",
                ),
                rows,
            ),
            Picture(
                "frequency",
                f"Frequency over 40 s: 50 Hz, a dip to {nadir:.3f} Hz after the loss at 1 s, and "
                "back to 50 Hz with both dynamics.",
                "The frequency after a loss of power, by the dynamics that steer the controls.",
                (
                    Panel(
                        "Frequency, Hz",
                        "time, s",
                        tuple(
                            Line(name, solution.times, solution.frequency, at)
                            for at, (name, solution) in enumerate(found.items())
                        ),
                    ),
                ),
                1,
            ),
            "**As published:** the frequency returns and marginal costs become equal. Nothing "
            "numerical can be compared.",
        ),
    )


def _below(value: float) -> str:
    """Digits of what is nearly 0 would be noise."""
    return "below 10⁻⁶" if value < 1e-6 else num(value, 2)


def _grid(dynamics: str) -> FrequencyProblem:
    generator = {"kind": "generator", "inertia": 2.0, "damping": 1.0, "cost_linear": 0.0}
    load = {"kind": "frequency_response", "damping": 1.0, "cost_linear": 0.0}
    return FrequencyProblem.from_document(
        {
            "nodes": [
                generator | {"power": 0.6, "cost_quadratic": 1.0, "control_bounds": [-1.0, 1.0]},
                generator | {"power": 0.2, "cost_quadratic": 3.0, "control_bounds": [-1.0, 1.0]},
                load | {"power": -0.8, "cost_quadratic": 2.0, "control_bounds": [-1.0, 1.0]},
            ],
            "lines": [
                {"from": 0, "to": 1, "susceptance": 5.0},
                {"from": 1, "to": 2, "susceptance": 5.0},
            ],
            "dynamics": dynamics,
            "nominal_frequency": 50.0,
            "disturbances": [{"time": 1.0, "node": 2, "power": -0.4}],
            "horizon": 40.0,
            "steps": 400,
        }
    )
