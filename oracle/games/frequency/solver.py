"""The equilibrium of frequency, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.games._base import RESIDUAL_LIMIT, Solution, certified, read_only, timed
from oracle.games._fields import FloatArray
from oracle.games.frequency.certificate import certify
from oracle.games.frequency.grid import Grid
from oracle.games.frequency.path import run
from oracle.games.frequency.problem import FrequencyProblem
from oracle.games.frequency.static import cheapest_controls

_TOLERANCES = (2e-11, 1e-12, 5e-14)
"""Where marginal costs cross the Smith dynamics have a kink, which takes the smaller ones."""
_HERTZ, _CONTROL = 1e-3, 1e-3


@dataclass(frozen=True)
class FrequencySolution(Solution):
    """static_controls [n], the cheapest with all disturbances on, and their marginal cost;

    controls [n] at the end; times, frequency [steps+1] in Hz, weighted by inertia; nadir, the
    lowest frequency; final_deviation in Hz; settled: within 1e-3 Hz of nominal and 1e-3 of the
    static controls.
    """

    static_controls: FloatArray
    static_price: float
    controls: FloatArray
    times: FloatArray
    frequency: FloatArray
    nadir: float
    final_deviation: float
    settled: bool


@timed
def solve(problem: FrequencyProblem) -> FrequencySolution:
    """The path after the disturbances, and the static optimum that it should end at.

    Not converged where the grid has no state of rest, falls out of step, or is too stiff.
    """
    grid = Grid.of(problem)
    bounds = problem.bounds
    start, _ = cheapest_controls(grid.quadratic, grid.linear, bounds, problem.power)
    static, price = cheapest_controls(grid.quadratic, grid.linear, bounds, problem.disturbed_power)
    for tolerance in _TOLERANCES:
        path = run(problem, grid, start, tolerance)
        residual, gain = certify(problem, static, path)
        if path.trouble or residual <= RESIDUAL_LIMIT:
            break
    deviation = path.frequency[-1] - problem.nominal_frequency
    near = np.abs(path.controls - static).max() <= _CONTROL
    return FrequencySolution(
        diagnostics=certified(residual, gain, evaluations=path.evaluations, trouble=path.trouble),
        static_controls=read_only(static),
        static_price=price,
        controls=read_only(path.controls),
        times=read_only(path.times),
        frequency=read_only(path.frequency),
        nadir=path.nadir,
        final_deviation=float(deviation),
        settled=bool(near and abs(deviation) < _HERTZ),
    )
