"""The path of the grid: smooth pieces between disturbances and controls that reach their bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.integrate import DOP853, solve_ivp

from oracle.games._fields import BoolArray, FloatArray
from oracle.games.frequency.grid import Grid, NoRest
from oracle.games.frequency.problem import FrequencyProblem

_MOST = 60_000
_LOOKS = {2_000: 50, 10_000: 4, 20_000: 1, 40_000: 1}
"""After so many evaluations the grid is given up if, at the pace of the last half of them, the end
is so many times the budget away."""
_SWITCHES = 5_000
_BEYOND = 1e-11
_BACK = 1e-9
_PER_STEP = 8


class _TooLong(Exception):
    pass


@dataclass(frozen=True)
class Piece:
    """A stretch of time with constant power in which the same controls are stopped."""

    start: float
    end: float
    power: FloatArray
    stopped: BoolArray
    state: Callable[[float], FloatArray]
    knots: FloatArray


@dataclass(frozen=True)
class _Stop:
    """An event of `solve_ivp` that ends the integration where the margin falls to 0."""

    margin: Callable[[FloatArray], float]
    terminal = True
    direction = -1.0

    def __call__(self, _: float, state: FloatArray) -> float:
        return self.margin(state)


@dataclass(frozen=True)
class Path:
    """Frequency [steps+1] in Hz, its minimum, the controls at the end, and the smooth pieces."""

    times: FloatArray
    frequency: FloatArray
    nadir: float
    controls: FloatArray
    pieces: tuple[Piece, ...]
    evaluations: int
    trouble: str


def run(problem: FrequencyProblem, grid: Grid, controls: FloatArray, tolerance: float) -> Path:
    """From rest with these controls [n] through all disturbances to the horizon."""
    times = np.linspace(0.0, problem.horizon, problem.steps + 1)
    runner = _Runner(grid, tolerance, problem.horizon)
    trouble = ""
    try:
        _pieces(problem, grid, controls, runner)
    except NoRest:
        at = runner.pieces[-1].end if runner.pieces else 0.0
        trouble = f"at {at:g} s no angles carry the power over the lines: out of step"
    except _TooLong:
        trouble = f"more than {_MOST} evaluations or {_SWITCHES} stops needed: too stiff a grid"
    if trouble:
        lost = np.full(problem.steps + 1, np.nan)
        nothing = np.full(grid.size, np.nan)
        return Path(times, lost, np.nan, nothing, (), runner.count, trouble)
    per_radian = grid.inertia / (2 * np.pi * grid.inertia.sum())

    def hertz(piece: Piece, at: FloatArray) -> FloatArray:
        n, g = grid.size, len(grid.inertia)
        return np.array([per_radian @ piece.state(float(t))[n : n + g] for t in at])

    deviation = np.zeros(len(times))
    nadir = 0.0
    for piece in runner.pieces:
        inside = (times >= piece.start) & (times <= piece.end)
        deviation[inside] = hertz(piece, times[inside])
        nadir = min(nadir, _lowest(partial(hertz, piece), piece.knots))
    last = runner.pieces[-1]
    end = grid.split(last.state(last.end))[2]
    return Path(
        times,
        problem.nominal_frequency + deviation,
        problem.nominal_frequency + min(nadir, float(deviation.min())),
        np.clip(end, grid.low, grid.high),
        tuple(runner.pieces),
        runner.count,
        "",
    )


def _pieces(problem: FrequencyProblem, grid: Grid, controls: FloatArray, runner: _Runner) -> None:
    power = problem.power
    angles = grid.rest(power + controls)
    state = np.concatenate([angles, np.zeros(len(grid.generators)), controls])
    order = sorted(range(len(problem.disturbances)), key=lambda k: problem.disturbances[k].time)
    starts = [problem.disturbances[k].time for k in order]
    for k, event in enumerate(problem.disturbances[i] for i in order):
        if k == 0 and event.time > 0:
            runner.stay(event.time, state, power)
        power = power.copy()
        power[event.node] += event.power
        until = starts[k + 1] if k + 1 < len(starts) else problem.horizon
        if until > event.time:
            angles, _, now = grid.split(state)
            state = state.copy()
            state[: grid.size] = grid.settle_passive(angles, power + now)
            state = runner.run(event.time, until, state, power)


def _lowest(values: Callable[[FloatArray], FloatArray], knots: FloatArray) -> float:
    """The least value of a smooth function that has a few points in each step."""
    parts = np.linspace(0.0, 1.0, _PER_STEP, endpoint=False)
    points = np.append((knots[:-1, None] + np.diff(knots)[:, None] * parts).ravel(), knots[-1])
    found = values(points)
    at = int(np.argmin(found))
    if not 0 < at < len(points) - 1:
        return float(found[at])
    left, right = float(points[at - 1]), float(points[at + 1])
    for _ in range(3):  # narrower by sixteen each time
        fine = np.linspace(left, right, 33)
        found = values(fine)
        at = int(np.clip(np.argmin(found), 1, 31))
        left, right = float(fine[at - 1]), float(fine[at + 1])
    return float(found.min())


class _Runner:
    """Integrates piece by piece; a control that reaches a bound stops until it is called back."""

    def __init__(self, grid: Grid, tolerance: float, horizon: float) -> None:
        self.grid, self.tolerance, self.horizon = grid, tolerance, horizon
        self.half = 0.0
        self.pieces: list[Piece] = []
        self.count = 0
        self.range = grid.high - grid.low
        self.fixed = self.range <= 0

    def stay(self, until: float, state: FloatArray, power: FloatArray) -> None:
        """Nothing happens until then."""
        knots = np.array([0.0, until])
        self.pieces.append(Piece(0.0, until, power, self.fixed, lambda _: state, knots))

    def run(self, start: float, end: float, state: FloatArray, power: FloatArray) -> FloatArray:
        """Go on to `end`; the state there."""
        grid, at = self.grid, start
        stopped = self._stopped_at(state, power)
        # Enough for every control to stop and go at one moment, before time must move on.
        patience = 0
        while at < end:
            result = self._smooth(at, end, state, power, stopped)
            state = np.asarray(result.y[:, -1]).copy()
            reached = float(result.t[-1])
            if reached > at:
                self.pieces.append(
                    Piece(at, reached, power, stopped, result.sol, np.asarray(result.t))
                )
                patience = 0
            patience += 1
            if len(self.pieces) > _SWITCHES or patience > 4 * grid.size + 4:
                raise _TooLong
            if reached >= end:
                break
            at = reached
            stopped = stopped.copy()
            margin = self._margins(state, power, stopped)
            for i in np.flatnonzero(margin <= max(float(margin.min()), 0.0)):
                stopped[i] = not stopped[i]
                if stopped[i]:
                    u = state[-grid.size :]
                    middle = (grid.low[i] + grid.high[i]) / 2
                    u[i] = grid.low[i] if u[i] < middle else grid.high[i]
        return state

    def _smooth(
        self, at: float, end: float, state: FloatArray, power: FloatArray, stopped: BoolArray
    ) -> Any:
        def velocity(time: float, y: FloatArray) -> FloatArray:
            self._count(time)
            return self.grid.derivative(y, power, stopped)[0]

        def margin(y: FloatArray) -> float:
            return float(self._margins(y, power, stopped).min())

        events = None if self.fixed.all() else _Stop(margin)
        # A step tried too far may overflow; the integrator takes a smaller one, or gives up.
        with np.errstate(over="ignore", invalid="ignore"):
            result = solve_ivp(
                velocity, (at, end), state, method=DOP853, events=events, dense_output=True,
                rtol=self.tolerance, atol=self.tolerance / 10,
            )  # fmt: skip
        if not result.success:
            raise _TooLong
        return result

    def _count(self, time: float) -> None:
        """One evaluation more. Raises where the budget is spent, or the end too far to reach."""
        self.count += 1
        if self.count > _MOST:
            raise _TooLong
        most = _LOOKS.get(self.count, 0) * _MOST
        if most and (self.horizon - time) * self.count / 2 > most * (time - self.half):
            raise _TooLong
        if 2 * self.count in _LOOKS:
            self.half = time

    def _margins(self, state: FloatArray, power: FloatArray, stopped: BoolArray) -> FloatArray:
        """Below 0: a free control has left its bounds, a stopped one wants back inside."""
        grid = self.grid
        u = state[-grid.size :]
        room = np.minimum(u - grid.low, grid.high - u) + _BEYOND * self.range
        if stopped.any():
            wanted = grid.derivative(state, power, stopped)[1]
            outward = np.where(u < (grid.low + grid.high) / 2, -wanted, wanted)
            room = np.where(stopped, outward + _BACK * (1 + self.range), room)
        return np.where(self.fixed, np.inf, room)

    def _stopped_at(self, state: FloatArray, power: FloatArray) -> BoolArray:
        """Who is at a bound and would go on."""
        grid = self.grid
        u = state[-grid.size :]
        wanted = grid.derivative(state, power, self.fixed)[1]
        stuck = ((u <= grid.low) & (wanted <= 0)) | ((u >= grid.high) & (wanted >= 0))
        return np.asarray(stuck | self.fixed)
